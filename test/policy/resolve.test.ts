import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { showLocation } from '../../src/model/location.ts';
import type { TokenPolicySpec } from '../../src/model/policy.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { policiesFrom, policyDocument, resolved } from './documents.ts';

function problemsOf(text: string): readonly string[] {
  return resolvePolicies(policiesFrom('policies/all.yaml', text)).problems.map(
    ({ code, message, at }) => `${code} ${at === null ? '' : showLocation(at)} ${message}`,
  );
}

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

describe('problems', () => {
  it('names both positions when an overlay loosens', () => {
    const { problems, policies } = resolvePolicies(
      policiesFrom(
        'policies/all.yaml',
        `metadata: { name: base }
spec:
  tokens:
    access_token:
      lifetime: { max: 5m }
---
metadata: { name: orders }
spec:
  extends: [base]
  tokens:
    access_token:
      lifetime: { max: 15m }
`,
      ),
    );
    expect(problems).toEqual([
      {
        code: 'document/invalid',
        message: 'overlay "orders" loosens access_token.lifetime.max from 5m (policies/all.yaml:5:24) to 15m',
        hint: 'an overlay may only tighten: change base "base", or keep 5m',
        at: { file: 'policies/all.yaml', line: 12, column: 24, endLine: 12, endColumn: 27 },
      },
    ]);
    expect(policies.find(({ name }) => name === 'orders')?.tokens.access_token?.maxLifetime.value).toBe(300_000);
  });

  it.for<{ name: string; base: TokenPolicySpec; overlay: TokenPolicySpec; says: string }>([
    {
      name: 'a new algorithm',
      base: access({ algorithms: ['ES256'] }),
      overlay: access({ algorithms: ['ES256', 'RS256'] }),
      says: 'loosens access_token.algorithms from ES256',
    },
    {
      name: 'a dropped requirement',
      base: { keys: { kid_required: true } },
      overlay: { keys: { kid_required: false } },
      says: 'loosens keys.kid_required from true',
    },
    {
      name: 'a smaller key',
      base: { keys: { min_rsa_bits: 3072 } },
      overlay: { keys: { min_rsa_bits: 2048 } },
      says: 'loosens keys.min_rsa_bits from 3072',
    },
    {
      name: 'less enforcement',
      base: { enforcement: 'enforce' },
      overlay: { enforcement: 'off' },
      says: 'loosens enforcement from enforce',
    },
    {
      name: 'only a part of the required claims',
      base: access({ required_claims: ['iss', 'exp'] }),
      overlay: access({ required_claims: ['iss'] }),
      says: 'loosens access_token.required_claims from iss, exp',
    },
    {
      name: 'another value of a claim',
      base: access({ claim_values: { acr: ['phr'] } }),
      overlay: access({ claim_values: { acr: ['phr', 'low'] } }),
      says: 'loosens access_token.claim_values from acr: phr',
    },
    {
      name: 'a wider network',
      base: access({ binding: { ip: { cidrs: ['10.0.0.0/9', '10.128.0.0/10'] } } }),
      overlay: access({ binding: { ip: { cidrs: ['10.0.0.0/8'] } } }),
      says: 'loosens access_token.binding.ip.cidrs',
    },
    {
      name: 'a longer objective',
      base: { revocation: { objectives: { signing_key: { max: '5m' } } } },
      overlay: { revocation: { objectives: { signing_key: { max: '6m' } } } },
      says: 'loosens revocation.objectives.signing_key.max from 5m',
    },
    {
      name: 'a slower poll',
      base: { revocation: { channels: [{ type: 'denylist', poll_interval: '1s' }] } },
      overlay: { revocation: { channels: [{ type: 'denylist', poll_interval: '2s' }] } },
      says: 'loosens revocation.channels[denylist].poll_interval from 1s',
    },
    {
      name: 'fewer keys of a channel',
      base: { revocation: { channels: [{ type: 'denylist', keys: ['jti', 'sub'] }] } },
      overlay: { revocation: { channels: [{ type: 'denylist', keys: ['jti'] }] } },
      says: 'loosens revocation.channels[denylist].keys from jti, sub',
    },
    {
      name: 'rarer drills',
      base: { drills: [{ drill: 'd', every: '7d' }] },
      overlay: { drills: [{ drill: 'd', every: '30d' }] },
      says: 'loosens drills[d].every from 7d',
    },
    {
      name: 'a target outside the base',
      base: { applies_to: { environments: ['prod'] } },
      overlay: { applies_to: { environments: ['stage', 'prod'] } },
      says: 'loosens applies_to.environments from prod',
    },
    {
      name: 'a forbidden class',
      base: access({ present: false }),
      overlay: access({ present: true }),
      says: 'loosens access_token.present from false',
    },
    {
      name: 'another format',
      base: access({ format: 'opaque' }),
      overlay: access({ format: 'jwt' }),
      says: 'opaque and jwt exclude each other',
    },
    {
      name: 'another key address',
      base: { issuers: [{ issuer: 'https://a.example', jwks_uri: 'https://a.example/1' }] },
      overlay: { issuers: [{ issuer: 'https://a.example', jwks_uri: 'https://a.example/2' }] },
      says: 'cannot be both https://a.example/1 and https://a.example/2',
    },
  ])('reports $name', ({ base, overlay, says }) => {
    const { problems } = resolvePolicies([
      policyDocument('base', base),
      policyDocument('overlay', { ...overlay, extends: ['base'] }),
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.code).toBe('document/invalid');
    expect(problems[0]?.message).toContain(says);
    expect(problems[0]?.at?.file).toBe('policies/overlay.yaml');
  });

  it('takes an equal value for what it is', () => {
    const spec: TokenPolicySpec = {
      ...access({ lifetime: { max: '300s' }, algorithms: ['PS256', 'ES256'], required_claims: ['exp', 'iss'] }),
      keys: { kid_required: true },
    };
    const same: TokenPolicySpec = {
      extends: ['base'],
      ...access({ lifetime: { max: '5m' }, algorithms: ['ES256', 'PS256'], required_claims: ['iss', 'exp'] }),
      keys: { kid_required: true },
    };
    expect(resolvePolicies([policyDocument('base', spec), policyDocument('overlay', same)]).problems).toEqual([]);
  });

  it('reports a loosening once, not in every policy below', () => {
    const { problems } = resolvePolicies([
      policyDocument('base', access({ lifetime: { max: '5m' } })),
      policyDocument('overlay', { extends: ['base'], ...access({ lifetime: { max: '15m' } }) }),
      policyDocument('leaf', { extends: ['overlay'] }),
    ]);
    expect(problems).toHaveLength(1);
  });

  it('reports bases that leave nothing in common where they meet', () => {
    const { problems } = resolvePolicies([
      policyDocument('a', access({ algorithms: ['ES256'] })),
      policyDocument('b', access({ algorithms: ['PS256'] })),
      policyDocument('both', { extends: ['a', 'b'] }),
      policyDocument('below', { extends: ['both'] }),
    ]);
    expect(problems.map(({ message }) => message.replaceAll(/policies\/(\w)\.yaml:\d+:\d+/g, '$1.yaml'))).toEqual([
      'nothing can be accepted: access_token.algorithms of TokenPolicy "both" is empty, "a" says ES256 (a.yaml), "b" says PS256 (b.yaml)',
    ]);
  });

  it.for([
    { name: 'an unknown base', extends: ['bse'], says: 'document/not-found', hint: 'did you mean "base"?' },
    {
      name: 'an unknown base that resembles nothing',
      extends: ['zebra'],
      says: 'document/not-found',
      hint: 'add the file that declares it to the paths',
    },
  ])('reports $name and leaves the policy out', ({ extends: bases, says, hint }) => {
    const { problems, policies } = resolvePolicies([
      policyDocument('base', {}),
      policyDocument('orders', { extends: bases }),
      policyDocument('below', { extends: ['orders'] }),
    ]);
    expect(problems.map((problem) => [problem.code, problem.hint])).toEqual([[says, hint]]);
    expect(policies.map(({ name }) => name)).toEqual(['base']);
  });

  it.for([
    {
      name: 'two',
      edges: [
        ['b', 'a'],
        ['a', 'b'],
      ],
      cycle: 'a -> b -> a',
    },
    { name: 'one', edges: [['a', 'a']], cycle: 'a -> a' },
    {
      name: 'three, and one that leads into them',
      edges: [
        ['0', 'c'],
        ['c', 'a'],
        ['a', 'b'],
        ['b', 'c'],
      ],
      cycle: 'a -> b -> c -> a',
    },
  ])('reports a circle of $name', ({ edges, cycle }) => {
    const { problems, policies } = resolvePolicies(
      edges.map(([name = '', base = '']) => policyDocument(name, { extends: [base] })),
    );
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['policy/extends-cycle', `policies extend each other in a circle: ${cycle}`],
    ]);
    expect(policies).toEqual([]);
  });

  it('reports a name that two documents claim', () => {
    expect(problemsOf('metadata: { name: a }\nspec: {}\n---\nmetadata: { name: a }\nspec: {}\n')).toEqual([
      'document/invalid policies/all.yaml:4:19 TokenPolicy "a" is defined twice, first at policies/all.yaml:1',
    ]);
  });

  it.for([
    { path: 'tokens.access_token.algoritms', hint: 'did you mean "tokens.access_token.algorithms"?' },
    { path: 'nothing', hint: 'write a path below spec, such as tokens.access_token.algorithms' },
  ])('reports the unknown final field $path', ({ path, hint }) => {
    const { problems } = resolvePolicies([policyDocument('a', { final: [path] })]);
    expect(problems.map((problem) => [problem.message, problem.hint])).toEqual([
      [`final of TokenPolicy "a" names an unknown field "${path}"`, hint],
    ]);
  });

  it('knows groups of fields as final', () => {
    const final = ['keys', 'tokens.access_token.binding', 'revocation.channels', 'drills', 'applies_to', 'issuers'];
    expect(resolvePolicies([policyDocument('a', { final })]).problems).toEqual([]);
  });

  it('reports durations and networks without a meaning', () => {
    const { problems } = resolvePolicies([
      policyDocument(
        'a',
        access({ lifetime: { max: '99999999999999d' }, binding: { ip: { cidrs: ['10.0.0.0/33'] } } }),
      ),
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      'access_token.lifetime.max of TokenPolicy "a" has no meaning: 99999999999999d',
      'access_token.binding.ip.cidrs of TokenPolicy "a" has no meaning: 10.0.0.0/33',
    ]);
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
