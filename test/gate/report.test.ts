import { describe, expect, it } from 'vitest';
import { evaluateGate } from '../../src/gate/evaluate.ts';
import type { GateResult } from '../../src/model/change.ts';
import { GATE_DEFAULTS } from '../../src/policy/gate-defaults.ts';
import { paint } from '../../src/report/color.ts';
import { gateData, gatePretty } from '../../src/report/gate.ts';
import { approval, change, context, diffOf, dimension } from './fixture.ts';

function decided(): GateResult {
  const diff = diffOf([
    change(),
    change({
      name: 'billing @ stage',
      verdict: 'less_permissive',
      breaking: 'persistent',
      dimensions: [dimension('cccccccccccc', { direction: 'tightened', breaking: 'persistent', path: 'issuers' })],
    }),
    change({ name: 'search \u001b[31m@ prod', verdict: 'ungoverned', dimensions: [dimension('dddddddddddd')] }),
  ]);
  const given = [
    approval(),
    approval({ name: 'two', changes: ['eeeeeeeeeeee'] }),
    approval({ name: 'three', by: ['@alice'] }),
  ];
  return evaluateGate(diff, GATE_DEFAULTS, given, context({ source: 'firebreak.yaml of main' }));
}

describe('the gate for people', () => {
  it('says what is denied, what waits for whom, and the command that is missing', () => {
    expect(gatePretty(decided(), paint(false))).toBe(`gate blocked, by the rules of firebreak.yaml of main
  denied   search \u241b[31m@ prod (access_token) is governed by no policy any more: tokens.access_token.algorithms
           dddddddddddd
  waits    billing @ stage (access_token) breaks what issuers or clients go on producing: issuers
           cccccccccccc
           = hint: it needs an approval by one person: firebreak approve
  approved orders @ prod (access_token) accepts more than before: tokens.access_token.algorithms
           aaaaaaaaaaaa
           by one

approvals
  counts   one  policies/approvals/one.yaml:1:1
  refused  three: @alice may be alice@example.com, who wrote the change  policies/approvals/three.yaml:1:1
  unused   two: nothing that it names needs an approval: the changes are gone, or are others now  policies/approvals/two.yaml:1:1

1 change to approve:
  firebreak approve cccccccccccc \\
    --by MAIL --reason TEXT --until DAY
`);
  });

  it('is one line when there is nothing to say', () => {
    const result = evaluateGate(diffOf([]), GATE_DEFAULTS, [], context());
    expect(gatePretty(result, paint(false))).toBe('gate passed, by the rules of defaults\n');
  });
});

describe('the gate for programs', () => {
  it('has every reason and approval', () => {
    expect(gateData(decided())).toMatchObject({
      outcome: 'blocked',
      source: 'firebreak.yaml of main',
      missing: ['cccccccccccc'],
      reasons: [
        { rule: 'deny', cause: 'ungoverned', needed: 0, approved_by: [] },
        { rule: 'approve', cause: 'breaking_persistent', needed: 1, approved_by: [] },
        { rule: 'approve', cause: 'more_permissive', needed: 1, approved_by: ['one'], hint: null },
      ],
      approvals: [
        { name: 'one', state: 'counts', path: 'policies/approvals/one.yaml', line: 1 },
        { name: 'three', state: 'refused' },
        { name: 'two', state: 'unused' },
      ],
    });
  });
});
