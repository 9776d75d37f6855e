import { describe, expect, it } from 'vitest';
import type { Dimension, TokenContext, UnverifiedToken } from '../../src/model/decision.ts';
import type { TokenClassSpec, TokenPolicySpec } from '../../src/model/policy.ts';
import { decide } from '../../src/policy/decide.ts';
import { policyDocument, resolved } from './documents.ts';

/** 2026-01-01T00:00:00Z in seconds. */
const NOW = 1_767_225_600;

const RULES: TokenClassSpec = {
  typ: ['at+jwt'],
  algorithms: ['ES256', 'Ed25519'],
  audiences: ['orders', 'billing'],
  lifetime: { max: '10m' },
  clock_skew: { max: '5s' },
};

const SPEC: TokenPolicySpec = { issuers: [{ issuer: 'https://id.example' }], tokens: { access_token: RULES } };

const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' };
const CLAIMS = {
  iss: 'https://id.example',
  aud: 'orders',
  sub: 'u1',
  client_id: 'web',
  jti: 'j1',
  iat: NOW - 60,
  exp: NOW + 240,
};

interface Use {
  readonly rules?: TokenClassSpec;
  readonly spec?: TokenPolicySpec;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly context?: Partial<TokenContext>;
}

function without(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function decideUse({ rules, spec, header, claims, context }: Use) {
  const policy = resolved('p', [
    policyDocument('p', { ...SPEC, tokens: { access_token: { ...RULES, ...rules } }, ...spec }),
  ]);
  const token: UnverifiedToken = {
    header: without({ ...HEADER, ...header }),
    claims: without({ ...CLAIMS, ...claims }),
  };
  return decide(policy, token, { now: NOW * 1000, tokenClass: 'access_token', ...context });
}

function violated(use: Use): readonly string[] {
  return decideUse(use).violations.map(({ dimension, member }) =>
    member === null ? dimension : `${dimension} ${member}`,
  );
}

const dpop = { kind: 'dpop', jkt: 'thumb', alg: 'ES256', issuedAt: NOW * 1000, hasNonce: true, hasAth: true } as const;
const mtls = { kind: 'mtls', thumbprint: 'cert' } as const;

describe('decide', () => {
  it('accepts a token that keeps to every dimension, and says which those are', () => {
    const decision = decideUse({});
    expect(decision).toMatchObject({ policy: 'p', verdict: 'accept', violations: [] });
    expect([...new Set(decision.checks.map(({ dimension }) => dimension))]).toEqual([
      'token_class',
      'route',
      'format',
      'issuer',
      'algorithm',
      'key_strength',
      'typ',
      'crit',
      'kid',
      'key_source',
      'audience',
      'required_claim',
      'lifetime',
      'max_age',
      'expired',
      'not_yet_valid',
      'binding',
    ] satisfies Dimension[]);
  });

  it('reports every violation, each with value, bound, position and reference', () => {
    const decision = decideUse({
      header: { alg: 'RS256', typ: 'JWT' },
      claims: { aud: 'other', exp: NOW + 3600, sub: undefined },
    });
    expect(decision.verdict).toBe('reject');
    expect(
      decision.violations.map(({ dimension, member, value, bound, from, reference }) => ({
        what: `${dimension} ${member ?? ''}`,
        value,
        bound,
        from: from.at === null ? from.source : `${from.at.file} ${from.origin}`,
        reference,
      })),
    ).toEqual([
      {
        what: 'algorithm alg',
        value: 'RS256',
        bound: 'ES256, Ed25519',
        from: 'policies/p.yaml explicit',
        reference: 'RFC 8725 sections 3.1 and 3.2',
      },
      {
        what: 'typ typ',
        value: 'JWT',
        bound: 'at+jwt',
        from: 'policies/p.yaml explicit',
        reference: 'RFC 8725 section 3.11, RFC 9068 section 2.1',
      },
      {
        what: 'audience aud',
        value: 'other',
        bound: 'at least one of orders, billing',
        from: 'policies/p.yaml explicit',
        reference: 'RFC 8725 section 3.9, RFC 9068 section 4',
      },
      {
        what: 'required_claim sub',
        value: 'absent',
        bound: 'present, a string',
        from: 'RFC 9068 section 2.2',
        reference: 'RFC 7519 section 4, RFC 9068 section 2.2',
      },
      {
        what: 'lifetime exp',
        value: '1h1m',
        bound: 'at most 10m from iat to exp',
        from: 'policies/p.yaml explicit',
        reference: 'RFC 7519 sections 4.1.4 and 4.1.6',
      },
    ]);
  });

  it("decides the same under enforcement off: what follows is the caller's", () => {
    expect(violated({ spec: { enforcement: 'off' }, claims: { aud: 'other' } })).toEqual(['audience aud']);
  });

  it.for<Use & { name: string; violates: readonly string[] }>([
    // Token class, format, route.
    { name: 'a class nobody governs', context: { tokenClass: 'id_token' }, violates: ['token_class'] },
    { name: 'a forbidden class', rules: { present: false }, violates: ['token_class'] },
    { name: 'a JWT where tokens are opaque', rules: { format: 'opaque' }, violates: ['format'] },
    {
      name: 'a route inside the scope',
      spec: { applies_to: { routes: ['/v1/*'] } },
      context: { route: '/v1/orders' },
      violates: [],
    },
    {
      name: 'a route outside the scope',
      spec: { applies_to: { routes: ['/v1/*'] } },
      context: { route: '/v2/orders' },
      violates: ['route'],
    },
    { name: 'no route where the policy names some', spec: { applies_to: { routes: ['/v1/*'] } }, violates: [] },
    // Issuer.
    { name: 'another issuer', claims: { iss: 'https://evil.example' }, violates: ['issuer iss'] },
    { name: 'the issuer with a slash more', claims: { iss: 'https://id.example/' }, violates: ['issuer iss'] },
    { name: 'the issuer in capitals', claims: { iss: 'https://ID.example' }, violates: ['issuer iss'] },
    {
      name: 'an issuer in a list',
      claims: { iss: ['https://id.example'] },
      violates: ['issuer iss', 'required_claim iss'],
    },
    { name: 'no issuer', claims: { iss: undefined }, violates: ['issuer iss', 'required_claim iss'] },
    // Algorithm.
    { name: 'alg none', header: { alg: 'none' }, violates: ['algorithm alg'] },
    { name: 'alg nOnE', header: { alg: 'nOnE' }, violates: ['algorithm alg'] },
    {
      name: 'alg none although it is listed',
      rules: { algorithms: ['none', 'NONE', 'ES256'] },
      header: { alg: 'NONE' },
      violates: ['algorithm alg'],
    },
    { name: 'alg in the wrong case', header: { alg: 'es256' }, violates: ['algorithm alg'] },
    { name: 'alg with a blank', header: { alg: 'ES256 ' }, violates: ['algorithm alg'] },
    { name: 'alg as a list', header: { alg: ['ES256'] }, violates: ['algorithm alg'] },
    { name: 'no alg', header: { alg: undefined }, violates: ['algorithm alg'] },
    { name: 'EdDSA where only Ed25519 is allowed', header: { alg: 'EdDSA' }, violates: ['algorithm alg'] },
    {
      name: 'EdDSA where both its curves are',
      rules: { algorithms: ['EdDSA'] },
      header: { alg: 'EdDSA' },
      violates: [],
    },
    {
      name: 'Ed25519 where EdDSA is allowed',
      rules: { algorithms: ['EdDSA'] },
      header: { alg: 'Ed25519' },
      violates: [],
    },
    {
      name: 'ES384 without its curve',
      rules: { algorithms: ['ES384'] },
      spec: { keys: { curves: ['P-256'] } },
      header: { alg: 'ES384' },
      violates: ['key_strength alg'],
    },
    { name: 'ES384 with derived curves', rules: { algorithms: ['ES384'] }, header: { alg: 'ES384' }, violates: [] },
    // Type.
    { name: 'typ with application/', header: { typ: 'application/at+JWT' }, violates: [] },
    { name: 'typ of an ID token', header: { typ: 'JWT' }, violates: ['typ typ'] },
    { name: 'no typ', header: { typ: undefined }, violates: ['typ typ'] },
    {
      name: 'no typ where that is allowed',
      rules: { typ: ['at+jwt', 'absent'] },
      header: { typ: undefined },
      violates: [],
    },
    {
      name: 'a typ that spells absent',
      rules: { typ: ['at+jwt', 'absent'] },
      header: { typ: 'absent' },
      violates: ['typ typ'],
    },
    { name: 'typ as a number', header: { typ: 1 }, violates: ['typ typ'] },
    // Critical extensions.
    { name: 'an unknown critical extension', header: { crit: ['x'], x: 1 }, violates: ['crit crit'] },
    { name: 'a known critical extension', rules: { crit: ['x'] }, header: { crit: ['x'], x: 1 }, violates: [] },
    {
      name: 'a critical extension that is not in the header',
      rules: { crit: ['x'] },
      header: { crit: ['x'] },
      violates: ['crit crit'],
    },
    {
      name: 'a critical extension named twice',
      rules: { crit: ['x'] },
      header: { crit: ['x', 'x'], x: 1 },
      violates: ['crit crit'],
    },
    { name: 'an empty crit', header: { crit: [] }, violates: ['crit crit'] },
    { name: 'a crit that is no list', rules: { crit: ['x'] }, header: { crit: 'x', x: 1 }, violates: ['crit crit'] },
    {
      name: 'a crit that names a standard parameter',
      rules: { crit: ['alg'] },
      header: { crit: ['alg'] },
      violates: ['crit crit'],
    },
    // Key selection.
    { name: 'no kid', header: { kid: undefined }, violates: ['kid kid'] },
    {
      name: 'no kid where none is required',
      spec: { keys: { kid_required: false } },
      header: { kid: undefined },
      violates: [],
    },
    { name: 'an empty kid', spec: { keys: { kid_required: false } }, header: { kid: '' }, violates: ['kid kid'] },
    { name: 'a kid that is a number', header: { kid: 1 }, violates: ['kid kid'] },
    { name: 'jku', header: { jku: 'https://evil.example/jwks' }, violates: ['key_source jku'] },
    { name: 'x5u', header: { x5u: 'https://evil.example/cert' }, violates: ['key_source x5u'] },
    { name: 'jwk', header: { jwk: {} }, violates: ['key_source jwk'] },
    { name: 'x5c', header: { x5c: ['MII'] }, violates: ['key_source x5c'] },
    {
      name: 'jwk where it is a source',
      spec: { keys: { sources: ['jwks_uri', 'jwk'] } },
      header: { jwk: {} },
      violates: [],
    },
    {
      name: 'x5c, which no policy can allow',
      spec: { keys: { sources: ['jwks_uri', 'static', 'jku', 'x5u', 'jwk'] } },
      header: { x5c: [] },
      violates: ['key_source x5c'],
    },
    { name: 'jku with the value null', header: { jku: null }, violates: ['key_source jku'] },
    // Audience.
    { name: 'any: one of several', claims: { aud: ['other', 'orders'] }, violates: [] },
    { name: 'any: none', claims: { aud: ['other'] }, violates: ['audience aud'] },
    { name: 'any: a prefix', claims: { aud: 'order' }, violates: ['audience aud'] },
    {
      name: 'all: only allowed ones',
      rules: { audience_match: 'all' },
      claims: { aud: ['billing', 'orders'] },
      violates: [],
    },
    {
      name: 'all: one foreign',
      rules: { audience_match: 'all' },
      claims: { aud: ['orders', 'other'] },
      violates: ['audience aud'],
    },
    {
      name: 'all: an empty list',
      rules: { audience_match: 'all' },
      claims: { aud: [] },
      violates: ['audience aud', 'required_claim aud'],
    },
    { name: 'exact: a single one', rules: { audience_match: 'exact' }, claims: { aud: ['orders'] }, violates: [] },
    {
      name: 'exact: a single one twice',
      rules: { audience_match: 'exact' },
      claims: { aud: ['orders', 'orders'] },
      violates: [],
    },
    {
      name: 'exact: two',
      rules: { audience_match: 'exact' },
      claims: { aud: ['orders', 'billing'] },
      violates: ['audience aud'],
    },
    {
      name: 'an audience that is a number',
      claims: { aud: [1, 'orders'] },
      violates: ['audience aud', 'required_claim aud'],
    },
    // Lifetime and age.
    { name: 'the longest lifetime', claims: { iat: NOW - 60, exp: NOW + 540 }, violates: [] },
    { name: 'a second more', claims: { iat: NOW - 60, exp: NOW + 541 }, violates: ['lifetime exp'] },
    { name: 'exp before iat', claims: { iat: NOW + 4, exp: NOW + 3 }, violates: ['lifetime exp'] },
    { name: 'no iat', claims: { iat: undefined }, violates: ['required_claim iat', 'lifetime exp', 'max_age iat'] },
    { name: 'no exp', claims: { exp: undefined }, violates: ['required_claim exp', 'lifetime exp', 'expired exp'] },
    { name: 'the greatest age, with leeway', rules: { max_age: '55s' }, violates: [] },
    { name: 'a second older', rules: { max_age: '54s' }, violates: ['max_age iat'] },
    // Expiry and start.
    { name: 'exp in a fraction of the leeway', claims: { exp: NOW - 4.999 }, violates: [] },
    { name: 'exp exactly where the leeway ends', claims: { exp: NOW - 5 }, violates: ['expired exp'] },
    {
      name: 'exp exactly now, without leeway',
      rules: { clock_skew: { max: '0s' } },
      claims: { exp: NOW },
      violates: ['expired exp'],
    },
    {
      name: 'exp a millisecond from now, without leeway',
      rules: { clock_skew: { max: '0s' } },
      claims: { exp: NOW + 0.001 },
      violates: [],
    },
    { name: 'nbf exactly where the leeway ends', claims: { nbf: NOW + 5 }, violates: [] },
    { name: 'nbf a moment later', claims: { nbf: NOW + 5.001 }, violates: ['not_yet_valid nbf'] },
    { name: 'iat exactly where the leeway ends', claims: { iat: NOW + 5 }, violates: [] },
    { name: 'iat a moment later', claims: { iat: NOW + 5.001 }, violates: ['not_yet_valid iat'] },
    {
      name: 'exp as text',
      claims: { exp: String(NOW + 240) },
      violates: ['required_claim exp', 'lifetime exp', 'expired exp'],
    },
    { name: 'exp beyond all dates', claims: { exp: 1e300 }, violates: ['lifetime exp', 'expired exp'] },
    {
      name: 'exp as infinity',
      claims: { exp: Number.POSITIVE_INFINITY },
      violates: ['required_claim exp', 'lifetime exp', 'expired exp'],
    },
    {
      name: 'iat as null',
      claims: { iat: null },
      violates: ['required_claim iat', 'lifetime exp', 'max_age iat', 'not_yet_valid iat'],
    },
    { name: 'nbf as an object', claims: { nbf: {} }, violates: ['not_yet_valid nbf'] },
    { name: 'nbf as null', claims: { nbf: null }, violates: ['not_yet_valid nbf'] },
    // Required claims and values.
    { name: 'a missing claim of our own', rules: { required_claims: ['tier'] }, violates: ['required_claim tier'] },
    { name: 'a claim that is null', claims: { jti: null }, violates: ['required_claim jti'] },
    { name: 'an empty subject', claims: { sub: '' }, violates: ['required_claim sub'] },
    { name: 'a claim of our own of any type', rules: { required_claims: ['tier'] }, claims: { tier: 0 }, violates: [] },
    {
      name: 'a claim named like a member of every object',
      rules: { required_claims: ['constructor'] },
      violates: ['required_claim constructor'],
    },
    { name: 'an allowed value', rules: { claim_values: { acr: ['phr'] } }, claims: { acr: 'phr' }, violates: [] },
    {
      name: 'another value',
      rules: { claim_values: { acr: ['phr'] } },
      claims: { acr: 'low' },
      violates: ['claim_value acr'],
    },
    {
      name: 'a constrained claim that is absent',
      rules: { claim_values: { acr: ['phr'] } },
      violates: ['claim_value acr'],
    },
    {
      name: 'a list of allowed values',
      rules: { claim_values: { amr: ['pwd', 'otp'] } },
      claims: { amr: ['otp'] },
      violates: [],
    },
    {
      name: 'a list with another value',
      rules: { claim_values: { amr: ['pwd', 'otp'] } },
      claims: { amr: ['otp', 'sms'] },
      violates: ['claim_value amr'],
    },
    {
      name: 'an empty list',
      rules: { claim_values: { amr: ['pwd'] } },
      claims: { amr: [] },
      violates: ['claim_value amr'],
    },
    {
      name: 'a boolean by its text',
      rules: { claim_values: { email_verified: ['true'] } },
      claims: { email_verified: true },
      violates: [],
    },
    {
      name: 'an object',
      rules: { claim_values: { acr: ['[object Object]'] } },
      claims: { acr: {} },
      violates: ['claim_value acr'],
    },
    // Binding.
    {
      name: 'an unbound token where bearer is not accepted',
      rules: { binding: { accept: ['dpop'] } },
      violates: ['binding cnf'],
    },
    {
      name: 'a DPoP-bound token with its proof',
      rules: { binding: { accept: ['dpop'] } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: dpop },
      violates: [],
    },
    {
      name: 'a DPoP-bound token with the proof of another key',
      rules: { binding: { accept: ['dpop'] } },
      claims: { cnf: { jkt: 'other' } },
      context: { proof: dpop },
      violates: ['binding cnf'],
    },
    {
      name: 'a DPoP-bound token as bearer, even where bearer is accepted',
      rules: { binding: { accept: ['dpop', 'bearer'] } },
      claims: { cnf: { jkt: 'thumb' } },
      violates: ['binding cnf'],
    },
    {
      name: 'a DPoP-bound token with a client certificate',
      rules: { binding: { accept: ['dpop', 'mtls', 'bearer'] } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: mtls },
      violates: ['binding cnf'],
    },
    {
      name: 'a DPoP-bound token where only bearer is accepted',
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: dpop },
      violates: ['binding cnf'],
    },
    {
      name: 'an unbound token with a proof beside it',
      rules: { binding: { accept: ['dpop'] } },
      context: { proof: dpop },
      violates: ['binding cnf'],
    },
    {
      name: 'an unbound token with a proof where bearer is accepted',
      rules: { binding: { accept: ['dpop', 'bearer'] } },
      context: { proof: dpop },
      violates: [],
    },
    {
      name: 'a certificate-bound token with its certificate',
      rules: { binding: { accept: ['mtls'] } },
      claims: { cnf: { 'x5t#S256': 'cert' } },
      context: { proof: mtls },
      violates: [],
    },
    {
      name: 'a certificate-bound token with another certificate',
      rules: { binding: { accept: ['mtls'] } },
      claims: { cnf: { 'x5t#S256': 'other' } },
      context: { proof: mtls },
      violates: ['binding cnf'],
    },
    {
      name: 'a certificate-bound token as bearer',
      rules: { binding: { accept: ['mtls', 'bearer'] } },
      claims: { cnf: { 'x5t#S256': 'cert' } },
      violates: ['binding cnf'],
    },
    {
      name: 'a token bound in two ways, one shown',
      rules: { binding: { accept: ['dpop', 'mtls'] } },
      claims: { cnf: { jkt: 'thumb', 'x5t#S256': 'cert' } },
      context: { proof: dpop },
      violates: ['binding cnf'],
    },
    {
      name: 'a confirmation nobody can check',
      rules: { binding: { accept: ['dpop', 'bearer'] } },
      claims: { cnf: { jwk: {} } },
      context: { proof: dpop },
      violates: ['binding cnf'],
    },
    { name: 'an empty cnf', claims: { cnf: {} }, violates: ['binding cnf'] },
    { name: 'a cnf that is null', claims: { cnf: null }, violates: ['binding cnf'] },
    { name: 'a cnf that is a list', claims: { cnf: ['jkt'] }, violates: ['binding cnf'] },
    {
      name: 'a jkt that is no text',
      rules: { binding: { accept: ['dpop'] } },
      claims: { cnf: { jkt: ['thumb'] } },
      context: { proof: dpop },
      violates: ['binding cnf'],
    },
    // DPoP proof.
    {
      name: 'a proof with another algorithm',
      rules: { binding: { accept: ['dpop'], dpop: { signing_algorithms: ['PS256'] } } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: dpop },
      violates: ['dpop alg'],
    },
    {
      name: 'a symmetric proof although it is listed',
      rules: { binding: { accept: ['dpop'], dpop: { signing_algorithms: ['HS256'] } } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, alg: 'HS256' } },
      violates: ['dpop alg'],
    },
    {
      name: 'the oldest proof',
      rules: { binding: { accept: ['dpop'], dpop: { max_proof_age: '30s' } } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, issuedAt: (NOW - 30) * 1000 } },
      violates: [],
    },
    {
      name: 'a proof a millisecond older',
      rules: { binding: { accept: ['dpop'], dpop: { max_proof_age: '30s' } } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, issuedAt: (NOW - 30) * 1000 - 1 } },
      violates: ['dpop iat'],
    },
    {
      name: 'a proof from the end of the leeway',
      rules: { binding: { accept: ['dpop'] } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, issuedAt: (NOW + 5) * 1000 } },
      violates: [],
    },
    {
      name: 'a proof from beyond it',
      rules: { binding: { accept: ['dpop'] } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, issuedAt: (NOW + 5) * 1000 + 1 } },
      violates: ['dpop iat'],
    },
    {
      name: 'a proof without a time',
      rules: { binding: { accept: ['dpop'] } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, issuedAt: Number.NaN } },
      violates: ['dpop iat'],
    },
    {
      name: 'a proof without nonce',
      rules: { binding: { accept: ['dpop'] } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, hasNonce: false } },
      violates: [],
    },
    {
      name: 'a proof without the required nonce',
      rules: { binding: { accept: ['dpop'], dpop: { require_nonce: true } } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, hasNonce: false } },
      violates: ['dpop nonce'],
    },
    {
      name: 'a proof without ath',
      rules: { binding: { accept: ['dpop'] } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, hasAth: false } },
      violates: ['dpop ath'],
    },
    {
      name: 'a proof without ath where it is optional',
      rules: { binding: { accept: ['dpop'], dpop: { require_ath: false } } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { proof: { ...dpop, hasAth: false } },
      violates: [],
    },
    // Addresses.
    {
      name: 'the last address of the network',
      rules: { binding: { ip: { cidrs: ['10.0.0.0/8'] } } },
      context: { clientIp: '10.255.255.255' },
      violates: [],
    },
    {
      name: 'the first address behind it',
      rules: { binding: { ip: { cidrs: ['10.0.0.0/8'] } } },
      context: { clientIp: '11.0.0.0' },
      violates: ['ip'],
    },
    {
      name: 'the same address written as IPv6',
      rules: { binding: { ip: { cidrs: ['10.0.0.0/8'] } } },
      context: { clientIp: '::ffff:10.0.0.1' },
      violates: [],
    },
    { name: 'an address nobody knows', rules: { binding: { ip: { cidrs: ['10.0.0.0/8'] } } }, violates: ['ip'] },
    {
      name: 'an address that is none',
      rules: { binding: { ip: { cidrs: ['0.0.0.0/0'] } } },
      context: { clientIp: 'localhost' },
      violates: ['ip'],
    },
    {
      name: 'an unbound token held to its address',
      rules: { binding: { accept: ['ip'], ip: { cidrs: ['10.0.0.0/8'] } } },
      context: { clientIp: '10.0.0.1' },
      violates: [],
    },
    {
      name: 'an unbound token from elsewhere',
      rules: { binding: { accept: ['ip'], ip: { cidrs: ['10.0.0.0/8'] } } },
      context: { clientIp: '192.0.2.1' },
      violates: ['ip'],
    },
    {
      name: 'an address where no network is declared',
      rules: { binding: { accept: ['ip'] } },
      context: { clientIp: '10.0.0.1' },
      violates: ['ip'],
    },
    {
      name: 'a bound token without proof from an allowed address',
      rules: { binding: { accept: ['ip', 'dpop'], ip: { cidrs: ['10.0.0.0/8'] } } },
      claims: { cnf: { jkt: 'thumb' } },
      context: { clientIp: '10.0.0.1' },
      violates: ['binding cnf'],
    },
  ])('$name: $violates', ({ violates, ...use }) => {
    expect(violated(use)).toEqual(violates);
  });

  it('lets nothing pass where no issuer and no audience is declared', () => {
    const policy = resolved('p', [policyDocument('p', { tokens: { access_token: {} } })]);
    const { violations } = decide(
      policy,
      { header: HEADER, claims: CLAIMS },
      { now: NOW * 1000, tokenClass: 'access_token' },
    );
    expect(violations.map(({ dimension, bound, from }) => [dimension, bound, from.origin])).toEqual([
      ['issuer', 'no issuer is declared', 'unknown'],
      ['audience', 'no audience is declared', 'unknown'],
    ]);
  });

  it('shows values of a token on one short line', () => {
    const { violations } = decideUse({ claims: { aud: `\u001b[2J\n${'x'.repeat(200)}` } });
    expect(violations[0]?.value).toBe(`\\u001b[2J\\u000a${'x'.repeat(75)}...`);
  });
});
