import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UseDecision } from '../../src/logs/decide-use.ts';
import { decideUse, inputsOf, joinInputs } from '../../src/logs/decide-use.ts';
import { createReplay } from '../../src/logs/replay.ts';
import { tokenFields } from '../../src/logs/use-of-token.ts';
import type { RecordedDecision, RecordedUse } from '../../src/model/recorded-use.ts';
import { UNKNOWN_USE } from '../../src/model/recorded-use.ts';
import { REPLAY_OUTCOMES } from '../../src/model/replay.ts';
import { anyContext, anyToken, mildPolicy } from './arbitrary.ts';

const ACCEPT: UseDecision = { verdict: 'accept' };
const REJECT: UseDecision = { verdict: 'reject', causes: ['algorithm'] };

function open(...keys: readonly string[]): UseDecision {
  return { verdict: 'unknown', undecided: keys.map((key) => ({ dimension: 'crit', member: key, key })) };
}

function replayed(
  before: UseDecision,
  after: UseDecision,
  uses: readonly Partial<RecordedUse>[] = [{}],
): ReturnType<ReturnType<typeof createReplay>['findings']> {
  const replay = createReplay({ before: () => before, after: () => after, inputs: null });
  for (const [index, use] of uses.entries()) replay.add({ ...UNKNOWN_USE, ...use }, 'a.jsonl', index + 1);
  return replay.findings();
}

function outcomeOf(before: UseDecision, after: UseDecision, decision: RecordedDecision | null): string | undefined {
  const { outcomes } = replayed(before, after, [{ decision }]);
  return REPLAY_OUTCOMES.find((outcome) => outcomes[outcome] > 0);
}

describe('the outcome of one use', () => {
  it.for<[string, UseDecision, UseDecision, RecordedDecision | null, string]>([
    ['both accept', ACCEPT, ACCEPT, null, 'NO_CHANGE'],
    ['both reject', REJECT, REJECT, null, 'NO_CHANGE'],
    ['accepted before, rejected now', ACCEPT, REJECT, null, 'REVOKED'],
    ['rejected before, accepted now', REJECT, ACCEPT, null, 'GAINED'],
    ['a new check is open', ACCEPT, open('a'), null, 'MAYBE_REVOKED'],
    ['the violation is gone, another check is open', REJECT, open('a'), null, 'MAYBE_GAINED'],
    ['an open check is gone', open('a'), ACCEPT, null, 'MAYBE_GAINED'],
    ['an open decision becomes a refusal', open('a'), REJECT, null, 'MAYBE_REVOKED'],
    ['the same checks are open', open('a', 'b'), open('b', 'a'), null, 'NO_CHANGE'],
    ['more checks are open', open('a'), open('a', 'b'), null, 'MAYBE_REVOKED'],
    ['fewer checks are open', open('a', 'b'), open('a'), null, 'MAYBE_GAINED'],
    ['other checks are open', open('a'), open('b'), null, 'UNKNOWN_CHANGE'],
    ['nobody says which checks are open', open(), open(), null, 'UNKNOWN_CHANGE'],
    ['the verifier met the open check', open('a'), REJECT, 'accept', 'REVOKED'],
    ['the verifier met the checks that stay open', open('a', 'b'), open('a'), 'accept', 'NO_CHANGE'],
    ['the verifier never met the new check', open('a'), open('a', 'b'), 'accept', 'MAYBE_REVOKED'],
    ['it was refused anyway', ACCEPT, REJECT, 'reject', 'NO_CHANGE'],
    ['it was refused, perhaps by the open check', open('a'), ACCEPT, 'reject', 'MAYBE_GAINED'],
    ['it was refused and will be', open('a'), REJECT, 'reject', 'NO_CHANGE'],
  ])('%s', ([, before, after, decision, outcome]) => {
    expect(outcomeOf(before, after, decision)).toBe(outcome);
  });
});

