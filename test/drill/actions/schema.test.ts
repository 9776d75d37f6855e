import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { STEP_ACTIONS } from '../../../src/drill/steps/registry.ts';
import { readEstate } from '../../../src/lint/read-whole.ts';
import { DRILL_SCHEMA } from '../../../src/policy/schema/drill.ts';
import { ACTION_BRANCHES } from '../../../src/policy/schema/drill-actions.ts';

const DRILL = readFileSync('drills/leaked-access-token.yaml', 'utf8');
const PAGE = readFileSync('docs/drill-actions.md', 'utf8');

/** Problems of a drill whose containment is the given step. */
function problemsOf(step: Readonly<Record<string, unknown>>): readonly string[] {
  const text = DRILL.replace(
    / {4}- \{ id: deny,.*\n/,
    `    - ${JSON.stringify({ ...step, containment: true })}\n`,
  ).replace('  credentials:\n', '  credentials:\n    leaked_key: { role: key, obtain: { uses: key.generate } }\n');
  const { problems } = readEstate([{ file: 'drill.yaml', text }], { now: 0 });
  return problems.map(({ message, hint }) => `${message} (${hint ?? ''})`);
}

const EXAMPLES = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(
  ([, text = '']) => parse(text) as readonly Readonly<Record<string, unknown>>[],
);

describe('the schema of drills', () => {
  it.for(EXAMPLES)('takes the documented step of $uses', (step) => {
    expect(problemsOf(step)).toEqual([]);
  });

  it('is strict about every action that reaches its target by itself', () => {
    const strict = ACTION_BRANCHES.map((branch) => JSON.stringify(branch['if']));
    const missing = STEP_ACTIONS.filter(({ isSelfContained }) => isSelfContained === true).filter(
      ({ uses }) => !strict.some((condition) => condition.includes(`"const":"${uses}"`)),
    );
    expect(missing.map(({ uses }) => uses)).toEqual([]);
    expect(JSON.stringify(DRILL_SCHEMA)).toContain('denylist.redis.add');
  });

  it.for([
    {
      step: { id: 'deny', uses: 'denylist.redis.add', with: { of: 'canary', type: 'jti', sever: 'redis://a' } },
      problems: ['unknown key "sever" in spec.method[1].with (did you mean "server"?)'],
    },
    {
      step: { id: 'deny', uses: 'denylist.file.add', with: { of: 'canary', type: 'aud', file: 'denied' } },
      problems: ['spec.method[1].with.type cannot be "aud" (choose one of jti, sid, sub, client_id)'],
    },
    {
      step: {
        id: 'deny',
        uses: 'denylist.haproxy.add',
        with: { of: 'canary', type: 'jti', value: 'x', socket: '/s', map: 'm' },
      },
      problems: ['unknown key "value" in spec.method[1].with (the keys are of, type, socket, map, content)'],
    },
    {
      step: { id: 'deny', uses: 'exec', with: { argv: 'rm -rf /', undo: ['true'] } },
      problems: ['spec.method[1].with.argv must be a list, not "rm -rf /" (write it as ["rm -rf /"])'],
    },
    { step: { id: 'deny', uses: 'http' }, problems: ['spec.method[1] lacks "with" (add with: to it)'] },
  ])('tells what is wrong with $step', ({ step, problems }) => {
    expect(problemsOf(step)).toEqual(problems);
  });
});
