import type {
  ChangeTarget,
  DiffSide,
  DimensionChange,
  GateResult,
  PolicyChange,
  PolicyDiff,
  PredictedChange,
  Witness,
} from '../../src/model/change.ts';
import type { Location } from '../../src/model/location.ts';
import { millis } from '../../src/model/quantity.ts';
import type { DiffReport } from '../../src/report/diff-wording.ts';

export function place(file: string, line: number, column: number, length = 1): Location {
  return { file, line, column, endLine: line, endColumn: column + length };
}

export function target(service: string, environment: string): ChangeTarget {
  return { environment, service, route: '*', labels: {}, verifiers: [`${service}-gateway`] };
}

export function dimension(part: Partial<DimensionChange> = {}): DimensionChange {
  return {
    fingerprint: '7be0c2a41f93',
    facet: 'acceptance',
    path: 'tokens.access_token.binding.accept',
    direction: 'loosened',
    before: 'dpop',
    after: 'bearer, dpop',
    atBefore: place('policies/prod.yaml', 9, 17, 6),
    atAfter: place('policies/prod.yaml', 9, 17, 14),
    breaking: 'none',
    ...part,
  };
}

export function witness(part: Partial<Witness> = {}): Witness {
  return {
    accepted: 'after',
    paths: ['tokens.access_token.binding.accept'],
    header: { typ: 'at+jwt', alg: 'ES256', kid: 'witness' },
    claims: {
      iss: 'https://id.example.com/',
      aud: 'orders',
      exp: 1_790_000_300,
      iat: 1_790_000_000,
      sub: 'firebreak-witness',
      client_id: 'firebreak-witness',
    },
    context: { now: '2026-09-21T14:13:20Z', route: '/v1/orders' },
    reasons: [
      {
        path: 'tokens.access_token.binding.accept',
        message: 'binding: bearer, allowed: dpop',
        reference: 'RFC 9449 section 6',
      },
    ],
    ...part,
  };
}

export function change(part: Partial<PolicyChange> = {}): PolicyChange {
  return {
    name: 'orders @ prod',
    targets: [target('orders', 'prod')],
    token: 'access_token',
    verdict: 'more_permissive',
    assurance: 'equal',
    breaking: 'none',
    drain: null,
    policiesBefore: ['prod'],
    policiesAfter: ['prod'],
    dimensions: [dimension()],
    witnesses: [witness()],
    unknownBecause: null,
    ...part,
  };
}

export function predicted(part: Partial<PredictedChange> = {}): PredictedChange {
  return {
    environment: 'prod',
    verifier: 'orders-gateway',
    scenario: 'access_token',
    arm: 'quiet',
    before: millis(360_000),
    after: millis(960_000),
    objectiveBefore: millis(600_000),
    objectiveAfter: millis(600_000),
    because: ['policies/prod.yaml'],
    ...part,
  };
}

function side(label: string, commit: string | null, digest: string): DiffSide {
  return { label, commit, digest: digest.repeat(16), problems: [] };
}

export function policyDiff(part: Partial<PolicyDiff> = {}): PolicyDiff {
  return {
    base: side('main', '3f2a91c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60', '9c41'),
    head: side('HEAD', 'b07d4e2aa1b2c3d4e5f60718293a4b5c6d7e8f90', 'e07b'),
    changes: [change()],
    scheduled: [],
    predicted: [],
    rollout: [],
    notes: [],
    reformatted: [],
    ...part,
  };
}

export function gate(part: Partial<GateResult> = {}): GateResult {
  return {
    outcome: 'blocked',
    reasons: [
      {
        rule: 'approve',
        cause: 'more_permissive',
        message: 'orders @ prod accepts more access tokens',
        fingerprints: ['7be0c2a41f93', '19d0aa7c3e58'],
        approvedBy: [],
        needed: 2,
        hint: 'ask team:identity-security',
      },
      {
        rule: 'warn',
        cause: 'breaking_transient',
        message: 'billing @ stage breaks live access tokens',
        fingerprints: ['5c1d90e2ab77'],
        approvedBy: [],
        needed: 0,
        hint: null,
      },
    ],
    missing: ['19d0aa7c3e58', '7be0c2a41f93'],
    approvals: [],
    source: '3f2a91c:firebreak.yaml',
    ...part,
  };
}

const LIFETIME = dimension({
  fingerprint: '19d0aa7c3e58',
  path: 'tokens.access_token.lifetime.max',
  before: '5m',
  after: '15m',
  atBefore: place('policies/prod.yaml', 8, 24, 2),
  atAfter: place('policies/prod.yaml', 8, 24, 3),
});

const ALGORITHMS = dimension({
  fingerprint: '5c1d90e2ab77',
  path: 'tokens.access_token.algorithms',
  direction: 'tightened',
  before: 'PS256, RS256',
  after: 'PS256',
  atBefore: place('policies/services/billing.yaml', 9, 17, 14),
  atAfter: place('policies/services/billing.yaml', 9, 17, 7),
  breaking: 'transient',
});

