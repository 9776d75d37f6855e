import { describe, expect, it } from 'vitest';
import { mergeAlike } from '../../src/diff/merge-alike.ts';
import { tokenTestsOf } from '../../src/diff/token-tests.ts';
import { evaluateGate } from '../../src/gate/evaluate.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { DimensionChange, PolicyChange, PolicyDiff } from '../../src/model/change.ts';
import { GATE_DEFAULTS } from '../../src/policy/gate-defaults.ts';
import { runTokenTest } from '../../src/policy/run-token-test.ts';
import { diffMarkdown } from '../../src/report/diff-markdown.ts';
import { AT, diffFiles } from './diff-sides.ts';
import { VERDICTS } from './scenario-verdicts.ts';
import { KEY_SCENARIOS } from './scenarios-keys.ts';
import { PROMISE_SCENARIOS } from './scenarios-promises.ts';
import { TARGET_SCENARIOS } from './scenarios-targets.ts';
import { TOKEN_SCENARIOS } from './scenarios-tokens.ts';
import { INVENTORY_SCENARIOS, ISSUANCE_SCENARIOS, WAIVER_SCENARIOS } from './scenarios-waivers.ts';

const SCENARIOS = [
  ...TOKEN_SCENARIOS,
  ...KEY_SCENARIOS,
  ...PROMISE_SCENARIOS,
  ...TARGET_SCENARIOS,
  ...WAIVER_SCENARIOS,
  ...INVENTORY_SCENARIOS,
  ...ISSUANCE_SCENARIOS,
];

function commentOf(diff: PolicyDiff): string {
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
  return diffMarkdown({ diff: mergeAlike(diff), gate }, { version: '0.1.0', links: null });
}

/** `orders @ prod, access_token: more_permissive, breaks none, promises equal`, then its values. */
function verdictLines(diff: PolicyDiff): readonly string[] {
  return diff.changes.flatMap((change) => [
    `${change.name}, ${change.token}: ${change.verdict}, breaks ${change.breaking}, promises ${change.assurance}`,
    ...change.dimensions.map(
      (dimension) =>
        `  ${dimension.path} ${dimension.direction}, breaks ${dimension.breaking}, ${proofOf(dimension, change)}`,
    ),
  ]);
}

function proofOf({ path, facet, hidden }: DimensionChange, { witnesses }: PolicyChange): string {
  const sides = witnesses.filter(({ paths }) => paths.includes(path)).map(({ accepted }) => accepted);
  if (sides.length > 0) return `shown by ${[...new Set(sides)].join(' and ')}`;
  return hidden === undefined ? facet : `hidden by ${hidden}`;
}

describe.for(SCENARIOS)('$name', (scenario) => {
  it('is told as a reviewer needs it', async () => {
    const diff = await diffFiles(scenario.before, scenario.after);
    expect(verdictLines(diff)).toEqual(VERDICTS[scenario.name]);
    await expect(commentOf(diff)).toMatchFileSnapshot(`scenarios/${scenario.name}.md`);
  });

  it('has a token for every value that lets in more or less, or says why there is none', async () => {
    const { changes } = await diffFiles(scenario.before, scenario.after);
    for (const { dimensions, witnesses } of changes) {
      for (const { path, facet, direction, hidden } of dimensions) {
        if (facet === 'assurance' || hidden !== undefined) continue;
        const shown = new Set(witnesses.filter(({ paths }) => paths.includes(path)).map(({ accepted }) => accepted));
        const wanted = { loosened: ['after'], tightened: ['before'], changed: ['after', 'before'] }[direction];
        expect([path, ...shown]).toEqual([path, ...wanted]);
      }
    }
  });

  it('gives tests that the new policies pass', async () => {
    const diff = await diffFiles(scenario.before, scenario.after);
    const tests = tokenTestsOf(diff).files.map(({ name, text }) => ({ file: `policies/tests/${name}`, text }));
    const files = Object.entries(scenario.after).map(([file, text]) => ({ file, text }));
    const read = readEstate([...files, ...tests], { now: AT });
    expect(read.tokenTests).toHaveLength(tests.length);
    for (const test of read.tokenTests) {
      const { problems, outcomes } = runTokenTest(test, { ...read.estate, waivers: read.waivers });
      expect(problems).toEqual([]);
      expect(outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
    }
  });
});

it.for(WAIVER_SCENARIOS.filter(({ name }) => /^waiver-(?:added|removed|extended|widened)$/.test(name)))(
  '$name: the two versions are not called the same',
  async ({ before, after }) => {
    const diff = await diffFiles(before, after);
    expect(diff.base.digest).not.toBe(diff.head.digest);
  },
);

it('every scenario has a name of its own, and a verdict', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(VERDICTS).sort()).toEqual([...names].sort());
});
