import { describe, expect, it } from 'vitest';
import type { TokenPolicySpec } from '../../src/model/policy.ts';
import type { EstateRead } from '../../src/lint/read-estate.ts';
import type { TargetComposition } from '../../src/policy/compose-target.ts';
import { composeTarget } from '../../src/policy/compose-target.ts';
import { decide } from '../../src/policy/decide.ts';
import { NOW, documentText, estateOf, organisation } from './estate.ts';

const DAY = 86_400_000;

interface WaiverDraft {
  readonly target?: unknown;
  readonly permits?: unknown;
  readonly expires?: string;
  readonly [member: string]: unknown;
}

function waiver(draft: WaiverDraft): string {
  return documentText('Waiver', {
    name: 'legacy',
    spec: {
      target: { service: 'reporting', environment: 'prod', token: 'access_token' },
      reason: 'the batch exporter uses an SDK without ES256',
      created: '2026-10-01',
      expires: '2026-12-02',
      ...draft,
    },
  });
}

const REPORTING: TokenPolicySpec = {
  applies_to: { services: ['reporting'] },
  issuers: [{ issuer: 'https://id.example.com/' }],
  tokens: { access_token: { audiences: ['reporting'], algorithms: ['ES256'], lifetime: { max: '5m' } } },
};

function read(texts: {
  readonly policies?: Readonly<Record<string, TokenPolicySpec>>;
  readonly waiver: string;
}): EstateRead {
  const policies = Object.entries(texts.policies ?? { reporting: REPORTING });
  return estateOf({
    ...Object.fromEntries(
      policies.map(([name, spec]) => [`${name}.json`, documentText('TokenPolicy', { name, spec })]),
    ),
    'waiver.json': texts.waiver,
  });
}

function composed({ estate, waivers }: EstateRead, service = 'reporting', at: number = NOW): TargetComposition {
  return composeTarget(estate.policies, waivers, { environment: 'prod', service, route: '/', labels: {} }, at);
}

const told = ({ problems }: EstateRead): readonly string[] =>
  problems.map(({ at, message, hint }) => `${at?.line}:${at?.column} ${message} | ${hint}`);

