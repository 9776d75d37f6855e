import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const DOCS = 'Traefik Hub: docs/content/reference/routing-configuration/http/middlewares';

/** Facts of Traefik Hub's middlewares, with the options they come from. */
export const settings: readonly Setting[] = [
  { on: 'verifier', fact: 'keySource', setting: 'jwt.jwksUrl, .jwksFile, .publicKey, .signingSecret', absent: null },
  {
    on: 'verifier',
    fact: 'jwksUri',
    setting: 'jwt.jwksUrl',
    absent: null,
    note: 'Given as a path, it is asked for at the host that iss of the token names.',
  },
  { on: 'verifier', fact: 'discoveryUrl', setting: 'oidc.issuer', absent: null },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'jwt.claims, oidc.issuer',
    absent: { origin: 'default', value: null, source: `${DOCS}/jwt.md, claims: none is compared unless named` },
    note: 'As Equals(`iss`, `https://id.example.com`).',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'jwt.claims',
    absent: { origin: 'default', value: null, source: `${DOCS}/jwt.md, claims: none is compared unless named` },
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${DOCS}/jwt.md checks nbf, exp and iat if they are present` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: { origin: 'platform', value: false, source: `${DOCS}/jwt.md checks nbf, exp and iat if they are present` },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: null,
    absent: null,
    note: 'HTTP cache headers of the key set decide, so it is unknown.',
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${DOCS}/jwt.md, the token is verified for every request` },
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: 'clientConfig.timeoutSeconds',
    unit: 's',
    absent: { origin: 'default', value: millis(5000), source: `${DOCS}/jwt.md, clientConfig.timeoutSeconds: 5` },
    note: 'Of one attempt; clientConfig.maxRetries more follow.',
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'clientConfig.tls.insecureSkipVerify',
    absent: {
      origin: 'default',
      value: true,
      source: `${DOCS}/jwt.md, clientConfig.tls.insecureSkipVerify: false`,
    },
  },
  { on: 'verifier', fact: 'fetchRestricted', setting: 'jwt.jwksUrl', absent: null, note: 'Not where it is a path.' },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'jwt.tokenKey, oAuthIntrospection.tokenSource.query',
    absent: { origin: 'default', value: false, source: `${DOCS}/jwt.md, tokenKey: empty` },
  },
  {
    on: 'verifier',
    fact: 'forwardsToken',
    setting: 'forwardAuthorization',
    absent: { origin: 'default', value: false, source: `${DOCS}/jwt.md, forwardAuthorization: false` },
  },
  { on: 'verifier', fact: 'claimHeaders', setting: 'forwardHeaders', absent: null },
  {
    on: 'verifier',
    fact: 'derivedSessionLifetime',
    setting: 'oidc.session.expiry, oidc.session.sliding',
    unit: 's',
    absent: null,
    note: '24h unless set, and renewed by every request unless sliding is false: a session in use has no end.',
  },
];

const OF_FETCHES = new Set(['fetchTimeout', 'tlsVerified']);

/** Facts of the middlewares that ask others. */
export const settingsOfClients: readonly Setting[] = settings.filter(({ fact }) => OF_FETCHES.has(fact));

/** Facts of keys that stand in the configuration. */
export const settingsWithoutFetch: readonly Setting[] = settings.filter(({ fact }) => !OF_FETCHES.has(fact));
