import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TokenPolicySpec } from '../../src/model/policy.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { policiesFrom, policyDocument, resolved } from './documents.ts';

const access = (token: NonNullable<TokenPolicySpec['tokens']>['access_token']): TokenPolicySpec =>
  token === undefined ? {} : { tokens: { access_token: token } };

describe('resolving the policies of the embedded lab', () => {
  const documents = policiesFrom('policies/lab.yaml', readFileSync('policies/lab.yaml', 'utf8'));
  const { policies, problems } = resolvePolicies(documents);
  const orders = policies.find(({ name }) => name === 'orders');

  it('finds nothing wrong', () => {
    expect(problems).toEqual([]);
    expect(policies.map(({ name }) => name)).toEqual(['base', 'orders']);
  });

  it('takes the tighter value and keeps everybody who spoke, with the binding position', () => {
    const ttl = orders?.jwksCache.maxTtl;
    expect(ttl?.value).toBe(5000);
    expect(ttl?.contributions.map(({ policy, value }) => `${policy} ${String(value)}`)).toEqual([
      'base 10m',
      'orders 5s',
    ]);
    expect(ttl?.at).toEqual(ttl?.contributions[1]?.at);
  });

  it('inherits what the overlay leaves out', () => {
    expect(orders?.tokens.access_token?.algorithms.value).toEqual(['ES256']);
    expect(orders?.tokens.access_token?.algorithms.at?.line).toBe(
      documents[0]?.source.locate('/spec/tokens/access_token/algorithms').line,
    );
    expect(orders?.tokens.refresh_token?.format.value).toBe('opaque');
    expect(orders?.chain).toEqual(['orders', 'base']);
    expect(orders?.final.map(({ policy, value }) => [policy, value])).toEqual([
      ['base', 'tokens.access_token.algorithms'],
      ['base', 'keys.sources'],
    ]);
  });

  it('resolves objectives, channels and drills', () => {
    expect(orders?.objectives.signing_key).toMatchObject({
      max: { value: 10_000, origin: 'explicit' },
      of: 'replicas',
    });
    expect(orders?.objectives.access_token).toMatchObject({ max: { value: 5000 }, of: 'routes' });
    expect(orders?.objectives.client).toBeUndefined();
    expect(orders?.channels).toMatchObject([
      {
        type: 'denylist',
        endpoint: null,
        keys: ['jti', 'sid', 'sub'],
        pollInterval: { value: 1000 },
        maxPropagation: { value: 3000 },
        failMode: { value: 'closed', origin: 'explicit' },
      },
    ]);
    expect(orders?.drills.map(({ drill }) => drill)).toEqual([
      'leaked-access-token',
      'leaked-refresh-token',
      'leaked-signing-key',
    ]);
  });
});

