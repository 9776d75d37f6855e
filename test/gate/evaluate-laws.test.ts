import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateGate } from '../../src/gate/evaluate.ts';
import type { Approval } from '../../src/model/approval.ts';
import type { GateResult, PolicyChange } from '../../src/model/change.ts';
import { VERDICTS } from '../../src/model/change.ts';
import type { GateConfig, GateContext } from '../../src/model/gate.ts';
import { GATE_CAUSES, GATE_RULES } from '../../src/model/gate.ts';
import { millis } from '../../src/model/quantity.ts';
import { GATE_DEFAULTS } from '../../src/policy/gate-defaults.ts';
import { NOW, approval, change, context, diffOf, dimension } from './fixture.ts';

const DAY = 86_400_000;
const FINGERPRINTS = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(12));
const PEOPLE = [
  'alice@example.com',
  'Alice+x@example.com',
  '@alice',
  'bob@example.com',
  '@bob',
  'bob@other.example',
  'carol@example.com',
  '5+carol@users.noreply.github.com',
];

const changes: fc.Arbitrary<readonly PolicyChange[]> = fc.array(
  fc
    .record({
      verdict: fc.constantFrom(...VERDICTS),
      breaking: fc.constantFrom('none', 'transient', 'persistent'),
      assurance: fc.constantFrom('equal', 'weaker', 'stronger', 'mixed'),
      service: fc.constantFrom('orders', 'billing', 'search'),
      dimensions: fc.array(
        fc
          .record({
            fingerprint: fc.constantFrom(...FINGERPRINTS),
            facet: fc.constantFrom('acceptance', 'assurance'),
            direction: fc.constantFrom('loosened', 'tightened', 'changed'),
            breaking: fc.constantFrom('none', 'transient', 'persistent'),
          })
          .map(({ fingerprint, ...over }) => dimension(fingerprint, over)),
        { maxLength: 3 },
      ),
    } as const)
    .map(({ service, ...over }) =>
      change({ ...over, targets: [{ environment: 'prod', service, route: '*', labels: {}, verifiers: [] }] }),
    ),
  { maxLength: 4 },
);

const approvals: fc.Arbitrary<readonly Approval[]> = fc
  .array(
    fc.record({
      changes: fc.subarray(FINGERPRINTS, { minLength: 1 }),
      by: fc.subarray(PEOPLE, { minLength: 1, maxLength: 3 }),
      expires: fc.constantFrom('2026-05-31', '2026-06-01', '2026-07-01'),
      permanent: fc.boolean(),
    }),
    { maxLength: 4 },
  )
  .map((all) => all.map((parts, index) => approval({ ...parts, name: `a${index}` })));

const config: fc.Arbitrary<GateConfig> = fc
  .record({
    rules: fc.record(
      Object.fromEntries(GATE_CAUSES.map((cause) => [cause, fc.constantFrom(...GATE_RULES)])) as Record<
        (typeof GATE_CAUSES)[number],
        fc.Arbitrary<(typeof GATE_RULES)[number]>
      >,
    ),
    min: fc.integer({ min: 1, max: 3 }),
    from: fc.option(fc.subarray(PEOPLE, { minLength: 1 })),
    preventSelfApproval: fc.boolean(),
    ttl: fc.constantFrom(millis(DAY), millis(14 * DAY)),
    of: fc.integer({ min: 1, max: 4 }),
    sticky: fc.boolean(),
  })
  .map(({ rules, of, ...own }) => ({
    ...GATE_DEFAULTS,
    rules,
    approvals: own,
    massChange: { share: 0.3, of },
  }));

