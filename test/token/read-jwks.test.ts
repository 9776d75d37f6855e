import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EC_GOOD, EC_OTHER, EC_PRIVATE, ED_GOOD, RSA_GOOD, keySetText } from '../../src/rules/example-keys.ts';
import { looksLikeJwks, readJwks, readKeyFile } from '../../src/token/read-jwks.ts';
import { keyThumbprint } from '../../src/token/thumbprint.ts';

describe('readJwks', () => {
  it('gives every key with what it says, where it stands and what is wrong with it', () => {
    const text =
      '{\n  "keys": [\n    { "kty": "EC", "kid": "a", "kid": "b", "crv": "P-256", "x": "AA", "colour": 1 }\n  ]\n}';
    const { jwks, problems } = readJwks('jwks.json', text, { issuer: 'https://id.example.com', environment: 'prod' });
    expect(problems).toEqual([]);
    expect(jwks).toMatchObject({ file: 'jwks.json', issuer: 'https://id.example.com', environment: 'prod' });
    const [key] = jwks?.keys ?? [];
    expect(key).toMatchObject({
      index: 0,
      kid: 'b',
      kty: 'EC',
      alg: null,
      use: null,
      keyOps: null,
      crv: 'P-256',
      modulusBits: null,
      modulusHex: null,
      thumbprint: null,
      duplicateMembers: ['kid'],
      unknownMembers: ['colour'],
      at: { line: 3, column: 5 },
    });
    expect(key?.locate('x')).toEqual({ file: 'jwks.json', line: 3, column: 65, endLine: 3, endColumn: 69 });
    expect(key?.locate('kid')).toMatchObject({ line: 3, column: 39 });
    expect(key?.locate('y')).toEqual(key?.at);
    expect(key?.diagnoses.map(({ weakness }) => weakness)).toEqual(['malformed', 'ec-coordinate-length']);
  });

  it('reads a single JWK as a set of one', () => {
    expect(readJwks('key.json', JSON.stringify(RSA_GOOD)).jwks?.keys).toMatchObject([
      { kid: 'rsa-1', modulusBits: 2048, diagnoses: [] },
    ]);
  });

  it('reads a single key as .NET writes it', () => {
    const { kty, crv, x, y, d } = EC_PRIVATE;
    const text = JSON.stringify({
      Kty: kty,
      Crv: crv,
      X: x,
      Y: y,
      D: d,
      Kid: 'dev',
      K: null,
      X5tS256: null,
      KeyOps: [],
    });
    const { jwks, problems } = readJwks('tempkey.jwk', text);
    expect(problems).toEqual([]);
    expect(jwks?.keys.map(({ kid, kty: type, diagnoses }) => [kid, type, diagnoses[0]?.weakness])).toEqual([
      ['dev', 'EC', 'private-material'],
    ]);
  });

  it('keeps going over entries that are no objects', () => {
    const { jwks } = readJwks('jwks.json', `{"keys": [1, null, ${JSON.stringify(EC_GOOD)}, "x"]}`);
    expect(jwks?.keys.map(({ diagnoses }) => diagnoses.length)).toEqual([1, 1, 0, 1]);
  });

  it('notices members of the set that are written twice', () => {
    expect(readJwks('jwks.json', '{"keys": [], "keys": []}').jwks?.duplicateMembers).toEqual(['keys']);
  });

  it('reads 1000 keys of a set in bounded time, and refuses more', () => {
    const set = (count: number): string =>
      JSON.stringify({ keys: Array.from({ length: count }, () => ({ kty: 'XYZ' })) });
    expect(readJwks('jwks.json', set(1000)).jwks?.keys).toHaveLength(1000);
    expect(readJwks('jwks.json', set(1001)).problems).toMatchObject([
      { message: 'the set has 1001 keys; a set of over 1000 is not read' },
    ]);
  });

  it.for([
    { name: 'nothing', text: '', message: 'the file is empty' },
    { name: 'a page', text: '<!DOCTYPE html><html>', message: 'this is HTML, not a JWK Set' },
    { name: 'a cut file', text: '{"keys": [{"kty": "RS', message: expect.stringContaining('has no end') },
    { name: 'a list', text: '[]', message: 'a JWK Set is a JSON object with a member keys, this is not an object' },
    { name: 'another object', text: '{"a": 1}', message: 'this JSON has no member keys: it is not a JWK Set' },
    { name: 'keys that are no list', text: '{"keys": {}}', message: 'member keys is not an array' },
    {
      name: '50 MB',
      text: ' '.repeat(50 * 1024 * 1024),
      message: 'the file has 50 MB; a key set over 1 MiB is not read',
    },
  ])('refuses $name', ({ text, message }) => {
    const { jwks, problems } = readJwks('jwks.json', text);
    expect(jwks).toBeNull();
    expect(problems).toMatchObject([{ code: 'jwks/unreadable', message, at: { file: 'jwks.json' } }]);
    expect(problems[0]?.hint).toBeTruthy();
  });
});

describe('looksLikeJwks', () => {
  it.for([
    { text: keySetText(EC_GOOD), is: true },
    { text: '\uFEFF\n {"issuer": "x", "keys" : []}', is: true },
    { text: JSON.stringify(RSA_GOOD), is: true },
    { text: '{"x5c": ["AA"], "key_ops": ["verify"], "kty": "RSA"}', is: true },
    { text: '{"apiVersion": "firebreak.dev/v1alpha1"}', is: false },
    { text: '{"keys": {"a": 1}}', is: false },
    { text: '{"keys": ["a", "b"]}', is: false },
    { text: '{"keys": [\n]}', is: true },
    { text: '{"a": {"kty": "RSA"}}', is: false },
    { text: '<html>"keys": [', is: false },
    { text: '{{- if .Values.jwt }}\njwks: \'{"keys": [{"kty": "RSA"}]}\'\n{{- end }}', is: false },
    { text: '', is: false },
  ])('says $is to $text', ({ text, is }) => {
    expect(looksLikeJwks(text)).toBe(is);
  });
});

