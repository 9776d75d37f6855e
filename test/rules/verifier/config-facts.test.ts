import { describe, expect, it } from 'vitest';
import { derivedFact, explicitFact } from '../../../src/adapters/facts.ts';
import { readEstate } from '../../../src/lint/read-whole.ts';
import type {
  ConfigFact,
  ConfigSecret,
  ConfigSubject,
  VerifierConfig,
  VerifierFactMap,
} from '../../../src/model/config.ts';
import type { AnyRule, Estate, Report } from '../../../src/model/finding.ts';
import { startOf } from '../../../src/model/location.ts';
import type { Bound } from '../../../src/model/quantity.ts';
import { ZERO, millis } from '../../../src/model/quantity.ts';
import { policyText } from '../../../src/rules/example-documents.ts';
import { rule as secretInFile } from '../../../src/rules/config/secret-in-file.ts';
import { rule as secretKnown } from '../../../src/rules/config/secret-known.ts';
import { rule as keyReuse } from '../../../src/rules/issuer/key-reuse-environments.ts';
import { rule as failOpen } from '../../../src/rules/policy/fail-open.ts';
import { rule as claimsHeader } from '../../../src/rules/verifier/claims-header-spoof.ts';
import { rule as headerKey } from '../../../src/rules/verifier/header-key-trust.ts';
import { rule as hmacSecret } from '../../../src/rules/verifier/hmac-secret-exposed.ts';
import { rule as insecureFetch } from '../../../src/rules/verifier/jwks-insecure-fetch.ts';
import { rule as introspectionCache } from '../../../src/rules/verifier/introspection-cache-over-slo.ts';
import { rule as cooldown } from '../../../src/rules/verifier/jwks-cooldown-long.ts';
import { rule as resultCache } from '../../../src/rules/verifier/result-cache-over-slo.ts';
import { rule as session } from '../../../src/rules/verifier/session-outlives-token.ts';

/** Facts that no file of an example holds, made by hand: what rules say of them is the same whatever product it is. */

const ISSUER = 'https://id.example.com';
const M = 60_000;

function minutes(count: number): ConfigFact<Bound> {
  return explicitFact<Bound>(millis(count * M), startOf('gateway.yaml'));
}

function byDefault(value: Bound): ConfigFact<Bound> {
  return { origin: 'default', value, at: startOf('gateway.yaml'), source: 'the manual', versions: null };
}

const ENDLESS = explicitFact<Bound>('unbounded', startOf('gateway.yaml'));

function verifier(facts: VerifierFactMap, more: Partial<VerifierConfig> = {}): VerifierConfig {
  return {
    kind: 'verifier',
    adapter: 'made-up',
    name: 'gateway',
    file: 'gateway.yaml',
    at: startOf('gateway.yaml'),
    profile: null,
    facts: { issuers: explicitFact([ISSUER], startOf('gateway.yaml')), ...facts },
    secrets: [],
    remarks: [],
    product: { id: 'jose', version: '6.2.18' },
    inlineKeys: [],
    ...more,
  };
}

function estateWith(configs: readonly ConfigSubject[], objectives: string): Estate {
  const spec = `issuers:\n  - issuer: ${ISSUER}\n${objectives}`;
  const inputs = objectives === '' ? [] : [{ file: 'policy.yaml', text: policyText('orders', spec) }];
  return { ...readEstate(inputs, { now: 0 }).estate, configs };
}

function saidOf(rule: AnyRule, configs: readonly ConfigSubject[], objectives = ''): readonly string[] {
  const estate = estateWith(configs, objectives);
  const reports: readonly Report[] =
    rule.on === 'estate'
      ? [...rule.check(estate, estate)]
      : rule.on === 'verifier'
        ? configs.flatMap((config) => (config.kind === 'verifier' ? [...rule.check(config, estate)] : []))
        : [];
  return reports.map(({ severity, message }) => `${severity ?? rule.severity}: ${message}`);
}

const promise = (scenario: string, max: string): string =>
  `revocation:\n  objectives:\n    ${scenario}: { max: ${max} }`;

