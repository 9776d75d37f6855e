/** Real keys. The folder is no part of the repository; without it, these tests are skipped. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JwksFacts, KeyFacts } from '../../src/model/key.ts';
import { readJwks, readKeyFile } from '../../src/token/read-jwks.ts';

const CORPUS = '../shared/corpus';
const isHere = existsSync(CORPUS);

/** Every weak key with the weaknesses that must be named as errors; controls with none. */
const WEAK_KEYS: Readonly<Record<string, readonly string[]>> = {
  'rsa-debianweak.key': ['known-compromised'],
  'rsa-e-larger-n.key': ['rsa-too-small', 'rsa-exponent'],
  'rsa-e1.key': ['rsa-exponent'],
  'rsa-fermat-pkcs1.key': ['rsa-structure', 'rsa-close-primes'],
  'rsa-fermat-pkcs8.key': ['rsa-close-primes'],
  'rsa-large-e.key': ['private-material', 'known-compromised'],
  'rsa-nprime.key': ['rsa-structure'],
  'rsa-pattern.key': ['rsa-biased'],
  'rsa-roca.key': ['rsa-roca'],
  'rsa-sharedprimes.key': ['known-compromised'],
  'rsa-small-d.key': ['rsa-small-d'],
  'rsa-smallfactors-corrupt.key': ['rsa-structure'],
  'rsa-smallfactors-valid.key': ['rsa-structure'],
  'rsanzero.key': ['rsa-too-small', 'rsa-structure'],
  'rsapoly128.key': ['rsa-biased'],
  'rsapoly32.key': ['rsa-too-small', 'rsa-biased'],
  'rsazerozero.key': ['rsa-too-small', 'rsa-exponent', 'rsa-structure'],
  'jwk-curvename-invalid.json': ['malformed', 'known-compromised'],
  // Strong numbers whose private half an RFC prints: nothing but that is wrong with them.
  'jwk-ecp256-rfc7517.json': ['known-compromised'],
  'jwk-ed25519-rfc8037.json': ['known-compromised'],
  'jwk-rsa-rfc7517.json': ['known-compromised'],
  'ec-p256-rfc-example.key': ['known-compromised'],
  'ed25519-rfc-example.key': ['known-compromised'],
  'jwk-rsa-ok.json': [],
  'rsa-ok.key': [],
  'x448-ok.key': [],
  // Somebody chose the upper digits: a warning, because no way to the private key is known.
  'rsa-vanity.key': [],
};

function read(folder: string, name: string): JwksFacts {
  const text = readFileSync(`${CORPUS}/${folder}/${name}`, 'utf8');
  const { jwks, problems } = name.endsWith('.json') ? readJwks(name, text) : readKeyFile(name, text);
  expect(problems).toEqual([]);
  if (jwks === null) throw new Error(`${name} was not read`);
  return jwks;
}

const named = ({ keys }: JwksFacts, severity: string): readonly string[] =>
  keys.flatMap(({ diagnoses }) =>
    diagnoses.filter((each) => each.severity === severity).map(({ weakness }) => weakness),
  );

describe.skipIf(!isHere)('weak keys (skipped without the corpus)', () => {
  it('are all in the table', () => {
    expect(Object.keys(WEAK_KEYS).sort()).toEqual(isHere ? readdirSync(`${CORPUS}/weak-keys`).sort() : []);
  });

  it.for(Object.entries(WEAK_KEYS))('%s is named rightly', ([name, weaknesses]) => {
    expect([...named(read('weak-keys', name), 'error')].sort()).toEqual([...weaknesses].sort());
  });

  it('that only look chosen are warned of', () => {
    expect(named(read('weak-keys', 'rsa-vanity.key'), 'warning')).toEqual(['rsa-biased']);
    expect(named(read('weak-keys', 'rsa-large-e.key'), 'warning')).toEqual(['rsa-exponent']);
  });
});

