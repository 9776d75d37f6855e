import type { Scenario } from './scenario.ts';
import { FILE, ORDERS, edited, change, reverse } from './scenario.ts';

const ACCEPT = 'accept: [dpop, mtls]\n';
const withAuthorities = (files: string): string =>
  edited(ORDERS, [ACCEPT, `${ACCEPT}        mtls: { ca_bundles: [${files}] }\n`]);
const AUTHORITY: Scenario = {
  name: 'mtls-authority-added',
  before: { [FILE]: withAuthorities('ca/partners.pem') },
  after: { [FILE]: withAuthorities('ca/partners.pem, ca/public.pem') },
};
const BEARER = change('binding-bearer-added', ['accept: [dpop, mtls]', 'accept: [dpop, mtls, bearer]']);
const ISSUER = change('issuer-added', [
  '    - { issuer: https://id.example.com/, jwks_uri: https://id.example.com/jwks }\n',
  '    - { issuer: https://id.example.com/, jwks_uri: https://id.example.com/jwks }\n    - { issuer: https://partner.example.net/, jwks_uri: https://partner.example.net/keys }\n',
]);
const ALGORITHM = change('algorithm-added', ['algorithms: [ES256, PS256]', 'algorithms: [ES256, PS256, RS256]']);
const TYP = change('typ-absent-allowed', ['typ: [at+jwt]', 'typ: [at+jwt, absent]']);
const AUDIENCE = change('audience-added', ['audiences: [orders]', 'audiences: [orders, billing]']);
const MATCH = change('audience-match-exact', ['audience_match: any', 'audience_match: exact']);
const LIFETIME = change('lifetime-longer', ['lifetime: { max: 10m }', 'lifetime: { max: 1h }']);
const LIFETIME_AND_AGE = change(
  'lifetime-and-age-longer',
  ['lifetime: { max: 10m }', 'lifetime: { max: 1h }'],
  ['max_age: 10m', 'max_age: 1h'],
);
const AGE = change('max-age-shorter', ['max_age: 10m', 'max_age: 5m']);
const SKEW = change('clock-skew-longer', ['clock_skew: { max: 30s }', 'clock_skew: { max: 2m }']);
const CLAIM = change('required-claim-added', ['exp, iat, jti]', 'exp, iat, jti, acr]']);
const VALUE = change('claim-value-added', ['tier: [gold, silver]', 'tier: [bronze, gold, silver]']);
const CRIT = change('crit-added', ['crit: []', 'crit: [b64]']);
const PROOF = change(
  'dpop-checks-dropped',
  ['max_proof_age: 30s', 'max_proof_age: 5m'],
  ['require_nonce: true', 'require_nonce: false'],
  ['require_ath: true', 'require_ath: false'],
  ['replay_cache: required', 'replay_cache: optional'],
  ['signing_algorithms: [ES256]', 'signing_algorithms: [ES256, RS256]'],
);
const NONCE = change('dpop-nonce-dropped', ['require_nonce: true', 'require_nonce: false']);

/** What one class of tokens accepts, field by field and both ways. */
export const TOKEN_SCENARIOS: readonly Scenario[] = [
  ISSUER,
  reverse(ISSUER, 'issuer-removed'),
  change('issuer-keys-moved', ['jwks_uri: https://id.example.com/jwks', 'jwks_uri: https://keys.example.com/jwks']),
  change('issuer-keys-not-pinned', [', jwks_uri: https://id.example.com/jwks', '']),
  ALGORITHM,
  reverse(ALGORITHM, 'algorithm-removed'),
  change('algorithm-replaced', ['algorithms: [ES256, PS256]', 'algorithms: [ES256, Ed25519]']),
  TYP,
  reverse(TYP, 'typ-absent-refused'),
  AUDIENCE,
  reverse(AUDIENCE, 'audience-removed'),
  MATCH,
  reverse(MATCH, 'audience-match-any'),
  LIFETIME,
  LIFETIME_AND_AGE,
  reverse(LIFETIME_AND_AGE, 'lifetime-and-age-shorter'),
  AGE,
  reverse(AGE, 'max-age-longer'),
  SKEW,
  reverse(SKEW, 'clock-skew-shorter'),
  CLAIM,
  reverse(CLAIM, 'required-claim-dropped'),
  VALUE,
  reverse(VALUE, 'claim-value-removed'),
  CRIT,
  reverse(CRIT, 'crit-removed'),
  BEARER,
  reverse(BEARER, 'binding-bearer-removed'),
  AUTHORITY,
  reverse(AUTHORITY, 'mtls-authority-removed'),
  PROOF,
  reverse(PROOF, 'dpop-checks-added'),
  NONCE,
  reverse(NONCE, 'dpop-nonce-demanded'),
];