describe('a replay', () => {
  it('counts every use a line stands for', () => {
    const findings = replayed(ACCEPT, REJECT, [{ count: 1000 }, { count: 1 }]);
    expect(findings).toMatchObject({ uses: 1001, outcomes: { REVOKED: 1001 }, decidable: 1 });
    expect(findings.revokedBy).toEqual([{ cause: 'algorithm', uses: 1001 }]);
  });

  it('keeps the last day apart, in whatever order lines come', () => {
    const day = 86_400_000;
    const last = Date.parse('2026-03-10T12:00:00Z');
    const times = [last - 3 * day, last, last - day + 1, last - day - 120_000, last - 5 * day];
    const { window, lastDay } = replayed(
      ACCEPT,
      REJECT,
      times.map((time) => ({ time })),
    );
    expect(window).toEqual({ first: last - 5 * day, last });
    expect(lastDay).toMatchObject({ from: last - day, uses: 2, outcomes: { REVOKED: 2 } });
  });

  it('groups by client and route, the worst first', () => {
    const { clients, routes } = replayed(ACCEPT, REJECT, [
      { clientId: 'a', route: '/v1/orders/17', time: 5 },
      { clientId: 'b', route: '/v1/orders/18', time: 9 },
      { clientId: 'b', route: null, time: 7 },
    ]);
    expect(clients.top.map(({ name, uses, last }) => [name, uses, last])).toEqual([
      ['b', 2, 9],
      ['a', 1, 5],
    ]);
    expect(routes.top.map(({ name, uses }) => [name, uses])).toEqual([
      ['/v1/orders/*', 2],
      [null, 1],
    ]);
  });

  it('tells where the verifier disagrees with the old policy', () => {
    const laxer = replayed(REJECT, REJECT, [{ decision: 'accept' }, {}, { decision: 'accept' }]).mismatches;
    expect(laxer).toEqual([
      {
        kind: 'accepted',
        cause: 'algorithm',
        uses: 2,
        examples: [
          { file: 'a.jsonl', line: 1 },
          { file: 'a.jsonl', line: 3 },
        ],
      },
    ]);
    expect(replayed(ACCEPT, ACCEPT, [{ decision: 'reject' }]).mismatches).toMatchObject([
      { kind: 'rejected', cause: null, uses: 1 },
    ]);
  });

  it('finds the same whether uses of one shape are decided once or each', () => {
    const seen = new Set<string>();
    const someUse = fc
      .tuple(anyToken, anyContext, fc.constantFrom('accept' as const, 'reject' as const, null), fc.nat(3))
      .map(([token, { now, route, clientIp, proof }, decision, hidden]): RecordedUse => {
        const fields = tokenFields(token);
        const known =
          hidden === 1 ? { ...fields, claimValues: {} } : hidden === 2 ? { ...fields, claimNames: null } : fields;
        const kind = hidden === 3 ? null : (proof ?? { kind: 'none' as const });
        return {
          ...UNKNOWN_USE,
          ...known,
          time: now,
          route: route ?? null,
          ip: clientIp ?? null,
          proof: kind,
          decision,
        };
      });
    fc.assert(
      fc.property(mildPolicy, mildPolicy, fc.array(someUse, { minLength: 20, maxLength: 60 }), (old, head, uses) => {
        const sides = {
          before: (use: RecordedUse) => decideUse(old, use),
          after: (use: RecordedUse) => decideUse(head, use),
        };
        const once = createReplay({ ...sides, inputs: joinInputs([inputsOf(old), inputsOf(head)]) });
        const each = createReplay({ ...sides, inputs: null });
        for (const [line, use] of uses.entries()) {
          once.add(use, 'a', line);
          each.add(use, 'a', line);
        }
        const found = each.findings();
        for (const outcome of REPLAY_OUTCOMES) if (found.outcomes[outcome] > 0) seen.add(outcome);
        expect(once.findings()).toEqual(found);
      }),
      { numRuns: 60, seed: 3 },
    );
    expect([...seen].sort()).toEqual([...REPLAY_OUTCOMES].sort());
  });
});