describe('a cache of decisions', () => {
  it('is held against what a policy promises for the tokens it hides', () => {
    expect(saidOf(resultCache, [verifier({ verdictCacheTtl: minutes(10) })], promise('access_token', '5m'))).toEqual([
      'error: verifier "gateway" remembers decisions for 10m; policy "orders" promises 5m for access_token',
    ]);
    expect(saidOf(resultCache, [verifier({ verdictCacheTtl: minutes(1) })], promise('access_token', '5m'))).toEqual([]);
  });

  it('leaves what it adds to a cache of keys to the rule on that', () => {
    const facts = { verdictCacheTtl: minutes(10), keyCacheTtl: minutes(5) };
    const inside = { product: { id: 'fast-jwt', version: '6.3.6' } };
    expect(saidOf(resultCache, [verifier(facts, inside)], promise('signing_key', '5m'))).toEqual([]);
    const endless = { verdictCacheTtl: ENDLESS, keyCacheTtl: minutes(5) };
    expect(saidOf(resultCache, [verifier(endless)], promise('signing_key', '5m'))).toEqual([
      'error: verifier "gateway" remembers decisions until the token expires; policy "orders" promises 5m for signing_key',
    ]);
  });

  it('inside a product hides no denylist', () => {
    const inside = { product: { id: 'fast-jwt', version: '6.3.6' } };
    const configs = [verifier({ verdictCacheTtl: minutes(10) }, inside)];
    expect(saidOf(resultCache, configs, promise('access_token', '5m'))).toEqual([]);
    expect(saidOf(resultCache, configs, promise('signing_key', '5m'))).toHaveLength(1);
  });

  it('that outlives the keys is told without a policy, less loud when the product decided', () => {
    const told = (facts: VerifierFactMap): readonly (string | undefined)[] =>
      saidOf(resultCache, [verifier(facts)]).map((line) => line.split(':')[0]);
    expect(told({ verdictCacheTtl: minutes(10), keyCacheTtl: minutes(5) })).toEqual(['warning']);
    expect(told({ verdictCacheTtl: byDefault(millis(10 * M)), keyCacheTtl: minutes(5) })).toEqual(['info']);
    expect(told({ verdictCacheTtl: byDefault('unbounded') })).toEqual(['warning']);
    expect(told({ verdictCacheTtl: minutes(5), keyCacheTtl: minutes(10) })).toEqual([]);
    expect(told({ verdictCacheTtl: byDefault(ZERO) })).toEqual([]);
  });
});

describe('answers of introspection', () => {
  it('that are kept for long break a promise, and one setting is told once', () => {
    const facts = { introspectionCacheTtl: minutes(10) };
    const two = [verifier(facts), verifier(facts, { name: 'other' })];
    expect(saidOf(introspectionCache, two, promise('user_session', '5m'))).toEqual([
      'error: verifier "gateway" remembers what introspection answered for 10m; policy "orders" promises 5m for user_session',
    ]);
    expect(saidOf(introspectionCache, two)).toEqual([]);
  });

  it('that are kept until exp are a warning without one', () => {
    expect(saidOf(introspectionCache, [verifier({ introspectionCacheTtl: ENDLESS })])).toHaveLength(1);
  });
});

describe('a session made from a token', () => {
  it('lasts until it is checked again', () => {
    const facts = { derivedSessionLifetime: minutes(600), derivedSessionRecheck: minutes(5) };
    expect(saidOf(session, [verifier(facts)], promise('access_token', '10m'))).toEqual([]);
    expect(saidOf(session, [verifier(facts)], promise('access_token', '4m'))).toEqual([
      'error: verifier "gateway" keeps a session for 5m once a token has opened it; policy "orders" promises 4m for access_token',
    ]);
  });

  it('without an end is a warning by itself', () => {
    expect(saidOf(session, [verifier({ derivedSessionLifetime: ENDLESS })])).toEqual([
      'warning: verifier "gateway" keeps a session without end once a token has opened it; it is never checked against the issuer again',
    ]);
    expect(saidOf(session, [verifier({ derivedSessionLifetime: minutes(600) })])).toEqual([]);
  });
});

describe('other facts', () => {
  it('say that a verifier fails open, or takes keys from tokens', () => {
    const yes = explicitFact(true, startOf('gateway.yaml'));
    expect(saidOf(failOpen, [verifier({ revocationFailsOpen: yes })])).toEqual([
      'warning: verifier "gateway" fails open: while its channel cannot be reached, what it revoked is accepted',
    ]);
    expect(saidOf(headerKey, [verifier({ headerKeysTrusted: yes })])).toEqual([
      'error: verifier "gateway" takes the key from the header of the token; whoever writes a token chooses its key',
    ]);
  });

  it('say how long it pauses, against what the policy publishes ahead', () => {
    expect(saidOf(cooldown, [verifier({ cooldown: minutes(10) })])).toHaveLength(1);
    expect(saidOf(cooldown, [verifier({ cooldown: minutes(10) })], 'keys: { pre_publish: 1h }')).toEqual([]);
    expect(saidOf(cooldown, [verifier({ cooldown: minutes(120) })], 'keys: { pre_publish: 1h }')).toEqual([
      'warning: verifier "gateway" pauses 2h between fetches for unknown keys; policy "orders" publishes keys 1h before they sign',
    ]);
  });

  it('that hold for some requests only make a weaker finding on headers', () => {
    const headers = { names: ['x-user'], stripped: false };
    const at = startOf('gateway.yaml');
    expect(saidOf(claimsHeader, [verifier({ claimHeaders: explicitFact(headers, at) })])[0]).toContain('error: ');
    const some = derivedFact(headers, at, 'where no rule asks for a token');
    expect(saidOf(claimsHeader, [verifier({ claimHeaders: some })])).toEqual([
      'info: verifier "gateway" passes claims on in x-user and does not remove what the client sent under that name (where no rule asks for a token)',
    ]);
  });
});

