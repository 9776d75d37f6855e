import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BASELINE_SCHEMA } from '../../src/policy/schema/baseline.ts';
import { CHANGE_APPROVAL_SCHEMA } from '../../src/policy/schema/change-approval.ts';
import { CONTAINMENT_PLAN_SCHEMA } from '../../src/policy/schema/containment-plan.ts';
import { DRILL_SCHEMA } from '../../src/policy/schema/drill.ts';
import { CONFIG_SCHEMA } from '../../src/policy/schema/config.ts';
import { GUARDRAIL_SCHEMA } from '../../src/policy/schema/guardrail.ts';
import { INCIDENT_SCHEMA } from '../../src/policy/schema/incident.ts';
import { INVENTORY_SCHEMA } from '../../src/policy/schema/inventory.ts';
import { REVOCATION_SCHEMA } from '../../src/policy/schema/revocation.ts';
import type { Schema } from '../../src/policy/schema/parts.ts';
import { TOKEN_POLICY_SCHEMA } from '../../src/policy/schema/token-policy.ts';
import { TOKEN_TEST_SCHEMA } from '../../src/policy/schema/token-test.ts';
import { WAIVER_SCHEMA } from '../../src/policy/schema/waiver.ts';
import { MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_TOKENS } from '../../src/source/limits.ts';
import { fieldTables } from './format-tables.ts';

const SCHEMAS: Readonly<Record<string, Schema>> = {
  TokenPolicy: TOKEN_POLICY_SCHEMA,
  Inventory: INVENTORY_SCHEMA,
  Drill: DRILL_SCHEMA,
  Waiver: WAIVER_SCHEMA,
  Baseline: BASELINE_SCHEMA,
  TokenTest: TOKEN_TEST_SCHEMA,
  ChangeApproval: CHANGE_APPROVAL_SCHEMA,
  'firebreak.yaml': CONFIG_SCHEMA,
  Guardrail: GUARDRAIL_SCHEMA,
  Revocation: REVOCATION_SCHEMA,
  Incident: INCIDENT_SCHEMA,
  ContainmentPlan: CONTAINMENT_PLAN_SCHEMA,
};

/** The formatter would pad the tables to the width of their longest row. */
function fieldsOf(schema: Schema): string {
  return `\n<!-- prettier-ignore-start -->\n\n${fieldTables(schema)}\n\n<!-- prettier-ignore-end -->\n\n`;
}

describe('docs/formats.md', () => {
  const page = readFileSync('docs/formats.md', 'utf8');

  it('lists every field of every kind as the schemas have them', async () => {
    let current = page;
    for (const [kind, schema] of Object.entries(SCHEMAS)) {
      const section = new RegExp(`(<!-- fields of ${kind} -->\n)[\\s\\S]*?(<!-- end of ${kind} -->)`);
      expect(current).toMatch(section);
      current = current.replace(section, (_, start: string, end: string) => `${start}${fieldsOf(schema)}${end}`);
    }
    await expect(current).toMatchFileSnapshot('../../docs/formats.md');
  });

  it('names the limits that the parser keeps', () => {
    expect(page).toContain(`${MAX_DOCUMENT_BYTES / 1024 / 1024} MB`);
    expect(page).toContain(`${MAX_TOKENS.toLocaleString('en')} keys, values and marks`);
    expect(page).toContain(`${MAX_DEPTH} levels`);
  });
});
