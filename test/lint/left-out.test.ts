import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import type { EstateInput } from '../../src/lint/read-estate.ts';
import { readEstateWith } from '../../src/lint/read-estate.ts';
import { readEstate } from '../../src/lint/read-whole.ts';

const ISTIO = `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: api }
spec: { jwtRules: [{ issuer: 'https://id.example.com', jwksUri: 'http://id.example.com/keys' }] }
`;

const ROUTER = 'authentication: { router: { jwt: { jwks: [{ url: https://id.example.com/keys }] } } }\n';

const APACHE = 'OIDCClientID x\n<Location /api>\nAuthType oauth20\n</Location>\n';

const BOMB = `${ISTIO}---
a: &a [x,x,x,x,x,x,x,x,x]
${'bcdefghij'
  .split('')
  .map((name, at) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[at] ?? ''}`).join(',')}]`)
  .join('\n')}
last: 1
`;

function nested(depth: number): string {
  return Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** `line:column code message` of everything that could not be evaluated. */
function errorsOf(inputs: readonly EstateInput[]): readonly string[] {
  return lint(readEstate(inputs, { now: 0 })).errors.map(
    ({ at, code, message }) => `${at?.file}:${at?.line}:${at?.column} ${code} ${message}`,
  );
}

describe('what costs too much to read is told, never passed over', () => {
  it.for([
    {
      name: 'YAML with too many tokens',
      file: 'all.yaml',
      text: ISTIO + 'a: 1\n'.repeat(80_000),
      error: 'all.yaml:1:1 config/left-out the file has more than 300000 keys, values and marks',
    },
    {
      name: 'YAML of too many megabytes',
      file: 'all.yaml',
      text: `${ISTIO}# ${'x'.repeat(10 * 1024 * 1024)}\n`,
      error: 'all.yaml:1:1 config/left-out the file has 10.1 MB; documents over 10.0 MB are not read',
    },
    {
      name: 'YAML whose brackets nest too deeply',
      file: 'a.yaml',
      text: `${ISTIO}---\n${'['.repeat(100)}`,
      error: 'a.yaml:6:65 config/left-out lists and mappings are nested deeper than 64',
    },
    {
      name: 'YAML whose indentation nests too deeply',
      file: 'a.yaml',
      text: `${ISTIO}---\n${nested(70)}`,
      error: 'a.yaml:71:66 config/left-out lists and mappings are nested deeper than 64; what is deeper is left out',
    },
    {
      name: 'what follows an alias bomb',
      file: 'bomb.yaml',
      text: BOMB,
      error:
        'bomb.yaml:11:11 config/left-out with its aliases written out, the document has more than 200000 values; the rest is left out',
    },
    {
      name: 'JSON of too many megabytes',
      file: 'envoy.json',
      text: `{"a":"jwt_authn${'x'.repeat(10 * 1024 * 1024)}"}`,
      error: 'envoy.json:1:1 config/left-out the file has 10.1 MB; documents over 10.0 MB are not read',
    },
    {
      name: 'Terraform JSON that nests too deeply',
      file: 'main.tf.json',
      text: `{"resource":{"aws_cognito_user_pool":${'{"a":'.repeat(80)}1${'}'.repeat(80)}}}`,
      error:
        'main.tf.json:1:1 config/left-out lists and mappings are nested deeper than 64; what is deeper is left out',
    },
    {
      name: 'TOML that is too long',
      file: 'supabase/config.toml',
      text: `[auth]\nenabled = true\n${'# comment\n'.repeat(60_000)}`,
      error:
        'supabase/config.toml:1:1 config/left-out the file has 600022 characters; TOML of more than 500000 is not read',
    },
    {
      name: 'TOML that nests too deeply',
      file: 'supabase/config.toml',
      text: `[auth]\nx = ${'['.repeat(70)}1${']'.repeat(70)}\n`,
      error:
        'supabase/config.toml:2:67 config/left-out lists and mappings are nested deeper than 64; what is deeper is left out',
    },
    {
      name: 'HCL with too many values',
      file: 'main.tf',
      text: `resource "aws_cognito_user_pool" "a" {\n}\nx = [\n${'1,\n'.repeat(200_001)}]\n`,
      error: 'main.tf:200001:1 config/left-out the file has more than 200000 values',
    },
    {
      name: 'HCL that nests too deeply',
      file: 'main.tf',
      text: `resource "aws_cognito_user_pool" "a" {\n x = ${'['.repeat(70)}1${']'.repeat(70)}\n}\n`,
      error: 'main.tf:2:69 config/left-out blocks, lists and mappings are nested deeper than 64',
    },
    {
      name: 'nginx with too many words',
      file: 'nginx.conf',
      text: `auth_jwt x;\n${'a b;\n'.repeat(100_001)}`,
      error: 'nginx.conf:100001:1 config/left-out the file has more than 200000 words',
    },
    {
      name: 'nginx that nests too deeply',
      file: 'nginx.conf',
      text: `auth_jwt x;\n${'a {\n'.repeat(70)}`,
      error: 'nginx.conf:65:3 config/left-out blocks are nested deeper than 64',
    },
    {
      name: 'directives with too many words',
      file: 'httpd.conf',
      text: APACHE + 'a b\n'.repeat(100_001),
      error: 'httpd.conf:100001:1 config/left-out the file has more than 200000 words',
    },
    {
      name: 'a directive on too long a line',
      file: 'httpd.conf',
      text: `${APACHE}OIDCPublicKeyFiles ${'x'.repeat(70_000)}\n`,
      error: 'httpd.conf:5:1 config/left-out the line has 70019 characters; one of more than 65536 is left out',
    },
    {
      name: 'too many environment variables',
      file: '.env',
      text: `PGRST_JWT_SECRET=$S\n${'A=1\n'.repeat(50_000)}`,
      error: '.env:50001:1 config/left-out the file has more than 50000 settings; the rest is left out',
    },
    {
      name: 'an environment variable of too many lines',
      file: '.env',
      text: `PGRST_JWT_SECRET="${'x\n'.repeat(40_000)}"\n`,
      error: '.env:1:18 config/left-out a text in quotes is longer than 65536 characters; only its first line is read',
    },
    {
      name: 'too many properties',
      file: 'application.properties',
      text: `spring.security.oauth2.resourceserver.jwt.issuer-uri=https://a\n${'a=1\n'.repeat(100_000)}`,
      error: 'application.properties:100001:1 config/left-out the file has more than 100000 entries',
    },
    {
      name: 'a lock file of too many megabytes',
      file: 'package-lock.json',
      text: `{"packages":{"node_modules/jsonwebtoken":{"version":"8.0.0"}}}${' '.repeat(10 * 1024 * 1024)}`,
      error: 'package-lock.json:1:1 config/left-out the file has 10.1 MB; documents over 10.0 MB are not read',
    },
    {
      name: 'a file inside a ConfigMap',
      file: 'map.yaml',
      text: `kind: ConfigMap\nmetadata: { name: envoy }\ndata:\n  envoy.yaml: |\n    # jwt_authn\n${'    a: 1\n'.repeat(80_000)}`,
      error: 'map.yaml:5:5 config/left-out the file has more than 300000 keys, values and marks',
    },
    {
      name: 'a value that is too long for a setting',
      file: 'router.yaml',
      text: ROUTER.replace('keys', `keys?${'x'.repeat(17_000)}`),
      error: 'router.yaml:1:50 config/left-out the value has more than 16384 characters, so nothing is judged by it',
    },
  ])('$name', { timeout: 30_000 }, ({ file, text, error }) => {
    expect(errorsOf([{ file, text }])).toEqual([error]);
  });

  it('tokens of a file beyond the first hundred', () => {
    const token = `${base64({ alg: 'RS256' })}.${base64({ iss: 'https://a' })}.c2lnbmF0dXJl`;
    const text = `${ROUTER}${`# ${token}\n`.repeat(101)}`;
    expect(errorsOf([{ file: 'router.yaml', text }])).toEqual([
      'router.yaml:102:3 config/left-out the file holds more than 100 tokens; those from here on are left out',
    ]);
  });

  it('public keys that a token of an HMAC was not tried with', () => {
    const token = `${base64({ alg: 'HS256' })}.${base64({ iss: 'https://a' })}.c2lnbmF0dXJl`;
    const { publicKey } = generateKeyPairSync('ed25519');
    const keys = JSON.stringify({ keys: Array.from({ length: 500 }, () => publicKey.export({ format: 'jwk' })) });
    const files = [
      { file: 'a.jwt', text: token },
      { file: 'jwks.json', text: keys },
    ];
    expect(errorsOf(files)).toEqual([
      'a.jwt:1:1 config/left-out there are more public keys than are tried as the secret of one token, which is 1600 spellings',
    ]);
  });

  it('keeps what was read before the limit', () => {
    const { findings } = lint(readEstate([{ file: 'bomb.yaml', text: BOMB }], { now: 0 }));
    expect(findings.map(({ rule }) => rule)).toContain('verifier/jwks-insecure-fetch');
  });

  it('says nothing of files that are no configuration known here', { timeout: 30_000 }, () => {
    expect(errorsOf([{ file: 'data.yaml', text: 'a: 1\n'.repeat(80_000) }])).toEqual([]);
    expect(errorsOf([{ file: 'data.json', text: `{"a":"${'x'.repeat(11 * 1024 * 1024)}"}` }])).toEqual([]);
  });
});

describe('a configuration that speaks of Firebreak', () => {
  it.for([
    { name: 'in a comment', text: `# see firebreak.dev/docs\n${ISTIO}` },
    { name: 'in a label', text: ISTIO.replace('name: api', "name: api, labels: { firebreak.dev/owner: 'a' }") },
    {
      name: 'beside one of its documents',
      text: `apiVersion: firebreak.dev/v1alpha1\nkind: Inventory\nmetadata: { name: a, owner: '@a' }\nspec: { verifiers: [] }\n---\n${ISTIO}`,
    },
  ])('is read all the same: $name', ({ text }) => {
    const { estate } = readEstate([{ file: 'a.yaml', text }], { now: 0 });
    expect(estate.configs.map(({ adapter }) => adapter)).toEqual(['istio']);
  });
});

describe('without the adapters of other products', () => {
  const own = `apiVersion: firebreak.dev/v1alpha1\nkind: Inventory\nmetadata: { name: a, owner: '@a' }\nspec: { verifiers: [] }\n`;

  it.for([
    { name: 'documents of ours', file: 'a.yaml', text: own, lacks: false },
    { name: 'a key set', file: 'jwks.json', text: '{"keys":[]}', lacks: false },
    { name: 'a configuration', file: 'a.yaml', text: ISTIO, lacks: true },
    { name: 'one beside a document of ours', file: 'a.yaml', text: `${own}---\n${ISTIO}`, lacks: true },
    { name: 'a file of nobody', file: 'a.yaml', text: 'a: 1\n', lacks: true },
  ])('a reading knows whether it is whole: $name', ({ file, text, lacks }) => {
    expect(readEstateWith([{ file, text }], { now: 0 }, null).lacksConfigs).toBe(lacks);
  });
});
