import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { STEP_ACTIONS, actionOf } from '../../../src/drill/steps/registry.ts';
import { callOf } from './conformance.ts';

const PAGE = readFileSync('docs/drill-actions.md', 'utf8');

interface Step {
  readonly id: string;
  readonly uses: string;
  readonly with: Readonly<Record<string, unknown>>;
}

const STEPS = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = '']) => parse(text) as readonly Step[]);

describe('docs/drill-actions.md', () => {
  it.for(STEPS)('has a step of $uses that can be planned', ({ uses, with: given }) => {
    const call = callOf(uses, given);
    const planned = actionOf(call).planned?.(call);
    expect(planned?.calls.join('')).not.toBe('');
    expect(planned?.reaches).not.toBe('');
    expect(planned?.calls.join('')).not.toMatch(/undefined|\[object/);
  });

  it('shows every action that says in a plan what it does', () => {
    const shown = new Set(STEPS.map(({ uses }) => uses));
    const families = new Set([...shown].map((uses) => uses.replace(/\.(?:add|remove)_key$/, '')));
    const missing = STEP_ACTIONS.filter(({ planned }) => planned !== undefined)
      .map(({ uses }) => uses)
      .filter((uses) => !families.has(uses.replace(/\.(?:add|remove)_key$/, '')));
    expect(missing).toEqual([]);
  });

  it.for(STEP_ACTIONS.filter(({ planned }) => planned !== undefined))('has a row for $uses', ({ uses }) => {
    expect(PAGE).toContain(`\`${uses}\``);
  });
});