/** The pull request of the example in docs/reviews.md: two loosenings, one tightening that drains, weaker promises. */
export function reviewed(): DiffReport {
  const services = ['orders', 'carts', 'checkout', 'search', 'stock', 'prices', 'users', 'mail', 'edge'];
  const objective = dimension({
    fingerprint: 'c0ffee123456',
    facet: 'assurance',
    path: 'revocation.objectives.access_token.max',
    before: '10m',
    after: '20m',
    atBefore: place('policies/base.yaml', 21, 31, 3),
    atAfter: place('policies/base.yaml', 21, 31, 3),
  });
  return {
    diff: policyDiff({
      changes: [
        change({
          name: '9 services @ prod',
          targets: services.map((service) => target(service, 'prod')),
          policiesBefore: ['base', 'prod'],
          policiesAfter: ['base', 'prod'],
          dimensions: [dimension(), LIFETIME],
          witnesses: [
            witness(),
            witness({
              paths: ['tokens.access_token.lifetime.max'],
              claims: { iss: 'https://id.example.com/', aud: 'orders', exp: 1_790_000_900, iat: 1_790_000_000 },
              context: { now: '2026-09-21T14:13:20Z', proof: 'dpop', proof_age: '1s' },
              reasons: [
                {
                  path: 'tokens.access_token.lifetime.max',
                  message: 'exp: 15m, allowed: at most 5m from iat to exp',
                  reference: 'RFC 7519 section 4.1.4',
                },
              ],
            }),
          ],
        }),
        change({
          name: 'billing @ stage',
          targets: [target('billing', 'stage')],
          verdict: 'less_permissive',
          breaking: 'transient',
          drain: millis(960_000),
          policiesBefore: ['billing'],
          policiesAfter: ['billing'],
          dimensions: [ALGORITHMS],
          witnesses: [
            witness({
              accepted: 'before',
              paths: ['tokens.access_token.algorithms'],
              header: { typ: 'at+jwt', alg: 'RS256', kid: 'witness' },
              context: { now: '2026-09-21T14:13:20Z', key: 'RSA 2048' },
              reasons: [
                {
                  path: 'tokens.access_token.algorithms',
                  message: 'alg: RS256, allowed: PS256',
                  reference: 'RFC 8725 section 3.1',
                },
              ],
            }),
          ],
        }),
        change({
          name: '14 services',
          targets: [...services, 'a', 'b', 'c', 'd', 'e'].map((service) => target(service, '*')),
          verdict: 'equivalent',
          assurance: 'weaker',
          dimensions: [objective],
          witnesses: [],
        }),
      ],
      scheduled: [
        {
          after: '2026-12-02',
          waiver: 'legacy-batch',
          at: place('policies/waivers.yaml', 4, 9, 12),
          change: change({
            name: 'batch @ prod',
            targets: [target('batch', 'prod')],
            verdict: 'less_permissive',
            breaking: 'persistent',
            dimensions: [
              dimension({
                fingerprint: 'aaaabbbbcccc',
                path: 'tokens.access_token.lifetime.max',
                direction: 'tightened',
                before: '24h',
                after: '1h',
                breaking: 'persistent',
              }),
            ],
            witnesses: [],
          }),
        },
      ],
      predicted: [
        predicted(),
        predicted({ verifier: 'carts-sidecar', after: millis(540_000) }),
        predicted({ verifier: 'edge', scenario: 'signing_key', before: 'unbounded', after: millis(300_000) }),
      ],
      rollout: [
        'let issuer "stage-main" mint PS256',
        'wait 16m: 15m lifetime and 1m clock skew of tokens that were signed with RS256',
        'merge this change',
      ],
      notes: ['policies/vendor is a submodule and was left out'],
      reformatted: ['policies/audit.yaml'],
    }),
    gate: gate(),
  };
}

/** The head side of the files that `reviewed` speaks of. */
export const HEAD_TEXTS: ReadonlyMap<string, string> = new Map([
  [
    'policies/prod.yaml',
    [
      'apiVersion: firebreak.dev/v1alpha1',
      'kind: TokenPolicy',
      'metadata: { name: prod, owner: "@acme/identity" }',
      'spec:',
      '  extends: [base]',
      '  applies_to: { environments: [prod] }',
      '  tokens: { access_token: {',
      '      lifetime: { max: 15m }, # for the mobile apps',
      '      binding: { accept: [dpop, bearer] },',
      '  } }',
      '',
    ].join('\n'),
  ],
]);

