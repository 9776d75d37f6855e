/** Texts of revocations in rule examples, and a policy that says how long the tokens they refuse are alive. */
import { policyText } from './example-documents.ts';

export interface RevocationExample {
  readonly name?: string;
  /** `null` for every issuer. */
  readonly issuer?: string | null;
  /** YAML of list items, in flow style. */
  readonly revoke: readonly string[];
  readonly created?: string;
  readonly expires: string;
}

/** A Revocation about the issuer of `REVOCABLE`. */
export function revocationText({
  name = 'inc-2031',
  issuer = 'https://id.example.com',
  revoke,
  created = '2026-06-01T12:00:00Z',
  expires,
}: RevocationExample): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: Revocation
metadata: { name: ${name}, owner: '@identity' }
spec:
${issuer === null ? '' : `  issuer: ${issuer}\n`}  revoke:
${revoke.map((entry) => `    - ${entry}\n`).join('')}  reason: found in a public image by the scanner
  incident: INC-2031
  created: ${created}
  expires: ${expires}
`;
}

/** A policy whose access tokens live for an hour and whose denylist can name the given keys. */
export function revocablePolicy(keys: string): string {
  return policyText(
    'orders',
    `issuers: [{ issuer: 'https://id.example.com', jwks_uri: 'https://id.example.com/jwks' }]
tokens:
  access_token:
    lifetime: { max: 1h }
    clock_skew: { max: 1m }
  id_token: { present: false }
  refresh_token: { present: false }
jwks_cache: { max_ttl: 10m, max_stale: 2h }
revocation:
  channels:
    - { type: denylist, keys: [${keys}], poll_interval: 10s }`,
  );
}