describe('readKeyFile', () => {
  const pairs = {
    RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    Ed25519: generateKeyPairSync('ed25519'),
    X448: generateKeyPairSync('x448'),
  };

  it.for(Object.entries(pairs))(
    'reads the same %s key that its JWK is, public and private',
    ([, { publicKey, privateKey }]) => {
      const jwk = { ...publicKey.export({ format: 'jwk' }) };
      const read = (text: string | Buffer) => readKeyFile('a.key', `words before\n${String(text)}`).jwks?.keys[0];
      const shown = read(publicKey.export({ format: 'pem', type: 'spki' }));
      expect(shown).toMatchObject({ kty: jwk['kty'], thumbprint: keyThumbprint(jwk), diagnoses: [], at: { line: 2 } });
      const secret = read(privateKey.export({ format: 'pem', type: 'pkcs8' }));
      expect(secret?.diagnoses.map(({ weakness }) => weakness)).toContain('private-material');
      if (jwk['kty'] !== 'OKP') expect(secret).toMatchObject({ thumbprint: keyThumbprint(jwk) });
    },
  );

  it('reads the older forms: PKCS#1 and SEC 1', () => {
    const { RSA, 'P-256': EC } = pairs;
    const pems = [
      RSA.publicKey.export({ format: 'pem', type: 'pkcs1' }),
      RSA.privateKey.export({ format: 'pem', type: 'pkcs1' }),
      EC.privateKey.export({ format: 'pem', type: 'sec1' }),
    ];
    const { jwks } = readKeyFile('a.key', pems.join(''));
    expect(jwks?.container).toBe('pem');
    expect(jwks?.keys.map(({ kty, modulusBits, diagnoses }) => [kty, modulusBits, diagnoses.length])).toEqual([
      ['RSA', 2048, 0],
      ['RSA', 2048, 1],
      ['EC', null, 1],
    ]);
  });

  it('passes over certificates and parameters beside a key', () => {
    const key = String(pairs['P-256'].privateKey.export({ format: 'pem', type: 'sec1' }));
    const other = (label: string): string => `-----BEGIN ${label}-----\nMAA=\n-----END ${label}-----\n`;
    const { jwks, problems } = readKeyFile('a.pem', `${other('EC PARAMETERS')}${key}${other('CERTIFICATE')}`);
    expect(problems).toEqual([]);
    expect(jwks?.keys.map(({ kty }) => kty)).toEqual(['EC']);
  });

  it('reads a key whose line ends are written out', () => {
    const text = JSON.stringify({ private_key: pairs.RSA.privateKey.export({ format: 'pem', type: 'pkcs8' }) });
    expect(readKeyFile('a.json', text).jwks?.keys.map(({ modulusBits }) => modulusBits)).toEqual([2048]);
  });

  it('reads the newer form under the older label', () => {
    const { privateKey, publicKey } = pairs.RSA;
    const text = [
      publicKey.export({ format: 'pem', type: 'spki' }),
      privateKey.export({ format: 'pem', type: 'pkcs8' }),
    ].join('');
    const keys = readKeyFile('a.pem', text.replaceAll(/(BEGIN|END) /g, '$1 RSA ')).jwks?.keys;
    expect(keys?.map(({ kty, diagnoses }) => [kty, diagnoses.length])).toEqual([
      ['RSA', 0],
      ['RSA', 1],
    ]);
  });

  it('refuses more blocks than a set may have keys', () => {
    const block = '-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n';
    expect(readKeyFile('a.key', block.repeat(1001)).problems).toMatchObject([
      { message: 'the file has 1001 PEM blocks; a file of over 1000 is not read' },
    ]);
  });

  it.for([
    { name: 'no block', text: 'hello', message: 'the file holds no complete PEM block' },
    {
      name: 'a certificate',
      text: '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----',
      message: 'the block "CERTIFICATE" is no RSA, EC or OKP key that can be read',
    },
    {
      name: 'a key that is cut off',
      text: '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYI\n-----END PUBLIC KEY-----',
      message: 'the block "PUBLIC KEY" is no RSA, EC or OKP key that can be read',
    },
  ])('refuses $name', ({ text, message }) => {
    expect(readKeyFile('a.key', text)).toMatchObject({ jwks: null, problems: [{ code: 'jwks/unreadable', message }] });
  });
});

describe('keyThumbprint', () => {
  it('is the one that RFC 8037 appendix A.3 prints', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    expect(keyThumbprint({ kty: 'OKP', crv: 'Ed25519', x })).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('depends on nothing but the required members, and is never taken of secrets', () => {
    expect(keyThumbprint(EC_PRIVATE)).toBe(keyThumbprint({ ...EC_PRIVATE, d: '', kid: 'x' }));
    expect([EC_GOOD, EC_OTHER, ED_GOOD, RSA_GOOD].map(keyThumbprint)).not.toContain(null);
    expect([{ kty: 'oct', k: 'AAAA' }, { kty: 'RSA', n: 'AQ' }, {}].map(keyThumbprint)).toEqual([null, null, null]);
  });
});