/** Every other verdict and gate: what went wrong must look wrong. */
export function alarming(): DiffReport {
  const broken = {
    code: 'document/invalid',
    message: 'unknown field "algoritms" in TokenPolicy "search"',
    hint: 'did you mean "algorithms"?',
    at: place('policies/search.yaml', 14, 5, 9),
  } as const;
  const base = policyDiff();
  return {
    diff: policyDiff({
      head: { ...base.head, label: 'policies', commit: null, problems: [broken] },
      changes: [
        change({
          name: 'payments @ prod',
          targets: [target('payments', 'prod')],
          verdict: 'ungoverned',
          policiesAfter: [],
          dimensions: [
            dimension({
              fingerprint: '111111111111',
              path: 'applies_to',
              before: 'policy "payments"',
              after: '-',
              atAfter: null,
            }),
          ],
          witnesses: [witness({ reasons: [], paths: ['applies_to'] })],
        }),
        change({
          name: 'search @ prod',
          targets: [target('search', 'prod')],
          verdict: 'unknown',
          dimensions: [dimension({ fingerprint: '222222222222', path: 'tokens', before: '-', after: '-' })],
          witnesses: [],
          unknownBecause: 'policy "search" cannot be read in policies',
        }),
        change({
          name: 'users @ prod',
          targets: [target('users', 'prod')],
          token: 'refresh_token',
          verdict: 'incomparable',
          assurance: 'mixed',
          breaking: 'transient',
          drain: 'unbounded',
          dimensions: [
            dimension({
              fingerprint: '333333333333',
              path: 'tokens.refresh_token.rotation.reuse_detection',
              direction: 'changed',
              before: 'revoke_family',
              after: 'reject',
            }),
          ],
          witnesses: [],
        }),
        change({
          name: 'mail @ prod',
          targets: [target('mail', 'prod')],
          verdict: 'dead',
          breaking: 'persistent',
          dimensions: [
            dimension({
              fingerprint: '444444444444',
              path: 'tokens.access_token.audiences',
              direction: 'tightened',
              before: 'mail',
              after: '-',
              breaking: 'persistent',
            }),
          ],
          witnesses: [],
        }),
      ],
    }),
    gate: gate({
      reasons: [
        {
          rule: 'deny',
          cause: 'ungoverned',
          message: 'payments @ prod would have no policy',
          fingerprints: ['111111111111'],
          approvedBy: [],
          needed: 0,
          hint: null,
        },
        {
          rule: 'approve',
          cause: 'breaking_persistent',
          message: 'mail @ prod goes on getting tokens that it refuses',
          fingerprints: ['444444444444'],
          approvedBy: ['mail-shutdown'],
          needed: 1,
          hint: 'follow the rollout, or split the change',
        },
      ],
      missing: [],
      approvals: [
        { name: 'mail-shutdown', state: 'counts', message: null, at: place('policies/approvals/mail.yaml', 4, 9) },
        {
          name: 'payments',
          state: 'refused',
          message: 'dora wrote the change herself',
          at: place('policies/approvals/payments.yaml', 4, 9),
        },
        {
          name: 'old',
          state: 'ended',
          message: 'its last day was 2026-09-01',
          at: place('policies/approvals/old.yaml', 4, 9),
        },
        { name: 'spare', state: 'unused', message: null, at: place('policies/approvals/spare.yaml', 4, 9) },
      ],
      source: 'the defaults',
    }),
  };
}

/** Nothing changed. */
export const SAME: DiffReport = {
  diff: policyDiff({ changes: [], reformatted: ['policies/base.yaml'] }),
  gate: gate({ outcome: 'pass', reasons: [], missing: [] }),
};

/** As `reviewed`, with `text` wherever a name, a value or a message comes from a file, an issuer or a branch. */
export function hostile(text: string, count = 1): DiffReport {
  const at = place(`policies/${text}.yaml`, 1, 1);
  const dims = [
    dimension({
      before: text,
      after: `${text}!`,
      path: `tokens.access_token.claim_values.${text}`,
      atBefore: at,
      atAfter: at,
    }),
  ];
  const one = change({
    name: text,
    targets: [{ ...target(text, text), labels: { [text]: text }, verifiers: [text] }],
    policiesBefore: [text],
    policiesAfter: [text],
    dimensions: dims,
    witnesses: [
      witness({
        header: { alg: text, [text]: text },
        claims: { iss: text, [text]: [text] },
        context: { now: '2026-09-21T14:13:20Z', route: text, client_ip: text, key_from: text },
        reasons: [{ path: text, message: text, reference: text }],
      }),
    ],
    unknownBecause: text,
  });
  const base = policyDiff();
  const problem = { code: 'document/invalid', message: text, hint: text, at } as const;
  return {
    diff: policyDiff({
      base: { ...base.base, label: text, problems: [problem] },
      head: { ...base.head, label: text, commit: null, problems: [problem] },
      changes: Array.from({ length: count }, () => one),
      scheduled: [{ after: '2026-12-02', waiver: text, at, change: one }],
      predicted: Array.from({ length: count }, () => predicted({ verifier: text, environment: text, because: [text] })),
      rollout: [text],
      notes: [text],
      reformatted: [text],
    }),
    gate: gate({
      reasons: [
        {
          rule: 'approve',
          cause: text,
          message: text,
          fingerprints: ['7be0c2a41f93'],
          approvedBy: [text],
          needed: 2,
          hint: text,
        },
      ],
      approvals: [{ name: text, state: 'refused', message: text, at }],
      source: text,
    }),
  };
}