describe('composition', () => {
  it.for<{ name: string; base: TokenPolicySpec; overlay: TokenPolicySpec; pick: string; expected: unknown }>([
    {
      name: 'the shorter lifetime wins',
      base: access({ lifetime: { max: '15m' } }),
      overlay: access({ lifetime: { max: '5m' } }),
      pick: 'tokens.access_token.maxLifetime',
      expected: 300_000,
    },
    {
      name: 'the smaller clock skew wins',
      base: access({ clock_skew: { max: '60s' } }),
      overlay: access({ clock_skew: { max: '5s' } }),
      pick: 'tokens.access_token.clockSkew',
      expected: 5000,
    },
    {
      name: 'sets intersect',
      base: access({ algorithms: ['ES256', 'PS256'] }),
      overlay: access({ algorithms: ['PS256'] }),
      pick: 'tokens.access_token.algorithms',
      expected: ['PS256'],
    },
    {
      name: 'EdDSA stands for both of its curves',
      base: access({ algorithms: ['EdDSA', 'ES256'] }),
      overlay: access({ algorithms: ['Ed25519'] }),
      pick: 'tokens.access_token.algorithms',
      expected: ['Ed25519'],
    },
    {
      name: 'typ is compared without case and without application/',
      base: access({ typ: ['application/AT+JWT', 'absent'] }),
      overlay: access({ typ: ['at+jwt'] }),
      pick: 'tokens.access_token.typ',
      expected: ['at+jwt'],
    },
    {
      name: 'required claims add up without repeating the inherited ones',
      base: access({ required_claims: ['iss', 'exp'] }),
      overlay: access({ required_claims: ['auth_time'] }),
      pick: 'tokens.access_token.requiredClaims',
      expected: ['iss', 'exp', 'auth_time'],
    },
    {
      name: 'claim values intersect claim by claim',
      base: access({ claim_values: { acr: ['phr', 'phrh'], token_use: ['access'] } }),
      overlay: access({ claim_values: { acr: ['phrh'], tier: ['gold'] } }),
      pick: 'tokens.access_token.claimValues',
      expected: { acr: ['phrh'], token_use: ['access'], tier: ['gold'] },
    },
    {
      name: 'the stricter audience match wins',
      base: access({ audience_match: 'any' }),
      overlay: access({ audience_match: 'exact' }),
      pick: 'tokens.access_token.audienceMatch',
      expected: 'exact',
    },
    {
      name: 'bearer goes where the overlay leaves it out',
      base: access({ binding: { accept: ['bearer', 'dpop'] } }),
      overlay: access({ binding: { accept: ['dpop'] } }),
      pick: 'tokens.access_token.bindingAccept',
      expected: ['dpop'],
    },
    {
      name: 'a requirement stays required',
      base: access({ binding: { dpop: { require_nonce: false } } }),
      overlay: access({ binding: { dpop: { require_nonce: true } } }),
      pick: 'tokens.access_token.dpopRequireNonce',
      expected: true,
    },
    {
      name: 'networks intersect, however IPv4 is written',
      base: access({ binding: { ip: { cidrs: ['10.0.0.0/8', '2001:db8::/32'] } } }),
      overlay: access({ binding: { ip: { cidrs: ['::ffff:10.1.0.0/112'] } } }),
      pick: 'tokens.access_token.ipCidrs',
      expected: ['10.1.0.0/16'],
    },
    {
      name: 'a forbidden token class stays forbidden',
      base: access({ present: true }),
      overlay: access({ present: false }),
      pick: 'tokens.access_token.present',
      expected: false,
    },
    {
      name: 'the larger key size wins',
      base: { keys: { min_rsa_bits: 2048 } },
      overlay: { keys: { min_rsa_bits: 3072 } },
      pick: 'keys.minRsaBits',
      expected: 3072,
    },
    {
      name: 'the longer pre-publication wins',
      base: { keys: { pre_publish: '1h' } },
      overlay: { keys: { pre_publish: '2h' } },
      pick: 'keys.prePublish',
      expected: 7_200_000,
    },
    {
      name: 'the strictest answer to an unknown kid wins',
      base: { keys: { unknown_kid: 'try_all' } },
      overlay: { keys: { unknown_kid: 'reject' } },
      pick: 'keys.unknownKid',
      expected: 'reject',
    },
    {
      name: 'the stricter enforcement wins',
      base: { enforcement: 'warn' },
      overlay: { enforcement: 'enforce' },
      pick: 'enforcement',
      expected: 'enforce',
    },
    {
      name: 'an issuer left open by the base takes the pinned key address of the overlay',
      base: { issuers: [{ issuer: 'https://a.example' }, { issuer: 'https://b.example' }] },
      overlay: { issuers: [{ issuer: 'https://a.example', jwks_uri: 'https://a.example/jwks' }] },
      pick: 'issuers',
      expected: [{ issuer: 'https://a.example', jwksUri: 'https://a.example/jwks' }],
    },
  ])('$name', ({ base, overlay, pick, expected }) => {
    const policy = resolved('overlay', [
      policyDocument('base', base),
      policyDocument('overlay', { ...overlay, extends: ['base'] }),
    ]);
    const value = pick.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], policy);
    expect(value).toMatchObject({ value: expected, origin: 'explicit' });
    expect((value as { contributions: unknown[] }).contributions).toHaveLength(2);
  });

  it('narrows the scope, with a trailing * as a prefix', () => {
    const { appliesTo } = resolved('overlay', [
      policyDocument('base', {
        applies_to: { environments: ['prod', 'stage'], routes: ['/v1/*'], labels: { tier: 'a' } },
      }),
      policyDocument('overlay', {
        extends: ['base'],
        applies_to: { environments: ['prod'], routes: ['/v1/orders/*'], labels: { zone: 'b' } },
      }),
    ]);
    expect(appliesTo).toEqual({
      environments: ['prod'],
      services: 'all',
      routes: ['/v1/orders/*'],
      labels: { tier: 'a', zone: 'b' },
    });
  });

  it('merges channels of one type and endpoint, and adds the others', () => {
    const { channels } = resolved('overlay', [
      policyDocument('base', {
        revocation: { channels: [{ type: 'denylist', keys: ['jti'], poll_interval: '10s', fail_mode: 'open' }] },
      }),
      policyDocument('overlay', {
        extends: ['base'],
        revocation: {
          channels: [
            { type: 'introspection', endpoint: 'https://id.example/introspect', max_propagation: '5s' },
            { type: 'denylist', keys: ['jti', 'sub'], poll_interval: '1s', fail_mode: 'closed' },
          ],
        },
      }),
    ]);
    expect(channels).toMatchObject([
      { type: 'denylist', keys: ['jti', 'sub'], pollInterval: { value: 1000 }, failMode: { value: 'closed' } },
      {
        type: 'introspection',
        endpoint: 'https://id.example/introspect',
        keys: ['token'],
        pollInterval: null,
        failMode: { value: 'closed', origin: 'default' },
      },
    ]);
  });

  it('names the contribution that was binding, not the last that spoke', () => {
    const policy = resolved('leaf', [
      policyDocument('base', access({ lifetime: { max: '15m' } })),
      policyDocument('middle', { extends: ['base'], ...access({ lifetime: { max: '5m' } }) }),
      policyDocument('leaf', { extends: ['middle'], ...access({ lifetime: { max: '5m' } }) }),
    ]);
    const lifetime = policy.tokens.access_token?.maxLifetime;
    expect(lifetime?.contributions.map((said) => said.policy)).toEqual(['base', 'middle', 'leaf']);
    expect(lifetime?.at?.file).toBe('policies/middle.yaml');
  });

  it('applies a shared ancestor once', () => {
    const policy = resolved('leaf', [
      policyDocument('root', access({ lifetime: { max: '15m' } })),
      policyDocument('left', { extends: ['root'], ...access({ clock_skew: { max: '10s' } }) }),
      policyDocument('right', { extends: ['root'], ...access({ clock_skew: { max: '5s' } }) }),
      policyDocument('leaf', { extends: ['left', 'right'] }),
    ]);
    expect(policy.chain).toEqual(['leaf', 'right', 'left', 'root']);
    expect(policy.tokens.access_token?.maxLifetime.contributions).toHaveLength(1);
    expect(policy.tokens.access_token?.clockSkew.value).toBe(5000);
  });
});

