import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { knownValue } from '../../src/model/config.ts';
import { istioTarget } from '../../src/render/istio.ts';
import { VERIFIER_TARGETS } from '../../src/render/targets.ts';
import type { PolicyField, VerifierRendered } from '../../src/render/verifier-target.ts';
import { NOW, SETTINGS, listOf } from './revocation-lists.ts';

/** The file that each product reads, by which its adapter knows it. */
const FILES: Readonly<Record<string, string>> = { spring: 'application.yaml' };

/** What a finding about a verifier is called in the policy: whoever was warned of the field expects the finding. */
const FIELDS: Readonly<Record<string, PolicyField>> = {
  'verifier/alg-unrestricted': 'algorithms',
  'verifier/exp-not-required': 'required_claims',
  'verifier/leeway': 'clock_skew.max',
  'verifier/jwks-stale-on-error': 'jwks_cache.max_stale',
  'verifier/jwks-refetch-unthrottled': 'jwks_cache.min_refresh_interval',
};

/** A policy that asks for no more than most products can do. */
const EASY = {
  issuers: [{ issuer: 'https://id.example.com', jwks_uri: 'https://id.example.com/jwks.json' }],
  tokens: {
    access_token: {
      algorithms: ['ES256'],
      audiences: ['orders-api'],
      lifetime: { max: '10m' },
      clock_skew: { max: '1m' },
    },
  },
  jwks_cache: { max_ttl: '20m', max_stale: '8d' },
  revocation: { objectives: { signing_key: { max: '1d' }, access_token: { max: '15m' } } },
};

const STRICT = {
  ...EASY,
  tokens: {
    access_token: {
      ...EASY.tokens.access_token,
      algorithms: ['ES256', 'PS256'],
      clock_skew: { max: '0s' },
      audience_match: 'exact',
      claim_values: { tenant: ['shop'] },
      binding: { accept: ['dpop'] },
    },
  },
  jwks_cache: { max_ttl: '1m', max_stale: '0s' },
};

function documentOf(spec: object): { file: string; text: string; named: true } {
  const metadata = { name: 'orders', owner: '@orders' };
  const text = JSON.stringify({ apiVersion: 'firebreak.dev/v1alpha1', kind: 'TokenPolicy', metadata, spec }, null, 2);
  return { file: 'policy.yaml', text, named: true };
}

function rendered(id: string, spec: object): VerifierRendered {
  const { estate, problems } = readEstate([documentOf(spec)], { now: NOW });
  expect(problems).toEqual([]);
  const [policy] = estate.policies;
  const access = policy?.tokens.access_token;
  const target = VERIFIER_TARGETS.find((each) => each.id === id);
  if (policy === undefined || access === undefined || target === undefined)
    throw new Error(`nothing to render for ${id}`);
  return target.render({ policy, access, now: NOW });
}

/** Fields that a person is warned about. */
function warned({ gaps }: VerifierRendered): readonly string[] {
  return gaps.map(({ message }) => message.split(' ')[0] ?? '');
}

/** What our own linter says of the rendered file, held to the policy. */
function findingsIn(id: string, spec: object, text: string): readonly { rule: string; severity: string }[] {
  const file = `${id}/${FILES[id] ?? `${id}.yaml`}`;
  const read = readEstate([documentOf(spec), { file, text, named: true }], { now: NOW });
  expect(read.problems).toEqual([]);
  expect(read.estate.configs.map((config) => config.adapter)).toContain(id);
  return lint(read)
    .findings.filter(({ at }) => at.file === file)
    .map(({ rule, severity }) => ({ rule, severity }));
}

