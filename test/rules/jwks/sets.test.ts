import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Estate, Report } from '../../../src/model/finding.ts';
import type { JwksFacts } from '../../../src/model/key.ts';
import {
  EC_GOOD,
  EC_OTHER,
  ED_GOOD,
  RSA_GOOD,
  RSA_SHARED_A,
  RSA_SHARED_B,
  keySetText,
} from '../../../src/rules/example-keys.ts';
import { rule as keyShared } from '../../../src/rules/jwks/key-shared-across-issuers.ts';
import { rule as sharedPrime } from '../../../src/rules/jwks/rsa-shared-prime.ts';
import { CHECKS } from '../../../src/rules/registry.ts';
import { readJwks, readKeyFile } from '../../../src/token/read-jwks.ts';

function estateOf(jwks: readonly JwksFacts[]): Estate {
  return { policies: [], inventories: [], jwks, tokens: [], predictions: [], configs: [], pairs: [], now: 0 };
}

function read(
  text: string,
  origin?: { readonly issuer: string | null; readonly environment: string | null },
): JwksFacts {
  const { jwks } = readJwks(`${origin?.issuer ?? 'set'}-${origin?.environment ?? ''}.json`, text, origin);
  if (jwks === null) throw new Error('not read');
  return jwks;
}

/** Every report of every rule over key sets: `rule severity`. */
function linted(...jwks: readonly JwksFacts[]): readonly string[] {
  const estate = estateOf(jwks);
  const all = CHECKS.filter(({ id }) => id.startsWith('jwks/')).flatMap((rule) => {
    const reports: readonly Report[] =
      rule.on === 'estate'
        ? [...rule.check(estate, estate)]
        : rule.on === 'jwks'
          ? jwks.flatMap((set) => [...rule.check(set, estate)])
          : [];
    return reports.map(({ severity }) => `${rule.id} ${severity ?? rule.severity}`);
  });
  return all.sort();
}

const { kid: _kid, ...nameless } = EC_GOOD;

describe('rules over one key set', () => {
  it.for([
    { name: 'sound keys of three kinds', text: keySetText(EC_GOOD, ED_GOOD, RSA_GOOD), found: [] },
    { name: 'an only key without a kid', text: keySetText(nameless), found: ['jwks/kid-missing info'] },
    { name: 'one of two without a kid', text: keySetText(nameless, EC_OTHER), found: ['jwks/kid-missing error'] },
    {
      name: 'one signing key without a kid beside one for encryption',
      text: keySetText(nameless, { ...EC_OTHER, use: 'enc', alg: 'ECDH-ES' }),
      found: ['jwks/kid-missing info'],
    },
    {
      name: 'keys of two kinds under one kid, which the RFC allows',
      text: keySetText(EC_GOOD, { ...RSA_GOOD, kid: 'ec-1' }),
      found: ['jwks/kid-duplicate warning'],
    },
    { name: 'one key twice under one kid', text: keySetText(EC_GOOD, EC_GOOD), found: [] },
    {
      name: 'one modulus under two kids, once with a leading zero',
      text: keySetText(RSA_GOOD, { ...RSA_GOOD, kid: 'rsa-2', e: 'AAEAAQ' }),
      found: ['jwks/leading-zero-octets warning', 'jwks/material-under-many-kids warning'],
    },
    {
      name: 'keys for encryption only',
      text: keySetText({ ...EC_GOOD, use: 'enc', alg: 'ECDH-ES' }),
      found: ['jwks/empty warning'],
    },
    {
      name: 'use sig with operations of encryption',
      text: keySetText({ ...EC_GOOD, key_ops: ['deriveKey'] }),
      found: ['jwks/use-conflict error'],
    },
    {
      name: 'an operation twice',
      text: keySetText({ ...EC_GOOD, key_ops: ['verify', 'verify'] }),
      found: ['jwks/use-conflict error'],
    },
    {
      name: 'use sig with an algorithm for encryption',
      text: keySetText({ ...RSA_GOOD, alg: 'RSA-OAEP-256' }),
      found: ['jwks/use-conflict error'],
    },
    {
      name: 'keys written twice',
      text: '{"keys": [], "keys": []}',
      found: ['jwks/duplicate-json-member error', 'jwks/empty error'],
    },
    {
      name: 'a key of the future',
      text: keySetText(EC_GOOD, { kty: 'AKP', kid: 'f', alg: 'ML-DSA-44', pub: 'AAAA' }),
      found: [],
    },
  ])('on $name: $found', ({ text, found }) => {
    expect(linted(read(text))).toEqual(found);
  });

  it('do not ask a PEM file for names', () => {
    const spki =
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAdD0jtET9acne2FwkJTH5+elna18a8WxiQjVaaFOgVvI=\n-----END PUBLIC KEY-----\n';
    const { jwks } = readKeyFile('a.key', spki);
    expect(jwks === null ? null : linted(jwks)).toEqual([]);
  });
});

describe('rules over several key sets', () => {
  const at = (issuer: string | null, environment: string | null): JwksFacts =>
    read(keySetText(EC_GOOD), { issuer, environment });

  it.for([
    { name: 'across environments', sets: [at('https://a', 'prod'), at('https://a', 'staging')], found: ['error'] },
    { name: 'across issuers', sets: [at('https://a', 'prod'), at('https://b', 'prod')], found: ['warning'] },
    { name: 'in two copies of one set', sets: [at('https://a', 'prod'), at('https://a', null)], found: [] },
    { name: 'where nobody says whose they are', sets: [at(null, null), at('https://b', null)], found: ['info'] },
    {
      name: 'worst where several differ',
      sets: [at('https://a', 'prod'), at('https://b', 'prod'), at('https://c', 'staging')],
      found: ['error'],
    },
  ])('tell a key that is shared $name: $found', ({ sets, found }) => {
    const estate = estateOf(sets);
    expect([...keyShared.check(estate, estate)].map(({ severity }) => severity)).toEqual(found);
  });

  it('find a prime that keys of two sets share, and name both', () => {
    const estate = estateOf([read(keySetText(RSA_SHARED_A, RSA_GOOD)), read(keySetText(RSA_SHARED_B))]);
    expect([...sharedPrime.check(estate, estate)].map(({ message }) => message)).toEqual([
      'key "rsa-a" shares a prime with key "rsa-b": both private keys follow',
      'key "rsa-b" shares a prime with key "rsa-a": both private keys follow',
    ]);
  });
});

const HISTORIES = '../shared/corpus/jwks';

describe.skipIf(!existsSync(HISTORIES))(
  'rules over the last key sets of real issuers (skipped without the corpus)',
  () => {
    const names = existsSync(HISTORIES)
      ? readdirSync(HISTORIES).filter((name) => name.endsWith('.history.ndjson'))
      : [];

    it('give errors for one issuer only, whose keys have 1024 bits', () => {
      const errors: Record<string, readonly string[]> = {};
      for (const name of names) {
        const last = readFileSync(`${HISTORIES}/${name}`, 'utf8').trim().split('\n').at(-1) ?? '';
        const { jwks }: { readonly jwks: unknown } = JSON.parse(last);
        const found = linted(read(JSON.stringify(jwks), { issuer: name, environment: null }));
        const bad = [...new Set(found.filter((each) => each.endsWith(' error')))];
        if (bad.length > 0) errors[name] = bad;
      }
      expect(errors).toEqual({ 'yahoo.history.ndjson': ['jwks/rsa-too-small error'] });
    });
  },
);