/** Errors that the keys of an issuer truly deserve, by issuer. */
const TRUE_ERRORS: Readonly<Record<string, readonly string[]>> = { yahoo: ['rsa-too-small'] };

/** And the warnings: RSA numbers with the sign octet of ASN.1, one padded coordinate. */
const TRUE_WARNINGS: Readonly<Record<string, readonly string[]>> = {
  paypal: ['leading-zero-octets', 'base64url-invalid'],
  yahoo: ['leading-zero-octets'],
};

describe.skipIf(!isHere)('key sets of real issuers (skipped without the corpus)', () => {
  const histories = isHere ? readdirSync(`${CORPUS}/jwks`).filter((name) => name.endsWith('.history.ndjson')) : [];

  it.for(histories)('%s has no false error', (name) => {
    const issuer = name.replace('.history.ndjson', '');
    const seen = new Map<string, KeyFacts>();
    for (const line of readFileSync(`${CORPUS}/jwks/${name}`, 'utf8').trim().split('\n')) {
      const snapshot: { readonly jwks: { readonly keys: readonly unknown[] } } = JSON.parse(line);
      // The same key in a later snapshot has the same diagnoses; one look is enough.
      const fresh = snapshot.jwks.keys.filter((key) => !seen.has(JSON.stringify(key)));
      const { jwks } = readJwks(name, JSON.stringify({ keys: fresh }));
      for (const [index, key] of (jwks?.keys ?? []).entries()) seen.set(JSON.stringify(fresh[index]), key);
    }
    const diagnoses = [...seen.values()].flatMap((key) => key.diagnoses);
    const errors = diagnoses.filter(({ severity }) => severity === 'error').map(({ weakness }) => weakness);
    const others = diagnoses.filter(({ severity }) => severity !== 'error').map(({ weakness }) => weakness);
    expect(seen.size).toBeGreaterThan(0);
    expect([...new Set(errors)]).toEqual(TRUE_ERRORS[issuer] ?? []);
    expect([...new Set(others)]).toEqual(TRUE_WARNINGS[issuer] ?? []);
  });
});

interface Vector {
  readonly comment: string;
  readonly private: { readonly keys: readonly unknown[] };
  readonly public?: { readonly keys: readonly unknown[] };
  readonly tests: readonly { readonly tcId: number; readonly result: string }[];
}

/** What the key set of a Wycheproof vector shows about itself, by test number; the others are about tokens. */
const WYCHEPROOF: Readonly<Record<number, readonly string[]>> = {
  1: ['symmetric'],
  4: ['symmetric', 'symmetric', 'base64url-invalid'],
  5: [],
  7: ['rsa-roca'],
  8: ['rsa-too-small'],
  9: ['rsa-exponent'],
  19: ['alg-kty-mismatch'],
  20: ['alg-kty-mismatch'],
  22: ['ec-point-invalid'],
  23: ['alg-kty-mismatch', 'ec-coordinate-length', 'ec-coordinate-length', 'ec-point-invalid'],
  24: ['malformed', 'malformed', 'alg-kty-mismatch'],
};

describe.skipIf(!isHere)('key sets of Wycheproof (skipped without the corpus)', () => {
  it('are named rightly', () => {
    const text = isHere ? readFileSync(`${CORPUS}/wycheproof/json_web_key_test.json`, 'utf8') : '{"testGroups":[]}';
    const { testGroups }: { readonly testGroups: readonly Vector[] } = JSON.parse(text);
    const found: Record<number, readonly string[]> = {};
    for (const group of testGroups) {
      const { jwks } = readJwks('set.json', JSON.stringify(group.public ?? group.private));
      for (const { tcId } of group.tests) {
        if (WYCHEPROOF[tcId] !== undefined && jwks !== null) found[tcId] = named(jwks, 'error');
      }
    }
    expect(found).toEqual(WYCHEPROOF);
  });
});