describe('a waiver that permits', () => {
  it('widens exactly what it names, and what follows from it', () => {
    const { enforced, permitted } = composed(read({ waiver: waiver({ permits: { lifetime: { max: '1h' } } }) }));
    const [variant] = permitted;
    const before = enforced?.tokens.access_token;
    const after = variant?.policy.tokens.access_token;
    expect(permitted.map(({ waiver: { name } }) => name)).toEqual(['legacy']);
    expect(after?.maxLifetime.value).toBe(3_600_000);
    expect(after?.maxLifetime.contributions.map(({ policy, value }) => `${policy} ${String(value)}`)).toEqual([
      'reporting 5m',
      'waiver legacy 1h',
    ]);
    expect(after?.maxLifetime.at).toMatchObject({ file: 'waiver.json' });
    expect(after?.maxAge.value).toBe(3_600_000);
    expect(variant?.policy.keys.overlap.value).toBe(3_600_000 + 60_000 + 300_000);
    const { maxLifetime: _, maxAge: __, ...rest } = after ?? {};
    const { maxLifetime: ___, maxAge: ____, ...restBefore } = before ?? {};
    expect(rest).toEqual(restBefore);
  });

  it.for<{ permits: unknown; pick: string; expected: unknown }>([
    { permits: { algorithms: ['RS256'] }, pick: 'tokens.access_token.algorithms', expected: ['ES256', 'RS256'] },
    { permits: { algorithms: ['ES384'] }, pick: 'keys.curves', expected: ['P-256', 'P-384'] },
    { permits: { typ: ['JWT'] }, pick: 'tokens.access_token.typ', expected: ['at+jwt', 'jwt'] },
    {
      permits: { required_claims: ['iss', 'exp'] },
      pick: 'tokens.access_token.requiredClaims',
      expected: ['iss', 'exp'],
    },
    {
      permits: { binding: { accept: ['mtls'] } },
      pick: 'tokens.access_token.bindingAccept',
      expected: ['bearer', 'mtls'],
    },
    {
      permits: { binding: { dpop: { require_ath: false } } },
      pick: 'tokens.access_token.dpopRequireAth',
      expected: false,
    },
    { permits: { keys: { min_rsa_bits: 1024 } }, pick: 'keys.minRsaBits', expected: 1024 },
    { permits: { jwks_cache: { max_ttl: '1h' } }, pick: 'jwksCache.maxTtl', expected: 3_600_000 },
    {
      permits: { issuers: [{ issuer: 'https://old.example.com/' }] },
      pick: 'issuers',
      expected: [
        { issuer: 'https://id.example.com/', jwksUri: null },
        { issuer: 'https://old.example.com/', jwksUri: null },
      ],
    },
    {
      permits: { revocation: { objectives: { signing_key: { max: '1h' } } } },
      pick: 'objectives.signing_key.max',
      expected: 3_600_000,
    },
  ])('$permits', ({ permits, pick, expected }) => {
    const [variant] = composed(read({ waiver: waiver({ permits }) })).permitted;
    const value = `${pick}.value`
      .split('.')
      .reduce<unknown>((at, key) => Reflect.get(Object(at), key), variant?.policy);
    expect(value).toEqual(expected);
  });

  it('lets a token in that the policies refuse, and none when it has ended', () => {
    const estate = read({ waiver: waiver({ permits: { algorithms: ['RS256'] } }) });
    const seconds = NOW / 1000;
    const token = {
      header: { alg: 'RS256', typ: 'at+jwt', kid: 'k' },
      claims: {
        iss: 'https://id.example.com/',
        aud: 'reporting',
        sub: 'u',
        client_id: 'c',
        jti: 'j',
        iat: seconds - 10,
        exp: seconds + 60,
      },
    };
    const verdicts = ({ enforced, permitted }: TargetComposition): readonly string[] =>
      [enforced, ...permitted.map(({ policy }) => policy)].flatMap((policy) =>
        policy === null ? [] : decide(policy, token, { now: NOW, tokenClass: 'access_token' }).verdict,
      );
    expect(verdicts(composed(estate))).toEqual(['reject', 'accept']);
    const lastMoment = Date.parse('2026-12-02T23:59:59.999Z');
    expect(verdicts(composed(estate, 'reporting', lastMoment))).toEqual(['reject', 'accept']);
    expect(verdicts(composed(estate, 'reporting', lastMoment + 1))).toEqual(['reject']);
    expect(verdicts(composed(estate, 'reporting', NOW + 30 * DAY))).toEqual(['reject']);
  });

  it('counts for its targets only', () => {
    const policies = { all: { ...REPORTING, applies_to: {} } };
    const estate = read({
      policies,
      waiver: waiver({
        permits: { algorithms: ['RS256'] },
        target: { service: 'rep*', environment: 'prod', token: 'access_token' },
      }),
    });
    expect(composed(estate).permitted).toHaveLength(1);
    expect(composed(estate, 'orders').permitted).toEqual([]);
    const { estate: facts, waivers } = estate;
    const target = { environment: 'stage', service: 'reporting', route: '/', labels: {} };
    expect(composeTarget(facts.policies, waivers, target, NOW).permitted).toEqual([]);
    const idTokens = { ...target, environment: 'prod', tokenClass: 'id_token' as const };
    expect(composeTarget(facts.policies, waivers, idTokens, NOW).permitted).toEqual([]);
  });

  it('widens the policy that it names and what that extends, and no other', () => {
    const policies = {
      base: { tokens: { access_token: { algorithms: ['ES256'] } } },
      reporting: { extends: ['base'], ...REPORTING },
      edge: { tokens: { access_token: { algorithms: ['ES256', 'PS256', 'RS256'], lifetime: { max: '10m' } } } },
    };
    const target = { policy: 'reporting', token: 'access_token' };
    const permits = { algorithms: ['RS256', 'ES384'], lifetime: { max: '1h' } };
    const [variant] = composed(read({ policies, waiver: waiver({ target, permits }) })).permitted;
    expect(variant?.policy.tokens.access_token?.algorithms.value).toEqual(['ES256', 'RS256']);
    expect(variant?.policy.tokens.access_token?.maxLifetime.value).toBe(600_000);
  });

  it.for<{ name: string; draft: WaiverDraft; says: string }>([
    {
      name: 'without effect',
      draft: {},
      says: '8:11 Waiver "legacy" has neither rules nor permits: it would do nothing | add rules: for findings to live with, or permits: for values that policies do not allow',
    },
    {
      name: 'permits nothing',
      draft: { permits: {} },
      says: '17:16 permits is empty | name a value, such as algorithms: [RS256]',
    },
    {
      name: 'a token field without a class',
      draft: { permits: { algorithms: ['RS256'] }, target: { service: 'reporting' } },
      says: '16:21 algorithms is about tokens, and the target names no class of them | add token: access_token, or another class, to its target',
    },
    {
      name: 'everywhere',
      draft: { permits: { algorithms: ['RS256'] }, target: { token: 'access_token' } },
      says: '9:15 what is permitted would be permitted everywhere | add policy, service or environment to its target',
    },
    {
      name: 'by a path',
      draft: { permits: { algorithms: ['RS256'] }, target: { paths: ['a/*'], policy: 'x', token: 'access_token' } },
      says: '10:16 paths says nothing of tokens, so nothing can be permitted by it | name policy, service or environment',
    },
    {
      name: 'findings of a service',
      draft: { rules: ['policy/alg-deprecated'] },
      says: '10:18 findings say nothing of services: service is for what a waiver permits | name policy, verifier, environment or paths instead',
    },
    {
      name: 'a format',
      draft: { permits: { format: 'opaque' } },
      says: '18:7 unknown key "format" in spec.permits',
    },
  ])('is refused $name', ({ draft, says }) => {
    const estate = read({ waiver: waiver(draft) });
    expect(told(estate).join('\n')).toContain(says);
    expect(estate.waivers).toEqual([]);
  });

  it('is void where a base declares the field final', () => {
    const estate = estateOf({ 'policies/organisation.yaml': organisation() });
    expect(told(estate)).toEqual([
      '105:26 final on access_token.algorithms in "base" (policies/organisation.yaml:5:11) makes waiver "legacy-rs256" void | change TokenPolicy "base", or take access_token.algorithms out of the waiver',
    ]);
    const { permitted, problems } = composed(estate);
    expect(permitted).toEqual([]);
    expect(problems.map(({ message }) => message)).toEqual([
      'final on access_token.algorithms in "base" (policies/organisation.yaml:5:11) makes waiver "legacy-rs256" void',
    ]);
    // What has ended is void anyway.
    expect(told(estateOf({ 'policies/organisation.yaml': organisation() }, NOW + 30 * DAY))).toEqual([]);
  });

  it.for<{ name: string; draft: WaiverDraft; says: string }>([
    {
      name: 'is allowed anyway',
      draft: { permits: { lifetime: { max: '4m' } } },
      says: 'every policy of its target allows this access_token.lifetime.max anyway',
    },
    {
      name: 'nobody governs',
      draft: { permits: { algorithms: ['RS256'] }, target: { service: 'reporting', token: 'id_token' } },
      says: 'no policy of its target governs what it permits',
    },
    {
      name: 'fits no policy',
      draft: { permits: { algorithms: ['RS256'] }, target: { service: 'mail', token: 'id_token' } },
      says: 'no enforced policy fits its target',
    },
  ])('tells of what $name', ({ draft, says }) => {
    const { estate, problems } = read({ waiver: waiver(draft) });
    expect(problems).toEqual([]);
    expect(estate.idlePermits?.map(({ why }) => why)).toEqual([says]);
  });
});
