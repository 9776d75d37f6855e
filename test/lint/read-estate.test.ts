import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EstateRead } from '../../src/lint/read-estate.ts';
import { readEstate } from '../../src/lint/read-whole.ts';

const POLICY = 'apiVersion: firebreak.dev/v1alpha1\nkind: TokenPolicy\nmetadata: { name: orders }\nspec: {}\n';
const HEADER = Buffer.from('{"alg":"ES256","kid":"k1"}').toString('base64url');
const CLAIMS = Buffer.from('{"sub":"alice"}').toString('base64url');
const SIGNATURE = createHash('sha512').update('a signature').digest('base64url');
const TOKEN = `${HEADER}.${CLAIMS}.${SIGNATURE}`;
const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const JWK = KEY.publicKey.export({ format: 'jwk' });
const PRIVATE_JWK = KEY.privateKey.export({ format: 'jwk' });

function read(file: string, text: string, named = false): EstateRead {
  return readEstate([{ file, text, named }], { now: 0 });
}

function shape({ estate, drills, problems, skipped }: EstateRead): string {
  return `${estate.policies.length} policies, ${estate.jwks.length} key sets, ${estate.tokens.length} tokens, ${drills.length} drills, ${problems.length} problems, ${skipped} skipped`;
}

describe('readEstate', () => {
  it.each([
    ['a policy', 'a.yaml', POLICY, '1 policies, 0 key sets, 0 tokens, 0 drills, 0 problems, 0 skipped'],
    [
      'a policy in JSON',
      'a.json',
      '{"apiVersion":"firebreak.dev/v1alpha1","kind":"TokenPolicy","metadata":{"name":"x"},"spec":{}}',
      '1 policies, 0 key sets, 0 tokens, 0 drills, 0 problems, 0 skipped',
    ],
    [
      'a key set under any name',
      'a.json',
      JSON.stringify({ keys: [JWK] }),
      '0 policies, 1 key sets, 0 tokens, 0 drills, 0 problems, 0 skipped',
    ],
    ['a token by its name', 'a.jwt', TOKEN, '0 policies, 0 key sets, 1 tokens, 0 drills, 0 problems, 0 skipped'],
    [
      'a token by its content',
      'a.yaml',
      `${TOKEN}\n`,
      '0 policies, 0 key sets, 1 tokens, 0 drills, 0 problems, 0 skipped',
    ],
    [
      'a document of somebody else',
      'a.yaml',
      'apiVersion: v1\nkind: ConfigMap\n',
      '0 policies, 0 key sets, 0 tokens, 0 drills, 0 problems, 1 skipped',
    ],
    [
      'a template that is no YAML',
      'a.yaml',
      '{{ if .x }}\na: *b\n',
      '0 policies, 0 key sets, 0 tokens, 0 drills, 0 problems, 1 skipped',
    ],
    [
      'ours beside others',
      'a.yaml',
      `kind: ConfigMap\n---\n${POLICY}`,
      '1 policies, 0 key sets, 0 tokens, 0 drills, 0 problems, 0 skipped',
    ],
    [
      'an error page that should be a key set',
      'jwks.json',
      '<!doctype html><title>502</title>',
      '0 policies, 0 key sets, 0 tokens, 0 drills, 1 problems, 0 skipped',
    ],
    [
      'a list of keys further inside a document',
      'a.json',
      '{"result":{"keys":[{"id":"a"}]}}',
      '0 policies, 0 key sets, 0 tokens, 0 drills, 0 problems, 1 skipped',
    ],
    [
      'a certificate of a server beside a comment on keys',
      'a.yaml',
      'kind: Secret\n# -----BEGIN PRIVATE KEY-----\ndata: |\n  -----BEGIN CERTIFICATE-----\n  MAA=\n  -----END CERTIFICATE-----\n',
      '0 policies, 0 key sets, 0 tokens, 0 drills, 0 problems, 1 skipped',
    ],
    [
      'a policy that shows a key in a comment',
      'a.yaml',
      `${POLICY}# -----BEGIN PRIVATE KEY-----\n# MAA=\n`,
      '1 policies, 0 key sets, 0 tokens, 0 drills, 0 problems, 0 skipped',
    ],
    [
      'a document of another version',
      'a.yaml',
      'apiVersion: firebreak.dev/v9\nkind: TokenPolicy\n',
      '0 policies, 0 key sets, 0 tokens, 0 drills, 1 problems, 0 skipped',
    ],
    [
      'a broken document of ours',
      'a.yaml',
      `${POLICY}x: [`,
      '0 policies, 0 key sets, 0 tokens, 0 drills, 1 problems, 0 skipped',
    ],
  ])('reads %s', (_, file, text, expected) => {
    expect(shape(read(file, text))).toBe(expected);
  });

  it.each([
    [
      'a file of somebody else',
      'a.yaml',
      'kind: ConfigMap\n',
      'this file is no policy, inventory, drill, key set, token or configuration that is known here',
    ],
    ['an empty file', 'a.yaml', '', 'the file is empty'],
    ['a page', 'a.yaml', '<!doctype html>', 'this is HTML, not a document'],
    ['a key that is cut off', 'a.pem', '-----BEGIN PUBLIC KEY-----\nMAA=', 'the file holds no complete PEM block'],
  ])('says of %s that was named what it is', (_, file, text, message) => {
    expect(read(file, text).problems).toEqual([]);
    expect(read(file, text, true).problems.map((problem) => problem.message)).toEqual([message]);
  });

  it('checks names across documents when the kind is part of the run', () => {
    const inventory =
      'apiVersion: firebreak.dev/v1alpha1\nkind: Inventory\nmetadata: { name: i }\nspec:\n  environments: [{ name: e, class: dev, allow: [x] }]\n  issuers: [{ name: m, environment: e, issuer: https://x, jwks_uri: https://x/k }]\n  verifiers:\n    - { name: v, environment: e, issuer: m, policy: order }\n';
    expect(read('i.yaml', inventory).problems).toEqual([]);
    const { problems } = readEstate(
      [
        { file: 'i.yaml', text: inventory },
        { file: 'p.yaml', text: POLICY },
      ],
      { now: 0 },
    );
    expect(problems).toMatchObject([
      {
        message: 'there is no TokenPolicy "order" among the files of this run',
        hint: 'did you mean "orders"?',
        at: { file: 'i.yaml', line: 8, column: 53 },
      },
    ]);
  });

  it('does not add to a fault the names that hang on it', () => {
    const inventory =
      'apiVersion: firebreak.dev/v1alpha1\nkind: Inventory\nmetadata: { name: i }\nspec:\n  environments: [{ name: e, class: dev, allow: [x] }]\n  issuers: [{ name: m, environment: e, issuer: https://x, jwks_uri: https://x/k }]\n  verifiers:\n    - { name: v, environment: e, issuer: m, policy: orders }\n';
    const { problems } = readEstate(
      [
        { file: 'i.yaml', text: inventory },
        { file: 'p.yaml', text: POLICY.replace('spec: {}', 'spec: { nope: 1 }') },
      ],
      { now: 0 },
    );
    expect(problems.map(({ message }) => message)).toEqual(['unknown key "nope" in spec']);
  });
});

