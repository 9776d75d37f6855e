import { describe, expect, it } from 'vitest';
import { readEstate } from '../../../src/lint/read-whole.ts';
import type { Report } from '../../../src/model/finding.ts';
import { EC_GOOD, EC_OTHER, keySetText } from '../../../src/rules/example-keys.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../../../src/rules/example-tokens.ts';
import { CHECKS } from '../../../src/rules/registry.ts';

/** One minute after the token of the examples was issued. */
const NOW = (Number(CLAIMS['iat']) + 60) * 1000;

/** Every report of every rule over tokens for a set of files: `rule severity`. */
function linted(files: Readonly<Record<string, string>>): readonly string[] {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text, named: true }));
  const { estate } = readEstate(inputs, { now: NOW });
  expect(estate.tokens).toHaveLength(1);
  return CHECKS.flatMap((rule) => {
    const reports: readonly Report[] =
      rule.on === 'token' ? estate.tokens.flatMap((token) => [...rule.check(token, estate)]) : [];
    return reports.map(({ severity }) => `${rule.id.replace('token/', '')} ${severity ?? rule.severity}`);
  }).sort();
}

const POLICY = { 'policy.yaml': ordersPolicy('overlap: 1h') };
const KEYS = { 'jwks.json': keySetText(EC_GOOD, EC_OTHER) };
const { kid: _kid, ...nameless } = HEADER;

describe('rules over one token', () => {
  it.for([
    { name: 'a token as it should be', header: {}, claims: {}, files: { ...POLICY, ...KEYS }, found: [] },
    { name: 'None in another spelling', header: { alg: 'nOnE' }, claims: {}, files: {}, found: ['alg-none error'] },
    {
      name: 'an algorithm off the list',
      header: { alg: 'ES384' },
      claims: {},
      files: POLICY,
      found: ['alg-not-allowed error'],
    },
    {
      name: 'the same, where no policy speaks of the issuer',
      header: { alg: 'ES384' },
      claims: { iss: 'https://other' },
      files: POLICY,
      found: ['iss-mismatch error'],
    },
    {
      name: 'the same, where no policy speaks of the audience',
      header: { alg: 'ES384' },
      claims: { aud: 'bills' },
      files: POLICY,
      found: [],
    },
    {
      name: 'one of several audiences',
      header: { alg: 'ES384' },
      claims: { aud: ['bills', 'orders'] },
      files: POLICY,
      found: ['alg-not-allowed error'],
    },
    {
      name: 'exp in milliseconds',
      header: {},
      claims: { exp: 1_735_690_200_000 },
      files: {},
      found: ['time-sanity error'],
    },
    { name: 'exp as a text', header: {}, claims: { exp: '1735690200' }, files: {}, found: ['time-sanity error'] },
    {
      name: 'exp before 1970',
      header: {},
      claims: { exp: -1 },
      files: {},
      found: ['time-sanity error', 'time-sanity error'],
    },
    {
      name: 'iat in the future',
      header: {},
      claims: { iat: 1_735_689_600 + 121 },
      files: {},
      found: ['time-sanity error'],
    },
    { name: 'iat within the tolerance', header: {}, claims: { iat: 1_735_689_600 + 120 }, files: {}, found: [] },
    { name: 'nbf after exp', header: {}, claims: { nbf: 1_735_690_201 }, files: {}, found: ['time-sanity error'] },
    { name: 'no exp', header: {}, claims: { exp: undefined }, files: POLICY, found: ['exp-missing error'] },
    {
      name: 'a second too long',
      header: {},
      claims: { exp: 1_735_690_201 },
      files: POLICY,
      found: ['lifetime-over-policy error'],
    },
    {
      name: 'too long, without iat',
      header: {},
      claims: { iat: undefined, exp: 1_735_690_261 },
      files: POLICY,
      found: ['lifetime-over-policy error'],
    },
    {
      name: 'a life of one overlap and the skew',
      header: {},
      claims: {},
      files: { 'policy.yaml': ordersPolicy('overlap: 10m29s') },
      found: ['outlives-key error'],
    },
    {
      name: 'a life that just fits',
      header: {},
      claims: {},
      files: { 'policy.yaml': ordersPolicy('overlap: 10m30s') },
      found: [],
    },
    {
      name: 'a kid nobody publishes',
      header: { kid: 'x' },
      claims: {},
      files: KEYS,
      found: ['outlives-key error'],
    },
    {
      name: 'the same, without an end',
      header: { kid: 'x' },
      claims: { exp: undefined },
      files: KEYS,
      found: ['exp-missing error', 'kid-missing-or-unknown error'],
    },
    {
      name: 'the same under an HMAC, which has no published key',
      header: { kid: 'x', alg: 'HS256' },
      claims: {},
      files: KEYS,
      found: [],
    },
    {
      name: 'the same, long expired',
      header: { kid: 'x' },
      claims: { iat: 1, exp: 601 },
      files: KEYS,
      found: ['kid-missing-or-unknown info'],
    },
    { name: 'a kid and no key set', header: { kid: 'x' }, claims: {}, files: {}, found: [] },
    {
      name: 'two carriers of keys',
      header: { jwk: {}, x5c: [] },
      claims: {},
      files: {},
      found: ['header-key-injection error', 'header-key-injection error'],
    },
    {
      name: 'a DPoP proof with its key',
      header: { typ: 'dpop+jwt', jwk: {} },
      claims: { htm: 'GET', htu: 'https://api.example.com/orders' },
      files: {},
      found: [],
    },
    {
      name: 'an address of keys that the policy allows',
      header: { jku: 'https://id.example.com/jwks' },
      claims: {},
      files: { 'policy.yaml': ordersPolicy('overlap: 1h, sources: [jwks_uri, jku]') },
      found: [],
    },
  ])('on $name: $found', ({ header, claims, files, found }) => {
    expect(linted({ 'token.jwt': tokenText({ ...HEADER, ...header }, { ...CLAIMS, ...claims }), ...files })).toEqual(
      found,
    );
  });

  it.for([
    { name: 'alone', files: {}, found: ['kid-missing-or-unknown warning'] },
    { name: 'under a policy that requires one', files: POLICY, found: ['kid-missing-or-unknown error'] },
    { name: 'beside a set of two keys', files: KEYS, found: ['kid-missing-or-unknown error'] },
    {
      name: 'beside a set of one key',
      files: { 'jwks.json': keySetText(EC_GOOD) },
      found: ['kid-missing-or-unknown warning'],
    },
  ])('on a token without a kid, $name: $found', ({ files, found }) => {
    expect(linted({ 'token.jwt': tokenText(nameless, CLAIMS), ...files })).toEqual(found);
  });
});
