import type { ConfigRemark, ConfigSecret } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { flagFact, listFact } from '../facts.ts';
import type { ProxyOptions } from './options.ts';
import { COMMA } from './options.ts';
import { secretsOf } from '../secret.ts';

export function isBareNumber({ value }: ConfigNode): boolean {
  return (typeof value === 'number' && value !== 0) || (typeof value === 'string' && /^\s*[1-9]\d*\s*$/.test(value));
}

/** Secrets of the project's own examples: `contrib/local-environment`. */
const SAMPLES: readonly string[] = [
  'OQINaROshtE9TcZkNAm-5Zs2Pv3xaWytBmc5W7sPX7w=',
  'b2F1dGgyLXByb3h5LWNsaWVudC1zZWNyZXQK',
  '72341b6d-7065-4518-a0e4-50ee15025608',
];

export function secretsIn(options: ProxyOptions['options']): readonly ConfigSecret[] {
  const kinds = [
    ['cookie_secret', 'cookie'],
    ['client_secret', 'client'],
    ['basic_auth_password', 'admin'],
    ['signature_key', 'admin'],
    ['redis_password', 'admin'],
    ['redis_sentinel_password', 'admin'],
    ['github_token', 'client'],
    ['jwt_key', 'private-key'],
  ] as const;
  return kinds.flatMap(([option, kind]) => {
    const node = options.get(option) ?? null;
    return secretsOf(node, kind).map((secret) =>
      SAMPLES.includes(String(node?.value))
        ? { ...secret, wellKnown: "a sample of oauth2-proxy's own examples" }
        : secret,
    );
  });
}

/** Switches that take a protection away, by the value that does it. */
const SWITCHES: readonly (readonly [string, boolean, string])[] = [
  ['cookie_secure', false, 'cookie_secure is off, so the session cookie is sent without TLS too'],
  ['cookie_httponly', false, 'cookie_httponly is off, so scripts of the page can read the session cookie'],
  [
    'insecure_oidc_allow_unverified_email',
    true,
    'insecure_oidc_allow_unverified_email takes an e-mail address for proven that nobody checked',
  ],
  [
    'redis_insecure_skip_tls_verify',
    true,
    'redis_insecure_skip_tls_verify hands sessions to whoever answers for the store',
  ],
];

/** Providers where anybody can have an account, with the options that restrict whose counts. */
const OPEN_PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  google: ['google_groups', 'google_group'],
  github: ['github_org', 'github_repo', 'github_users'],
  gitlab: ['gitlab_groups', 'gitlab_projects', 'oidc_issuer_url'],
  bitbucket: ['bitbucket_team', 'bitbucket_repository'],
  facebook: [],
  linkedin: [],
  digitalocean: [],
};

export function remarksOn({ options, partial }: ProxyOptions, type: string | null): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = SWITCHES.flatMap(([option, bad, message]) => {
    const node = options.get(option);
    return node !== undefined && knownValue(flagFact(node)) === bad
      ? [{ kind: 'insecure-setting' as const, message, at: node.at }]
      : [];
  });
  for (const option of ['cookie_expire', 'cookie_refresh']) {
    const node = options.get(option);
    if (node === undefined || !isBareNumber(node)) continue;
    remarks.push({ kind: 'unit-suspect', message: `${option} without a unit counts nanoseconds`, at: node.at });
  }
  const domains = options.get('email_domains');
  const restricting = type === null ? undefined : OPEN_PROVIDERS[type];
  const isEverybody = knownValue(listFact(domains ?? null, COMMA))?.includes('*') === true;
  if (domains !== undefined && isEverybody && restricting !== undefined && partial.provider === null) {
    if (![...restricting, 'allowed_groups', 'authenticated_emails_file'].some((option) => options.has(option))) {
      const message = `email_domains is "*", so everybody with an account at ${type} gets in`;
      remarks.push({ kind: 'insecure-setting', message, at: domains.at });
    }
  }
  return [...remarks, ...ignoredSettings(options, partial.provider)];
}

function ignoredSettings(options: ProxyOptions['options'], elsewhere: string | null): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = [];
  const hosts = options.get('whitelist_domains');
  if (hosts !== undefined && knownValue(listFact(hosts, COMMA))?.includes('*') === true) {
    const message = 'whitelist_domains "*" matches no host; wildcards are written ".example.com" or "*.example.com"';
    remarks.push({ kind: 'ignored-setting', message, at: hosts.at });
  }
  if (elsewhere !== null) return remarks;
  const isOff = (option: string): boolean => {
    const fact = flagFact(options.get(option) ?? null);
    return fact === undefined || knownValue(fact) === false;
  };
  const needs = [
    ['oidc_jwks_url', 'skip_oidc_discovery', 'the discovery document names the key set'],
    ['extra_jwt_issuers', 'skip_jwt_bearer_tokens', 'tokens of these issuers are not accepted'],
  ] as const;
  for (const [option, needed, so] of needs) {
    const node = options.get(option);
    if (node === undefined || !isOff(needed)) continue;
    remarks.push({
      kind: 'ignored-setting',
      message: `${option} has no effect without ${needed}; ${so}`,
      at: node.keyAt,
    });
  }
  return remarks;
}
