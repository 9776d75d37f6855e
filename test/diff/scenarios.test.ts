import { describe, expect, it } from 'vitest';
import { evaluateGate } from '../../src/gate/evaluate.ts';
import { mergeAlike } from '../../src/diff/merge-alike.ts';
import { diffMarkdown } from '../../src/report/diff-markdown.ts';
import { GATE_DEFAULTS } from '../../src/policy/gate-defaults.ts';
import { AT, diffFiles } from './diff-sides.ts';
import { KEY_SCENARIOS } from './scenarios-keys.ts';
import { PROMISE_SCENARIOS } from './scenarios-promises.ts';
import { TARGET_SCENARIOS } from './scenarios-targets.ts';
import { INVENTORY_SCENARIOS, ISSUANCE_SCENARIOS, WAIVER_SCENARIOS } from './scenarios-waivers.ts';
import { TOKEN_SCENARIOS } from './scenarios-tokens.ts';
import type { Scenario } from './scenario.ts';
import { writeFileSync } from 'node:fs';

async function commentOf({ before, after }: Scenario) {
  const diff = await diffFiles(before, after);
  const gate = evaluateGate(diff, GATE_DEFAULTS, [], {
    now: AT,
    authors: [],
    approvalCommits: new Map(),
    protectedChanges: [],
    waivers: [],
    targets: null,
    replay: null,
    forceMassChange: false,
    source: 'the defaults',
  });
  return { diff, text: diffMarkdown({ diff: mergeAlike(diff), gate }, { version: '0.1.0', links: null }) };
}
const rows: string[] = [];
describe('a proposed change', () => {
  it.for([
    ...TOKEN_SCENARIOS,
    ...KEY_SCENARIOS,
    ...PROMISE_SCENARIOS,
    ...TARGET_SCENARIOS,
    ...WAIVER_SCENARIOS,
    ...INVENTORY_SCENARIOS,
    ...ISSUANCE_SCENARIOS,
  ])('$name', async (scenario) => {
    const { text, diff } = await commentOf(scenario);
    for (const c of diff.changes) {
      rows.push(`${scenario.name}: ${c.name} ${c.token} ${c.verdict} ${c.breaking} ${c.assurance} drain ${c.drain}`);
      for (const d of c.dimensions)
        rows.push(
          `    ${d.path} ${d.direction} ${d.breaking} [${d.before} -> ${d.after}] hidden ${d.hidden} shown ${c.witnesses
            .filter((w) => w.paths.includes(d.path))
            .map((w) => w.accepted)
            .join('+')}`,
        );
    }
    writeFileSync('/tmp/fb-rows.txt', rows.join('\n'));
    await expect(text).toMatchFileSnapshot(`scenarios/${scenario.name}.md`);
  });
});
