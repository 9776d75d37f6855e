import type { Approval } from '../../src/model/approval.ts';
import type { DimensionChange, PolicyChange, PolicyDiff } from '../../src/model/change.ts';
import type { GateContext } from '../../src/model/gate.ts';
import { startOf } from '../../src/model/location.ts';
import { startOfDay } from '../../src/policy/day.ts';

export const NOW: number = Date.parse('2026-06-01T12:00:00Z');
const DAY = 86_400_000;

export function dimension(fingerprint: string, over: Partial<DimensionChange> = {}): DimensionChange {
  return {
    fingerprint,
    facet: 'acceptance',
    path: 'tokens.access_token.algorithms',
    direction: 'loosened',
    before: 'ES256',
    after: 'ES256, RS256',
    atBefore: null,
    atAfter: null,
    breaking: 'none',
    ...over,
  };
}

export function change(over: Partial<PolicyChange> = {}): PolicyChange {
  return {
    name: 'orders @ prod',
    targets: [{ environment: 'prod', service: 'orders', route: '*', labels: {}, verifiers: [] }],
    token: 'access_token',
    verdict: 'more_permissive',
    assurance: 'equal',
    breaking: 'none',
    drain: null,
    policiesBefore: ['orders'],
    policiesAfter: ['orders'],
    dimensions: [dimension('aaaaaaaaaaaa')],
    witnesses: [],
    unknownBecause: null,
    ...over,
  };
}

export function diffOf(changes: readonly PolicyChange[], over: Partial<PolicyDiff> = {}): PolicyDiff {
  const side = { label: 'main', commit: null, digest: '', problems: [] };
  return {
    base: side,
    head: { ...side, label: 'head' },
    changes,
    scheduled: [],
    predicted: [],
    rollout: [],
    notes: [],
    reformatted: [],
    ...over,
  };
}

export interface ApprovalParts {
  readonly name?: string;
  readonly changes?: readonly string[];
  readonly by?: readonly string[];
  readonly expires?: string;
  readonly permanent?: boolean;
}

export function approval(parts: ApprovalParts = {}): Approval {
  const { name = 'one', changes = ['aaaaaaaaaaaa'], by = ['bob@example.com'], permanent = true } = parts;
  const text = parts.expires ?? '2026-06-10';
  const file = `policies/approvals/${name}.yaml`;
  const at = startOf(file);
  const starts = startOfDay(text) ?? Number.NaN;
  return {
    name,
    file,
    changes: changes.map((fingerprint) => ({ fingerprint, at })),
    approvedBy: by.map((who) => ({ who, at })),
    reason: 'the clients cannot do better before winter',
    expires: { text, starts, ends: starts + DAY, at },
    permanent,
    at,
  };
}

export function context(over: Partial<GateContext> = {}): GateContext {
  return {
    now: NOW,
    authors: ['alice@example.com'],
    approvalCommits: new Map([
      ['policies/approvals/one.yaml', { people: ['bob@example.com'], at: NOW - DAY }],
      ['policies/approvals/two.yaml', { people: ['carol@example.com'], at: NOW - DAY }],
    ]),
    protectedChanges: [],
    waivers: [],
    targets: null,
    replay: null,
    forceMassChange: false,
    source: 'defaults',
    ...over,
  };
}
