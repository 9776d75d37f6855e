import { describe, expect, it } from 'vitest';
import { showLocation } from '../../src/model/location.ts';
import type { TokenPolicySpec } from '../../src/model/policy.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { policiesFrom, policyDocument } from './documents.ts';

function problemsOf(text: string): readonly string[] {
  return resolvePolicies(policiesFrom('policies/all.yaml', text)).problems.map(
    ({ code, message, at }) => `${code} ${at === null ? '' : showLocation(at)} ${message}`,
  );
}

const access = (token: NonNullable<TokenPolicySpec['tokens']>['access_token']): TokenPolicySpec =>
  token === undefined ? {} : { tokens: { access_token: token } };

describe('problems of policies', () => {
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
        hint: 'an overlay may only tighten: change base "base", keep 5m, or add a Waiver that permits it until a day',
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