describe.each(VERIFIER_TARGETS.map(({ id }) => id))('a policy for %s', (id) => {
  it('is what our linter finds nothing in that nobody was warned of', () => {
    for (const spec of [EASY, STRICT]) {
      const result = rendered(id, spec);
      const unexpected = findingsIn(id, spec, result.text).filter(
        ({ rule }) => !warned(result).includes(FIELDS[rule] ?? rule),
      );
      expect(unexpected).toEqual([]);
    }
  });

  it('has no warning or error where the product can do what the policy asks', () => {
    const worse = findingsIn(id, EASY, rendered(id, EASY).text).filter(({ severity }) => severity !== 'info');
    expect(worse).toEqual([]);
  });

  it('names issuer, key set and audience', () => {
    const texts = JSON.stringify(parse(rendered(id, EASY).text.split('\n---\n')[0] ?? ''));
    expect(texts).toContain('"https://id.example.com"');
    expect(texts).toContain('orders-api');
    if (id !== 'kong') expect(texts).toContain('https://id.example.com/jwks.json');
  });

  it('needs an issuer', () => {
    const { unsupported } = rendered(id, { ...EASY, issuers: undefined });
    expect(unsupported.map(({ message }) => message)).toContain('the policy names no issuer');
  });
});

it('warns of every field that a product does not enforce, and of no other', () => {
  expect(Object.fromEntries(VERIFIER_TARGETS.map(({ id }) => [id, warned(rendered(id, STRICT)).join(' ')]))).toEqual({
    envoy:
      'algorithms audience_match typ lifetime.max max_age clock_skew.max required_claims claim_values binding.accept jwks_cache.refresh_on_unknown_kid keys.kid_required',
    istio:
      'algorithms audience_match typ lifetime.max max_age clock_skew.max required_claims claim_values binding.accept jwks_cache.max_ttl jwks_cache.max_stale jwks_cache.refresh_on_unknown_kid keys.kid_required',
    spring:
      'audience_match typ lifetime.max max_age clock_skew.max required_claims claim_values binding.accept jwks_cache.max_ttl jwks_cache.min_refresh_interval keys.kid_required',
    kong: 'algorithms audience_match typ lifetime.max max_age required_claims claim_values jwks_cache.max_stale keys.kid_required',
  });
});

it.for([
  { id: 'spring', says: ['properties of Spring take one issuer, https://b.example.com is one more'] },
  { id: 'kong', says: ['one openid-connect plugin verifies tokens of one issuer, https://b.example.com is one more'] },
  { id: 'envoy', says: ['the policy does not say where the keys of https://b.example.com are'] },
  { id: 'istio', says: [] },
])('says what $id cannot do with a second issuer', ({ id, says }) => {
  const { unsupported } = rendered(id, { ...EASY, issuers: [...EASY.issuers, { issuer: 'https://b.example.com' }] });
  expect(unsupported.map(({ message }) => message)).toEqual(says);
});

it.for(['lab://issuer/jwks', 'https://[nowhere'])('does not send Envoy to %s', (jwks_uri) => {
  const { unsupported } = rendered('envoy', { ...EASY, issuers: [{ issuer: 'https://id.example.com', jwks_uri }] });
  expect(unsupported.map(({ message }) => message)).toEqual([
    `the policy does not say where the keys of https://id.example.com are: ${jwks_uri} is no address that Envoy could ask`,
  ]);
});

it('leaves out algorithms that Spring does not know', () => {
  const access = { ...EASY.tokens.access_token, algorithms: ['ES256', 'Ed25519'] };
  const { text, unsupported } = rendered('spring', { ...EASY, tokens: { access_token: access } });
  expect(unsupported.map(({ message }) => message)).toEqual(['Spring cannot verify Ed25519']);
  expect(text).not.toContain('Ed25519');
});

it('gives Istio a policy in which our own adapter sees the claims that can be refused', () => {
  const list = listOf([{ issuer: 'https://id.example.com', revoke: [{ jti: 't-1' }, { sub: 'u-1' }] }]);
  const { text, unsupported } = istioTarget.render(list, SETTINGS);
  expect(unsupported).toEqual([]);
  const both = `${rendered('istio', EASY).text}---\n${text}`;
  const { estate, problems } = readEstate([{ file: 'istio.yaml', text: both, named: true }], { now: NOW });
  expect(problems).toEqual([]);
  const claims = estate.configs.flatMap((config) =>
    config.kind === 'verifier' ? [knownValue(config.facts.denylistClaims)] : [],
  );
  expect(claims).toEqual([expect.arrayContaining(['jti', 'sub'])]);
});
