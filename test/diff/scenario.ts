import type { Files } from './diff-sides.ts';

/** One change that somebody could propose, and what has to come out. */
export interface Scenario {
  /** Name of the golden file. */
  readonly name: string;
  readonly before: Files;
  readonly after: Files;
}

/** Replaces texts that are there once; one that is not there, or twice, is a mistake of the scenario. */
export function edited(text: string, ...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((old, [from, to]) => {
    if (old.split(from).length !== 2) throw new Error(`not there exactly once: ${from}`);
    return old.replace(from, () => to);
  }, text);
}

/** A policy with most fields written, so that a scenario is a change of one line. */
export const ORDERS = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: orders, owner: '@orders' }
spec:
  applies_to: { services: [orders], environments: [prod] }
  issuers:
    - { issuer: https://id.example.com/, jwks_uri: https://id.example.com/jwks }
  keys:
    min_rsa_bits: 3072
    curves: [P-256]
    sources: [jwks_uri]
    kid_required: true
    unknown_kid: refresh
  tokens:
    access_token:
      typ: [at+jwt]
      algorithms: [ES256, PS256]
      audiences: [orders]
      audience_match: any
      lifetime: { max: 10m }
      clock_skew: { max: 30s }
      max_age: 10m
      required_claims: [iss, sub, aud, exp, iat, jti]
      claim_values: { tier: [gold, silver] }
      crit: []
      binding:
        accept: [dpop, mtls]
        dpop:
          signing_algorithms: [ES256]
          max_proof_age: 30s
          require_nonce: true
          require_ath: true
          replay_cache: required
`;

export const FILE = 'policies/orders.yaml';

/** One or more edits of the policy in one file. */
export function change(name: string, ...edits: readonly (readonly [string, string])[]): Scenario {
  return { name, before: { [FILE]: ORDERS }, after: { [FILE]: edited(ORDERS, ...edits) } };
}

/** The same change the other way round. */
export function reverse({ before, after }: Scenario, name: string): Scenario {
  return { name, before: after, after: before };
}
