import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '../../src/policy/digest.ts';
import { policiesFrom, resolved } from './documents.ts';

describe('canonicalJson', () => {
  it.for([
    {
      name: 'sorts members by UTF-16 code units',
      value: { b: 1, a: 2, '\u20ac': 3, '\r': 4, '\ud83d\ude00': 5, '\ufb33': 6 },
      text: '{"\\r":4,"a":2,"b":1,"€":3,"😀":5,"\ufb33":6}',
    },
    {
      name: 'writes numbers as ECMAScript does',
      value: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
      text: '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    },
    { name: 'writes strings as ECMAScript does', value: '\u20ac$\u000f\nA\'B"\\/', text: '"€$\\u000f\\nA\'B\\"\\\\/"' },
    { name: 'leaves out members without a value', value: { a: undefined, b: null }, text: '{"b":null}' },
    { name: 'keeps the places of a list', value: [undefined, [], {}], text: '[null,[],{}]' },
  ])('$name', ({ value, text }) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.for([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    expect(() => canonicalJson({ value })).toThrow(RangeError);
  });

  it('says the same for every order of members, and what JSON.parse reads back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('sha256Hex', () => {
  it('is the digest of FIPS 180-4', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('digest of a policy', () => {
  const written = `metadata: { name: p }
spec:
  issuers: [{ issuer: https://a.example }, { issuer: https://b.example }]
  tokens:
    access_token: { algorithms: [ES256, PS256], audiences: [orders], lifetime: { max: 5m }, claim_values: { acr: [a, b] } }
  revocation:
    channels: [{ type: denylist, keys: [jti, sub] }, { type: jwks_removal }]
`;
  const digestOf = (text: string): string => resolved('p', policiesFrom('policies/p.yaml', text)).digest;

  it('is a SHA-256', () => {
    expect(digestOf(written)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.for([
    { name: 'formatting and comments', from: 'metadata:', to: '# a comment\n\nmetadata: ' },
    { name: 'the unit of a duration', from: '5m', to: '300s' },
    { name: 'the order of a list', from: '[ES256, PS256]', to: '[PS256, ES256]' },
    { name: 'the order of values of a claim', from: '[a, b]', to: '[b, a]' },
    {
      name: 'the order of members',
      from: 'algorithms: [ES256, PS256], audiences: [orders]',
      to: 'audiences: [orders], algorithms: [ES256, PS256]',
    },
    {
      name: 'the order of channels',
      from: '{ type: denylist, keys: [jti, sub] }, { type: jwks_removal }',
      to: '{ type: jwks_removal }, { type: denylist, keys: [sub, jti] }',
    },
    { name: 'writing a default down', from: 'audiences:', to: 'audience_match: any, audiences:' },
  ])('does not depend on $name', ({ from, to }) => {
    expect(written).toContain(from);
    expect(digestOf(written.replace(from, to))).toBe(digestOf(written));
  });

  it.for([
    { name: 'a lifetime', from: '5m', to: '4m' },
    { name: 'an algorithm', from: ', PS256', to: '' },
    { name: 'an issuer', from: 'https://b.example', to: 'https://c.example' },
    {
      name: 'a key address',
      from: 'issuer: https://a.example }',
      to: 'issuer: https://a.example, jwks_uri: https://a.example/j }',
    },
    { name: 'a channel', from: ', { type: jwks_removal }', to: '' },
    { name: 'the enforcement', from: 'spec:\n', to: 'spec:\n  enforcement: warn\n' },
    { name: 'the scope', from: 'spec:\n', to: 'spec:\n  applies_to: { services: [orders] }\n' },
    { name: 'a final field', from: 'spec:\n', to: 'spec:\n  final: [keys]\n' },
    { name: 'an objective', from: 'revocation:\n', to: 'revocation:\n    objectives: { client: { max: 1h } }\n' },
    { name: 'a drill', from: 'spec:\n', to: 'spec:\n  drills: [{ drill: d, every: 7d }]\n' },
  ])('changes with $name', ({ from, to }) => {
    expect(written).toContain(from);
    expect(digestOf(written.replace(from, to))).not.toBe(digestOf(written));
  });

  it('does not depend on how the values are spread over a chain', () => {
    const base =
      'metadata: { name: base }\nspec:\n  tokens: { access_token: { algorithms: [ES256, PS256, RS256] } }\n---\n';
    const overlay = written.replace('spec:\n', 'spec:\n  extends: [base]\n');
    expect(digestOf(base + overlay)).toBe(digestOf(written));
    expect(digestOf(`${overlay}---\n${base.replace('---\n', '')}`)).toBe(digestOf(written));
  });
});
