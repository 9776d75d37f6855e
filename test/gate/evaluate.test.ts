import { describe, expect, it } from 'vitest';
import { evaluateGate } from '../../src/gate/evaluate.ts';
import type { Approval } from '../../src/model/approval.ts';
import type { GateResult, PolicyChange, Verdict } from '../../src/model/change.ts';
import type { GateConfig, GateContext } from '../../src/model/gate.ts';
import { millis } from '../../src/model/quantity.ts';
import { GATE_DEFAULTS } from '../../src/policy/gate-defaults.ts';
import { NOW, approval, change, context, diffOf, dimension } from './fixture.ts';

const DAY = 86_400_000;

function gate(
  changes: readonly PolicyChange[],
  approvals: readonly Approval[] = [],
  parts: { readonly config?: Partial<GateConfig>; readonly context?: Partial<GateContext> } = {},
): GateResult {
  return evaluateGate(diffOf(changes), { ...GATE_DEFAULTS, ...parts.config }, approvals, context(parts.context));
}

function approvalsConfig(over: Partial<GateConfig['approvals']>): Partial<GateConfig> {
  return { approvals: { ...GATE_DEFAULTS.approvals, ...over } };
}

function shown({ reasons }: GateResult): readonly string[] {
  return reasons.map(({ rule, cause, approvedBy }) => `${rule} ${cause} ${approvedBy.join(',')}`.trim());
}

describe('the kinds of changes', () => {
  it.for<[Verdict, GateResult['outcome']]>([
    ['equivalent', 'pass'],
    ['less_permissive', 'pass'],
    ['more_permissive', 'blocked'],
    ['incomparable', 'blocked'],
    ['dead', 'blocked'],
    ['ungoverned', 'blocked'],
    ['unknown', 'blocked'],
  ])('%s: %s', ([verdict, outcome]) => {
    expect(gate([change({ verdict, dimensions: [] })]).outcome).toBe(outcome);
  });

  it('pass without any change', () => {
    expect(gate([])).toEqual({ outcome: 'pass', reasons: [], missing: [], approvals: [], source: 'defaults' });
  });

  it('warn of what breaks for a while, and ask for approval of what breaks for good', () => {
    const tightened = (breaking: 'transient' | 'persistent'): PolicyChange =>
      change({
        verdict: 'less_permissive',
        breaking,
        dimensions: [dimension('bbbbbbbbbbbb', { direction: 'tightened', breaking }), dimension('cccccccccccc')],
      });
    expect(gate([tightened('transient')])).toMatchObject({ outcome: 'warn', missing: [] });
    expect(gate([tightened('persistent')])).toMatchObject({ outcome: 'blocked', missing: ['bbbbbbbbbbbb'] });
  });

  it('ask for approval of a weaker promise', () => {
    const dimensions = [
      dimension('bbbbbbbbbbbb', { facet: 'assurance', path: 'revocation.objectives.signing_key.max' }),
      dimension('cccccccccccc', { facet: 'assurance', direction: 'tightened' }),
    ];
    const result = gate([change({ verdict: 'equivalent', assurance: 'mixed', dimensions })]);
    expect(result).toMatchObject({ outcome: 'blocked', missing: ['bbbbbbbbbbbb'] });
    expect(result.reasons[0]?.message).toBe(
      'orders @ prod (access_token) promises less than before: revocation.objectives.signing_key.max',
    );
  });

  it('are never passed as unknown: what is not denied is inconclusive until somebody approves it', () => {
    const unknown = [change({ verdict: 'unknown', unknownBecause: 'a base is missing', dimensions: [] })];
    const by = (rule: 'allow' | 'warn' | 'approve'): Partial<GateConfig> => ({
      rules: { ...GATE_DEFAULTS.rules, unknown: rule },
    });
    expect(gate(unknown, [], { config: by('allow') }).outcome).toBe('inconclusive');
    expect(gate(unknown, [], { config: by('warn') }).outcome).toBe('inconclusive');
    const waiting = gate(unknown, [], { config: by('approve') });
    expect(waiting.outcome).toBe('inconclusive');
    expect(waiting.missing).toHaveLength(1);
    const approved = gate(unknown, [approval({ changes: waiting.missing })], { config: by('approve') });
    expect(approved).toMatchObject({ outcome: 'warn', missing: [] });
  });

  it('are not known where the head has faults', () => {
    const side = { label: 'head', commit: null, digest: '' };
    const problem = { code: 'document/invalid', message: 'x', hint: null, at: null } as const;
    const diff = diffOf([], { head: { ...side, problems: [problem] } });
    expect(evaluateGate(diff, GATE_DEFAULTS, [], context()).outcome).toBe('blocked');
  });
});

