import * as fc from 'fast-check';
import type { EffectivePolicy, TokenClassSpec, TokenPolicySpec } from '../../src/model/policy.ts';
import { startOf } from '../../src/model/location.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';

/** Leaves members out as often as it writes them, so that defaults take part. */
function partly<T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record(members, { requiredKeys: [] });
}

function some<const T extends string>(...items: readonly T[]) {
  return fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: items.length });
}

const seconds = (...choices: readonly number[]) => fc.constantFrom(...choices).map((count) => `${count}s`);

const TOKEN: fc.Arbitrary<TokenClassSpec> = partly({
  present: fc.constantFrom(true, true, true, true, false),
  typ: some('at+jwt', 'jwt', 'absent'),
  algorithms: some('ES256', 'ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519', 'HS256', 'none'),
  audiences: some('orders', 'billing', 'mail'),
  audience_match: fc.constantFrom('any' as const, 'all' as const, 'exact' as const),
  lifetime: fc.record({ max: seconds(60, 600, 900) }),
  max_age: seconds(30, 300, 600, 2000),
  clock_skew: fc.record({ max: seconds(0, 5, 60) }),
  required_claims: some('iss', 'sub', 'jti', 'nbf', 'cnf', 'acr'),
  claim_values: fc.dictionary(
    fc.constantFrom('acr', 'tier', 'aud', 'iss', 'constructor'),
    some('a', 'b', 'orders', 'https://a'),
    {
      maxKeys: 2,
    },
  ),
  crit: some('x', 'y', 'kid'),
  binding: partly({
    accept: some('bearer', 'dpop', 'mtls', 'ip'),
    dpop: partly({
      signing_algorithms: some('ES256', 'PS256', 'HS256'),
      max_proof_age: seconds(5, 30),
      require_nonce: fc.boolean(),
      require_ath: fc.boolean(),
    }),
    ip: fc.record({ cidrs: some('10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9', '::ffff:10.0.0.0/112', '2001:db8::/32') }),
  }),
});

const SPEC: fc.Arbitrary<TokenPolicySpec> = partly({
  issuers: fc
    .uniqueArray(fc.constantFrom('https://a', 'https://b'), { minLength: 1 })
    .map((names) => names.map((issuer) => ({ issuer }))),
  keys: partly({
    curves: some('P-256', 'P-384'),
    kid_required: fc.boolean(),
    sources: some('jwks_uri', 'jku', 'jwk'),
  }),
}).chain((rest) =>
  TOKEN.map((token) => ({
    issuers: [{ issuer: 'https://a' }],
    ...rest,
    tokens: { access_token: { audiences: ['orders'], ...token } },
  })),
);

/** Any policy about access tokens. */
export const POLICY: fc.Arbitrary<TokenPolicySpec> = SPEC;

/** A policy, and one that differs from it in a few members: what pull requests look like. */
export const POLICY_PAIR: fc.Arbitrary<readonly [TokenPolicySpec, TokenPolicySpec]> = fc
  .tuple(SPEC, SPEC, fc.infiniteStream(fc.integer({ min: 0, max: 3 })))
  .map(([before, other, dice]) => [before, mix(before, other, dice)]);

/** The first with every fourth member of the second. */
function mix(before: TokenPolicySpec, other: TokenPolicySpec, dice: Iterator<number>): TokenPolicySpec {
  const choose = <T extends object>(own: T, foreign: T): T => {
    const names = new Set([...Object.keys(own), ...Object.keys(foreign)]);
    const chosen = [...names].flatMap((name) => {
      const source = dice.next().value === 0 ? foreign : own;
      const value: unknown = Reflect.get(source, name);
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(chosen) as T;
  };
  const own = before.tokens?.access_token ?? {};
  const foreign = other.tokens?.access_token ?? {};
  return {
    ...choose(before, other),
    issuers: (dice.next().value === 0 ? other : before).issuers ?? [],
    tokens: { access_token: { audiences: ['orders'], ...choose(own, foreign) } },
  };
}

const PLACE = startOf('policies/p.yaml');

/**
 * Contradictions inside of one document leave nothing accepted, which is a case like any other. The document is made without a
 * text: thousands of them would be parsed, and where a value stands plays no part here.
 */
export function effective(spec: TokenPolicySpec): EffectivePolicy {
  const data = { metadata: { name: 'p' }, spec };
  const source = { file: PLACE.file, index: 0, data, locate: () => PLACE, locateKey: () => PLACE };
  const { policies } = resolvePolicies([{ source, kind: 'TokenPolicy', name: 'p', owner: '@team', labels: {}, spec }]);
  const [policy] = policies;
  if (policy === undefined) throw new Error('the policy did not resolve');
  return policy;
}