describe('certificates that nobody looks at', () => {
  it('are told of keys, or of answers about tokens where there are none', () => {
    const at = startOf('gateway.yaml');
    const tlsVerified = explicitFact(false, at);
    expect(saidOf(insecureFetch, [verifier({ tlsVerified })])).toEqual([
      'error: verifier "gateway" does not insist on TLS and a valid certificate where it fetches keys',
    ]);
    expect(saidOf(insecureFetch, [verifier({ tlsVerified, keySource: explicitFact('none', at) })])).toEqual([
      'error: verifier "gateway" does not insist on TLS and a valid certificate where it asks the issuer about tokens',
    ]);
  });
});

describe('secrets of several files', () => {
  const secret = (file: string, more: Partial<ConfigSecret> = {}): ConfigSecret => ({
    kind: 'hmac',
    origin: 'literal',
    octets: 32,
    wellKnown: null,
    entropy: 5,
    digest: '00112233aabbccdd',
    algorithm: 'HS256',
    at: startOf(file),
    ...more,
  });
  const holder = (file: string, more: Partial<ConfigSecret> = {}): VerifierConfig =>
    verifier({}, { file, name: file, secrets: [secret(file, more)] });
  const issuer = (file: string, more: Partial<ConfigSecret> = {}): ConfigSubject => ({
    ...holder(file, more),
    kind: 'issuer',
    facts: {},
  });

  it('may be those of an issuer and one verifier, and no more', () => {
    expect(saidOf(hmacSecret, [issuer('id.yaml'), holder('api.yaml')])).toEqual([]);
    expect(saidOf(hmacSecret, [issuer('id.yaml'), holder('api.yaml'), holder('web.yaml')])).toEqual([
      'warning: verifier "web.yaml" verifies with a secret that 3 files hold; each of these services can sign for the others',
    ]);
    expect(saidOf(hmacSecret, [holder('api.test.yaml'), holder('web.test.yaml')])).toEqual([]);
  });

  it('are short by the hash they are used with, and open when they hold few bits', () => {
    const severity = (more: Partial<ConfigSecret>): readonly (string | undefined)[] =>
      saidOf(hmacSecret, [holder('api.yaml', more)]).map((line) => line.split(':')[0]);
    expect(severity({ octets: 24 })).toEqual(['warning']);
    expect(severity({ octets: 10, entropy: 3 })).toEqual(['error']);
    expect(severity({ octets: 10, entropy: 3, origin: 'fallback' })).toEqual(['warning']);
    expect(severity({ algorithm: 'HS512' })).toEqual(['warning']);
    expect(severity({})).toEqual([]);
  });

  it('of issuers in two deployments are one too many', () => {
    expect(saidOf(keyReuse, [issuer('staging/id.yaml'), issuer('prod/id.yaml')])).toEqual([
      'error: issuer "prod/id.yaml" has the same signing key as staging/id.yaml',
    ]);
    expect(saidOf(keyReuse, [issuer('a.yaml', { kind: 'client' }), issuer('b.yaml', { kind: 'client' })])).toEqual([]);
  });

  it('of one file kept in two places are those of one deployment', () => {
    const realm = (file: string): ConfigSubject => ({ ...issuer(file), name: 'realm shop' });
    expect(saidOf(keyReuse, [realm('realm.json'), realm('chart/files/realm.json')])).toEqual([]);
    expect(saidOf(keyReuse, [realm('staging/realm.json'), realm('prod/realm.json')])).toHaveLength(1);
    expect(saidOf(keyReuse, [realm('shop.json'), realm('billing.json')])).toHaveLength(1);
  });

  it('are meant to be replaced in a file that is an example', () => {
    const known: Partial<ConfigSecret> = { wellKnown: 'a placeholder that nobody replaced' };
    expect(saidOf(secretKnown, [holder('api.yaml', known)])).toHaveLength(1);
    expect(saidOf(secretKnown, [holder('.env.example', known), holder('values.sample.yaml', known)])).toEqual([]);
    expect(saidOf(secretInFile, [holder('api.yaml'), holder('api/.env.example')])).toEqual([
      'error: verifier "api.yaml" has the secret that tokens are signed with in the file',
      'warning: verifier "api/.env.example" has the secret that tokens are signed with in the file',
    ]);
  });
});