describe('an approval', () => {
  const LOOSER = [change()];

  it('lets a change pass that it names', () => {
    const result = gate(LOOSER, [approval()]);
    expect(result).toMatchObject({ outcome: 'pass', missing: [] });
    expect(result.approvals).toMatchObject([{ name: 'one', state: 'counts', message: null }]);
    expect(shown(result)).toEqual(['approve more_permissive one']);
  });

  it('goes on counting when changes go, and does not cover those that come', () => {
    const both = approval({ changes: ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'] });
    expect(gate(LOOSER, [both]).outcome).toBe('pass');
    const more = [change({ dimensions: [dimension('aaaaaaaaaaaa'), dimension('cccccccccccc')] })];
    expect(gate(more, [both])).toMatchObject({ outcome: 'blocked', missing: ['cccccccccccc'] });
  });

  it('counts for exactly its changes where it is not sticky', () => {
    const both = approval({ changes: ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'] });
    const config = approvalsConfig({ sticky: false });
    expect(gate(LOOSER, [both], { config }).approvals[0]?.state).toBe('refused');
    expect(gate(LOOSER, [approval()], { config }).outcome).toBe('pass');
  });

  it.for([
    ['the author', ['alice@example.com'], 'alice@example.com wrote the change, and nobody approves their own'],
    [
      'the author in capitals',
      ['Alice@Example.com'],
      'Alice@Example.com may be alice@example.com, who wrote the change',
    ],
    [
      'the author with a tag',
      ['alice+fb@example.com'],
      'alice+fb@example.com may be alice@example.com, who wrote the change',
    ],
    ['the name of the author', ['@alice'], '@alice may be alice@example.com, who wrote the change'],
    ['a hidden address of the author', ['7+alice@users.noreply.github.com'], 'may be alice@example.com'],
  ] as const)('by %s does not count', ([, by, message]) => {
    const result = gate(LOOSER, [approval({ by })]);
    expect(result).toMatchObject({ outcome: 'blocked', missing: ['aaaaaaaaaaaa'] });
    expect(result.approvals[0]).toMatchObject({ state: 'refused' });
    expect(result.approvals[0]?.message).toContain(message);
    expect(gate(LOOSER, [approval({ by })], { config: approvalsConfig({ preventSelfApproval: false }) }).outcome).toBe(
      'pass',
    );
  });

  it('counts with a warning when an author wrote it down, for only a review of the file proves it', () => {
    const approvalCommits = new Map([['policies/approvals/one.yaml', { people: ['alice@example.com'], at: NOW }]]);
    const result = gate(LOOSER, [approval()], { context: { approvalCommits } });
    expect(result.outcome).toBe('warn');
    expect(shown(result)).toEqual(['approve more_permissive one', 'warn approval_unvouched']);
    expect(result.approvals[0]?.message).toBe(
      'alice@example.com, an author of the change, wrote down that bob@example.com agreed',
    );
    // A second one that nobody needs to doubt settles it.
    expect(gate(LOOSER, [approval(), approval({ name: 'two' })], { context: { approvalCommits } }).outcome).toBe(
      'pass',
    );
  });

  it('is not conclusive where nobody knows the authors', () => {
    const result = gate(LOOSER, [approval()], { context: { authors: null } });
    expect(result.outcome).toBe('inconclusive');
    expect(shown(result)).toContain('warn authors_unknown');
  });

  it('counts through its last day and not longer', () => {
    const last = approval({ expires: '2026-06-01' });
    expect(gate(LOOSER, [last]).outcome).toBe('pass');
    const later = { context: { now: Date.parse('2026-06-02T00:00:00Z') } };
    expect(gate(LOOSER, [last], later).outcome).toBe('blocked');
    expect(gate(LOOSER, [last], later).approvals).toMatchObject([
      { state: 'ended', message: 'its last day was 2026-06-01' },
    ]);
  });

  it('does not outlive the time after its commit', () => {
    const config = approvalsConfig({ ttl: millis(DAY) });
    expect(gate(LOOSER, [approval()], { config }).approvals).toMatchObject([
      { state: 'ended', message: 'it was committed more than 1d ago, the longest that an approval counts' },
    ]);
    expect(gate(LOOSER, [approval({ name: 'not-committed-yet' })], { config }).outcome).toBe('pass');
  });

  it('of changes that are gone is told as unused', () => {
    const result = gate(LOOSER, [approval(), approval({ name: 'two', changes: ['dddddddddddd'] })]);
    expect(result.outcome).toBe('pass');
    expect(result.approvals.map(({ name, state }) => `${name} ${state}`)).toEqual(['one counts', 'two unused']);
  });

  it('counts only from those who may give it', () => {
    const config = approvalsConfig({ from: ['carol@example.com'] });
    expect(gate(LOOSER, [approval()], { config }).approvals[0]?.message).toBe(
      'bob@example.com is not among those who may approve',
    );
    expect(gate(LOOSER, [approval({ by: ['bob@example.com', 'Carol@example.com'] })], { config }).outcome).toBe('pass');
  });

  it('counts people and not files', () => {
    const config = approvalsConfig({ min: 2 });
    const again = approval({ name: 'two', by: ['bob+work@example.com', '@bob'] });
    const blocked = gate(LOOSER, [approval(), again], { config });
    expect(blocked.outcome).toBe('blocked');
    expect(blocked.reasons[0]?.hint).toBe('it needs an approval by 2 different people: firebreak approve --permanent');
    expect(gate(LOOSER, [approval(), approval({ name: 'two', by: ['@carol'] })], { config }).outcome).toBe('pass');
  });

  it('of loosening that never ends must say so', () => {
    const result = gate(LOOSER, [approval({ permanent: false })]);
    expect(result.outcome).toBe('blocked');
    expect(result.reasons[0]?.hint).toBe(
      'it never ends, so it needs an approval with permanent: true by one person, or a waiver that ends',
    );
  });

  it('of loosening that a waiver ends need not', () => {
    const back = change({
      verdict: 'less_permissive',
      dimensions: [dimension('eeeeeeeeeeee', { direction: 'tightened', before: 'ES256, RS256', after: 'ES256' })],
    });
    const at = approval().at;
    const diff = diffOf(LOOSER, { scheduled: [{ after: '2026-08-01', waiver: 'legacy', at, change: back }] });
    const given = [approval({ permanent: false })];
    expect(evaluateGate(diff, GATE_DEFAULTS, given, context()).outcome).toBe('pass');
    const elsewhere = { ...back, targets: [] };
    const other = diffOf(LOOSER, { scheduled: [{ after: '2026-08-01', waiver: 'legacy', at, change: elsewhere }] });
    expect(evaluateGate(other, GATE_DEFAULTS, given, context()).outcome).toBe('blocked');
  });

  it('is of no use against what is denied', () => {
    const result = gate([change({ verdict: 'ungoverned' })], [approval()]);
    expect(result).toMatchObject({ outcome: 'blocked', missing: [] });
    expect(result.approvals[0]?.state).toBe('unused');
  });
});

describe('a mass change', () => {
  const loosened = (count: number): readonly PolicyChange[] =>
    Array.from({ length: count }, (_, index) =>
      change({
        targets: [{ environment: 'prod', service: `s${index}`, route: '*', labels: {}, verifiers: [] }],
        dimensions: [dimension(index.toString(16).padStart(12, '0'))],
      }),
    );
  const all = (count: number, by: readonly string[]): Approval =>
    approval({ changes: loosened(count).flatMap(({ dimensions }) => dimensions.map((one) => one.fingerprint)), by });

  it('is denied above the share, and only where there are enough targets', () => {
    const by = ['bob@example.com', 'carol@example.com'];
    expect(gate(loosened(3), [all(3, by)], { context: { targets: 10 } }).outcome).toBe('pass');
    const denied = gate(loosened(4), [all(4, by)], { context: { targets: 10 } });
    expect(denied.outcome).toBe('blocked');
    expect(denied.reasons[0]).toMatchObject({
      rule: 'deny',
      cause: 'mass_change',
      message: '4 of 10 targets are loosened, more than 30%',
    });
    expect(gate(loosened(9), [all(9, by)], { context: { targets: 9 } }).outcome).toBe('pass');
  });

  it('counts at least the targets that changed', () => {
    expect(shown(gate(loosened(12), [all(12, ['bob@example.com'])]))).toContain('deny mass_change');
  });

  it('passes when it is meant and two people agree', () => {
    const meant = { context: { targets: 10, forceMassChange: true } };
    expect(gate(loosened(4), [all(4, ['bob@example.com'])], meant).outcome).toBe('blocked');
    expect(gate(loosened(4), [all(4, ['bob@example.com', 'carol@example.com'])], meant).outcome).toBe('pass');
  });
});

describe('what keeps watch', () => {
  const protectedChanges = [{ fingerprint: 'ffffffffffff', message: 'the gate has changed', file: 'firebreak.yaml' }];

  it('is gated itself', () => {
    const result = gate([], [], { context: { protectedChanges } });
    expect(result).toMatchObject({ outcome: 'blocked', missing: ['ffffffffffff'] });
    const given = [approval({ changes: ['ffffffffffff'], permanent: false })];
    expect(gate([], given, { context: { protectedChanges } }).outcome).toBe('pass');
  });

  it('asks for one more approval beside a waiver that is longer than waivers are for', () => {
    const waivers = [{ fingerprint: 'dddddddddddd', message: 'Waiver "x" lasts 200 days, more than 90' }];
    const changes = ['aaaaaaaaaaaa', 'dddddddddddd'];
    const result = gate([change()], [approval({ changes })], { context: { waivers } });
    expect(result).toMatchObject({ outcome: 'blocked', missing: ['aaaaaaaaaaaa'] });
    expect(
      gate([change()], [approval({ changes }), approval({ name: 'two', by: ['carol@example.com'] })], {
        context: { waivers },
      }).outcome,
    ).toBe('pass');
    expect(gate([], [], { context: { waivers } })).toMatchObject({ outcome: 'blocked', missing: ['dddddddddddd'] });
  });
});

describe('a replay', () => {
  const config = { replay: { maxRevoked: 0.001, minDecidable: 0.9 } };

  it.for([
    ['was not made', null, 'inconclusive'],
    ['decides too little', { revoked: 0, decidable: 0.5 }, 'inconclusive'],
    ['refuses too much', { revoked: 0.01, decidable: 1 }, 'blocked'],
    ['refuses too much of what little it decides', { revoked: 0.01, decidable: 0.5 }, 'blocked'],
    ['is fine', { revoked: 0.001, decidable: 0.9 }, 'pass'],
  ] as const)('that %s', ([, replay, outcome]) => {
    expect(gate([], [], { config, context: { replay } }).outcome).toBe(outcome);
  });
});