describe('defaults', () => {
  const minimal = resolved('minimal', [policyDocument('minimal', access({ audiences: ['orders'] }))]);

  it('fills what the chain leaves open and says where the value comes from', () => {
    const rules = minimal.tokens.access_token;
    expect(rules?.typ).toEqual({
      value: ['at+jwt'],
      origin: 'default',
      at: null,
      source: 'RFC 9068 section 2.1',
      contributions: [],
    });
    expect(rules?.algorithms.value).toEqual(['ES256', 'PS256', 'Ed25519']);
    expect(rules?.maxLifetime.value).toBe(900_000);
    expect(rules?.maxAge).toMatchObject({ value: 900_000, origin: 'derived' });
    expect(rules?.clockSkew.value).toBe(60_000);
    expect(rules?.requiredClaims.value).toEqual(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']);
    expect(rules?.bindingAccept.value).toEqual(['bearer']);
    expect(minimal.keys.curves).toMatchObject({ value: ['P-256'], origin: 'default' });
    expect(minimal.objectives.signing_key?.max).toMatchObject({ value: 600_000, origin: 'default' });
    expect(minimal.objectives.access_token?.max).toMatchObject({ value: 300_000, origin: 'default' });
    expect(minimal.objectives.refresh_token).toBeUndefined();
  });

  it('derives the overlap from lifetime, clock skew and cache time', () => {
    expect(minimal.keys.overlap).toMatchObject({ value: 900_000 + 60_000 + 300_000, origin: 'derived' });
  });

  it('derives the curves from the algorithms that documents allow', () => {
    const policy = resolved('p', [policyDocument('p', access({ algorithms: ['ES384', 'PS256'] }))]);
    expect(policy.keys.curves).toMatchObject({ value: ['P-384'], origin: 'derived' });
  });

  it('gives issuers and audiences none', () => {
    expect(minimal.issuers).toMatchObject({ value: [], origin: 'unknown', contributions: [] });
    const base = resolved('base', [policyDocument('base', access({}))]);
    expect(base.tokens.access_token?.audiences).toMatchObject({ value: [], origin: 'unknown', contributions: [] });
  });

  it('governs only the token classes the chain speaks of', () => {
    expect(Object.keys(minimal.tokens)).toEqual(['access_token']);
  });

  it('lets an overlay write anything where its bases are silent', () => {
    const policy = resolved('overlay', [
      policyDocument('base', access({})),
      policyDocument('overlay', { extends: ['base'], ...access({ lifetime: { max: '2h' }, algorithms: ['RS256'] }) }),
    ]);
    expect(policy.tokens.access_token?.maxLifetime.value).toBe(7_200_000);
  });
});

describe('scale', () => {
  it('resolves a chain of 1000 policies without deep recursion', { timeout: 20_000 }, () => {
    const chain = Array.from({ length: 1000 }, (_, index) =>
      policyDocument(`p${index}`, {
        ...(index === 0 ? {} : { extends: [`p${index - 1}`] }),
        ...access({ lifetime: { max: `${3000 - index}s` } }),
      }),
    );
    const { policies, problems } = resolvePolicies(chain);
    expect(problems).toEqual([]);
    expect(policies.find(({ name }) => name === 'p999')?.tokens.access_token?.maxLifetime.value).toBe(2_001_000);
  });

  it('resolves 200 policies with 10 bases each', { timeout: 20_000 }, () => {
    const documents = Array.from({ length: 200 }, (_, index) =>
      policyDocument(`p${index}`, {
        extends: Array.from({ length: Math.min(10, index) }, (__, step) => `p${index - 1 - step}`),
        ...access({ required_claims: [`claim${index}`] }),
      }),
    );
    const { policies, problems } = resolvePolicies(documents);
    expect(problems).toEqual([]);
    expect(policies.find(({ name }) => name === 'p199')?.tokens.access_token?.requiredClaims.value).toHaveLength(200);
  });
});
