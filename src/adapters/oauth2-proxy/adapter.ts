import type { ConfigSubject } from '../../model/config.ts';
import { ZERO, millis } from '../../model/quantity.ts';
import type { Adapter, Setting } from '../adapter.ts';
import { proxiesOf } from './options.ts';
import { readProxy } from './read.ts';

const OPTIONS = 'oauth2-proxy 7.15: pkg/apis/options';
const KEYS = 'go-oidc 3: oidc/jwks.go';

const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'derivedSessionLifetime',
    setting: 'cookie_expire',
    absent: { origin: 'default', value: millis(604_800_000), source: `${OPTIONS}/cookie.go, cookie-expire` },
    note: 'The session lives on when the token ends or the issuer ends its own session. Zero means that only the browser ends it.',
  },
  {
    on: 'verifier',
    fact: 'derivedSessionRecheck',
    setting: 'cookie_refresh',
    absent: { origin: 'default', value: 'unbounded', source: `${OPTIONS}/cookie.go, cookie-refresh` },
    note: 'Without it the issuer is never asked again. With it every refresh starts cookie_expire anew.',
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'oidc_issuer_url',
    absent: null,
    note: 'Any, with insecure_oidc_skip_issuer_verification.',
  },
  { on: 'verifier', fact: 'discoveryUrl', setting: 'oidc_issuer_url', absent: null },
  {
    on: 'verifier',
    fact: 'jwksUri',
    setting: 'oidc_jwks_url',
    absent: null,
    note: 'Counts only beside skip_oidc_discovery = true.',
  },
  { on: 'verifier', fact: 'keySource', setting: 'oidc_public_key_files', absent: null },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'client_id',
    absent: null,
    note: 'oidc_extra_audiences adds to it; extra_jwt_issuers names one for each issuer.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'oidc_enabled_signing_algs',
    absent: null,
    note: 'Absent, what the discovery document lists; without discovery RS256.',
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: { origin: 'platform', value: true, source: 'go-oidc 3: oidc/verify.go, a missing exp is the year 1' },
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: 'go-oidc 3: oidc/verify.go, exp without leeway' },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${KEYS}, a known kid is verified with the keys of the last fetch`,
    },
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: { origin: 'platform', value: 'unbounded', source: `${KEYS}, keys are replaced only when a fetch succeeds` },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: 'skip_jwt_bearer_tokens',
    absent: null,
    note: 'Only with it can a caller send tokens of his own; a token under an unknown kid is then fetched for at once.',
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'ssl_insecure_skip_verify',
    absent: { origin: 'default', value: true, source: `${OPTIONS}/options.go, ssl-insecure-skip-verify` },
  },
  {
    on: 'verifier',
    fact: 'claimHeaders',
    setting: 'skip_auth_strip_headers',
    absent: null,
    note: 'X-Forwarded-User and its kin, unless pass_user_headers is off; taken off what callers send by default.',
  },
  {
    on: 'verifier',
    fact: 'forwardsToken',
    setting: 'pass_access_token',
    absent: { origin: 'default', value: false, source: `${OPTIONS}/legacy_options.go, pass-access-token` },
    note: 'Also pass_authorization_header and set_authorization_header, which hand on the ID token.',
  },
  {
    on: 'route',
    fact: 'requirement',
    setting: 'skip_auth_routes',
    absent: { origin: 'default', value: 'required', source: `${OPTIONS}/options.go, skip-auth-route` },
    note: 'Also skip_auth_regex, and skip_auth_preflight for OPTIONS.',
  },
];

/** Reads the file, the flags, the environment and the structured configuration of oauth2-proxy. */
export const adapter: Adapter = {
  id: 'oauth2-proxy',
  title: 'oauth2-proxy',
  role: 'reverse proxy',
  reads:
    'Version 7: its file (TOML, `oauth2-proxy.cfg`, also inside a ConfigMap), flags and `OAUTH2_PROXY_*` variables of Compose files, Kubernetes workloads and `.env` files, values of its Helm chart, and `providers` of the structured (alpha) configuration.',
  assumes: [
    'A file that names a provider or a client is the whole configuration; variables and flags that are set where it is started win over it and are not seen.',
    'Provider types that verify no ID token (`google`, `github`, `keycloak` and others) are only read for their sessions.',
  ],
  sources: [
    'https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview',
    'https://github.com/oauth2-proxy/oauth2-proxy/tree/master/pkg/apis/options',
  ],
  settings,
  examples: [
    {
      file: 'oauth2-proxy.cfg',
      text: `provider = "oidc"
oidc_issuer_url = "https://id.example.com/realms/shop"
client_id = "shop"
client_secret_file = "/run/secrets/client"
cookie_secret_file = "/run/secrets/cookie"
cookie_expire = "8h"
cookie_refresh = "5m"
email_domains = ["example.com"]
upstreams = ["http://shop:8080"]
`,
    },
  ],
  mayHold: (_file, text) =>
    /oauth2[-_]?proxy/i.test(text) ||
    /cookie[_-](?:secret|expire|refresh|secure)|oidc[_-]issuer[_-]url|email_domains|skip_auth_|upstreamConfig|oidcConfig/.test(
      text,
    ),
  recognise: (document) => proxiesOf(document).length > 0,
  read: (document): readonly ConfigSubject[] => proxiesOf(document).flatMap((proxy) => readProxy(proxy, settings)),
};