describe('texts for code frames', () => {
  it('never hold a signature', () => {
    const { texts } = read('a.jwt', TOKEN);
    expect(texts.get('a.jwt')).toBe(`${HEADER}.${CLAIMS}.${'•'.repeat(SIGNATURE.length)}`);
  });

  it('never hold a private member, however it is written', () => {
    const secret = PRIVATE_JWK.d ?? '';
    expect(secret.length).toBeGreaterThan(40);
    for (const text of [
      JSON.stringify({ keys: [PRIVATE_JWK] }),
      JSON.stringify({ keys: [PRIVATE_JWK] }, null, 2),
      JSON.stringify({ keys: [PRIVATE_JWK] }).replace('"d":', String.raw`"\u0064" : `),
      JSON.stringify({ keys: [{ kty: 'RSA', oth: [{ r: secret, d: secret, t: secret }] }] }),
      JSON.stringify({ keys: [{ kty: 'oct', k: secret }] }),
      JSON.stringify({ keys: [PRIVATE_JWK] }).slice(0, -4),
    ]) {
      const shown = read('jwks.json', text).texts.get('jwks.json') ?? '';
      expect(shown).not.toContain(secret.slice(0, 8));
      expect(shown).toHaveLength(text.length);
    }
    const shown = read('jwks.json', JSON.stringify({ keys: [PRIVATE_JWK] })).texts.get('jwks.json');
    expect(shown).toContain(PRIVATE_JWK.x);
  });

  it('never hold a private key in PEM or a file that claims to be a token and is none', () => {
    const pem = KEY.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const [, body = ''] = pem.split('\n');
    for (const [file, text] of [
      ['a.pem', pem],
      ['a.yaml', `${POLICY}# ${pem.replaceAll('\n', '\n# ')}`],
      ['a.jwt', 'correct horse battery staple'],
    ] as const) {
      const shown = read(file, text).texts.get(file) ?? '';
      expect(shown).not.toContain(body.slice(0, 20));
      expect(shown).not.toContain('horse');
    }
  });
});