const contexts: fc.Arbitrary<GateContext> = fc
  .record({
    authors: fc.option(fc.subarray(PEOPLE.filter((who) => !who.startsWith('@')))),
    forceMassChange: fc.boolean(),
    writtenBy: fc.constantFrom('alice@example.com', 'bob@example.com'),
    age: fc.constantFrom(0, 2 * DAY, 20 * DAY),
    protectedChanges: fc.constantFrom([], [{ fingerprint: 'e'.repeat(12), message: 'x', file: 'CODEOWNERS' }]),
    waivers: fc.constantFrom([], [{ fingerprint: 'd'.repeat(12), message: 'x' }]),
  })
  .map(({ writtenBy, age, ...over }) =>
    context({
      ...over,
      approvalCommits: new Map([
        ['policies/approvals/a0.yaml', { people: [writtenBy], at: NOW - age }],
        ['policies/approvals/a1.yaml', { people: ['carol@example.com'], at: NOW - age }],
      ]),
    }),
  );

const cases = fc.tuple(changes, config, approvals, contexts);

const STRICTNESS: readonly GateResult['outcome'][] = ['pass', 'warn', 'inconclusive', 'blocked'];

function strictness({ outcome }: GateResult): number {
  return STRICTNESS.indexOf(outcome);
}

describe('the gate', () => {
  it('never gets stricter by one more approval, nor looser by one fewer', () => {
    let looser = 0;
    fc.assert(
      fc.property(cases, ([some, rules, given, about]) => {
        const diff = diffOf(some);
        const withAll = evaluateGate(diff, rules, given, about);
        for (const left of given) {
          const withoutOne = evaluateGate(
            diff,
            rules,
            given.filter((each) => each !== left),
            about,
          );
          expect(strictness(withAll)).toBeLessThanOrEqual(strictness(withoutOne));
          expect(withoutOne.missing).toEqual(expect.arrayContaining([...withAll.missing]));
          if (strictness(withAll) < strictness(withoutOne)) looser += 1;
        }
      }),
      { numRuns: 500 },
    );
    // Else the law would hold because approvals do nothing.
    expect(looser).toBeGreaterThan(0);
  });

  it('keeps an approval for any part of what it covered', () => {
    let kept = 0;
    const parts = changes.chain((all) => fc.record({ all: fc.constant(all), some: fc.subarray([...all]) }));
    fc.assert(
      fc.property(parts, cases, ({ all, some }, [, rules, given, about]) => {
        const sticky = { ...rules, approvals: { ...rules.approvals, sticky: true }, massChange: { share: 1, of: 1 } };
        const whole = evaluateGate(diffOf(all), sticky, given, about);
        const part = evaluateGate(diffOf(some), sticky, given, about);
        expect(strictness(part)).toBeLessThanOrEqual(strictness(whole));
        if (some.length < all.length && whole.reasons.some(({ approvedBy }) => approvedBy.length > 0)) kept += 1;
      }),
      { numRuns: 500 },
    );
    expect(kept).toBeGreaterThan(0);
  });

  it('never passes what no approval names', () => {
    fc.assert(
      fc.property(cases, ([some, rules, given, about]) => {
        const named = new Set(given.flatMap((each) => each.changes.map(({ fingerprint }) => fingerprint)));
        const { reasons, outcome, missing } = evaluateGate(diffOf(some), rules, given, about);
        const unnamed = reasons.filter(
          ({ rule, fingerprints }) => rule === 'approve' && fingerprints.some((each) => !named.has(each)),
        );
        if (unnamed.length > 0) expect(['blocked', 'inconclusive']).toContain(outcome);
        if (reasons.some(({ rule }) => rule === 'deny')) expect(outcome).toBe('blocked');
        if (missing.length > 0) expect(['blocked', 'inconclusive']).toContain(outcome);
      }),
      { numRuns: 500 },
    );
  });

  it('never passes what is unknown', () => {
    fc.assert(
      fc.property(cases, ([some, rules, given, about]) => {
        fc.pre(some.some(({ verdict }) => verdict === 'unknown'));
        expect(evaluateGate(diffOf(some), rules, given, about).outcome).not.toBe('pass');
      }),
      { numRuns: 300 },
    );
  });

  it('says the same whatever the order of the approvals', () => {
    fc.assert(
      fc.property(cases, ([some, rules, given, about]) => {
        const result = evaluateGate(diffOf(some), rules, given, about);
        expect(evaluateGate(diffOf(some), rules, [...given].reverse(), about)).toEqual(result);
      }),
      { numRuns: 200 },
    );
  });
});
