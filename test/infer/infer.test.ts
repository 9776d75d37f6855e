import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ADAPTERS } from '../../src/adapters/registry.ts';
import type { FirstDocuments } from '../../src/infer/first-documents.ts';
import { firstDocuments } from '../../src/infer/first-documents.ts';
import { lint } from '../../src/lint/lint.ts';
import type { EstateInput } from '../../src/lint/read-estate.ts';
import { readEstate } from '../../src/lint/read-estate.ts';
import type { LintResult } from '../../src/model/finding.ts';
import { fixtureText, fixturesOf } from '../adapters/fixtures.ts';

const NOW = Date.UTC(2026, 5, 1);

const first = (...files: readonly EstateInput[]): FirstDocuments | null =>
  firstDocuments({ files, histories: [], owner: '@identity', now: NOW, beside: {} });

const needed = (...files: readonly EstateInput[]): FirstDocuments => {
  const found = first(...files);
  if (found === null) throw new Error('nothing was inferred');
  return found;
};

const policiesOf = ({ files }: FirstDocuments): string => files['policies/token-policy.yaml'] ?? '';
const inventoryOf = ({ files }: FirstDocuments): string => files['policies/inventory.yaml'] ?? '';
const waiversOf = ({ files }: FirstDocuments): string => files['policies/waivers.yaml'] ?? '';

/** What lint of the written documents and their sources says. */
function linted(documents: FirstDocuments, sources: readonly EstateInput[], now = NOW): LintResult {
  const written = Object.entries(documents.files).map(([file, text]) => ({ file, text, named: true }));
  const named = sources.filter(
    ({ file }) =>
      inventoryOf(documents).includes(`file: ${JSON.stringify(file)}`) ||
      inventoryOf(documents).includes(`file: ${file}\n`),
  );
  return lint(readEstate([...written, ...named], { now }));
}

const failing = ({ findings, errors }: LintResult): readonly string[] => [
  ...errors.map(({ message }) => message),
  // What is unknown is said until somebody fills it in.
  ...findings
    .filter(({ severity, rule }) => severity !== 'info' && rule !== 'policy/slo-unknown')
    .map(({ rule, message }) => `${rule}: ${message}`),
];

describe('documents inferred from each file that adapters are tested with', () => {
  const fixtures = ADAPTERS.flatMap(({ id }) => fixturesOf(id).map((file) => [id, file] as const));

  it.each(fixtures)('%s/%s are valid and pass lint', (id, file) => {
    const source = { file: `deploy/${file}`, text: fixtureText(id, file) };
    const documents = first(source);
    if (documents === null) return;
    expect(failing(linted(documents, [source]))).toEqual([]);
    for (const text of Object.values(documents.files))
      for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([]);
  });

  it('are inferred from most of them', () => {
    const inferred = fixtures.filter(([id, file]) => first({ file, text: fixtureText(id, file) }) !== null);
    expect(inferred.length).toBeGreaterThan(fixtures.length * 0.8);
  });
});

describe('documents inferred from one estate', () => {
  it.each([
    ['realm', [['keycloak', 'shop-realm.json']]],
    ['sound-realm', [['keycloak', 'sound-realm.json']]],
    ['gateway', [['envoy', 'bootstrap.yaml']]],
    ['mesh', [['istio', 'policies.yaml']]],
    ['service', [['spring', 'auth/application.yaml']]],
  ] as const)('%s are as recorded', async (name, parts) => {
    const documents = needed(...parts.map(([id, file]) => ({ file: `deploy/${file}`, text: fixtureText(id, file) })));
    for (const [path, text] of Object.entries(documents.files)) {
      await expect(text).toMatchFileSnapshot(`golden/${name}/${path.replace('policies/', '')}`);
    }
  });
});

const realm = (more: object): EstateInput => ({
  file: 'keycloak/realm.json',
  text: JSON.stringify({
    id: 'shop',
    realm: 'shop',
    enabled: true,
    sslRequired: 'external',
    accessTokenLifespan: 300,
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    ssoSessionIdleTimeout: 1800,
    ssoSessionMaxLifespan: 36_000,
    clients: [],
    ...more,
  }),
});

const gateway = (issuers: readonly string[]): EstateInput => ({
  file: 'envoy.json',
  text: JSON.stringify({
    name: 'envoy.filters.http.jwt_authn',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
      providers: Object.fromEntries(
        issuers.map((issuer, index) => [
          `p${index}`,
          {
            issuer,
            audiences: [`api-${index}`],
            remote_jwks: {
              http_uri: { uri: `https://id${index}.example.com/jwks`, cluster: 'c', timeout: '1s' },
              cache_duration: '60s',
            },
          },
        ]),
      ),
      rules: [{ match: { prefix: '/' }, requires: { provider_name: 'p0' } }],
    },
  }),
});

describe('the inferred policy', () => {
  it('keeps what is tighter than recommended and names its line', () => {
    expect(policiesOf(needed(realm({})))).toMatch(/max: 5m # keycloak\/realm\.json:1 accessTokenLifespan/);
  });

  it('does not take over what is looser, and the waiver says what it is', () => {
    const source = realm({ accessTokenLifespan: 86_400 });
    const documents = needed(source);
    expect(policiesOf(documents)).toMatch(/max: 10m # .*accessTokenLifespan says 1d, over what is recommended/);
    expect(waiversOf(documents)).toContain('rules: [issuer/access-lifetime]');
    expect(linted(documents, [source]).suppressed.map(({ finding }) => finding.rule)).toContain(
      'issuer/access-lifetime',
    );
  });

  it('waives today and fails for what comes new', () => {
    const client = (clientId: string): object => ({
      clientId,
      publicClient: true,
      implicitFlowEnabled: true,
      redirectUris: ['https://a.example.com/cb'],
    });
    const documents = needed(realm({ clients: [client('old')] }));
    const later = linted(documents, [realm({ clients: [client('old'), client('new')] })]);
    expect(failing(later).filter((line) => line.includes('"client new"'))).not.toEqual([]);
    expect(failing(later).filter((line) => line.includes('"client old"'))).toEqual([]);
  });

  it('takes bearer-only clients for audiences', () => {
    const documents = needed(
      realm({
        clients: [
          { clientId: 'orders-api', bearerOnly: true },
          { clientId: 'web', publicClient: true },
        ],
      }),
    );
    expect(policiesOf(documents)).toContain('audiences: [orders-api] # keycloak/realm.json:1');
  });

  it('joins the realm with the gateway that trusts it', () => {
    const documents = needed(realm({}), gateway(['https://id.example.com/realms/shop']));
    expect(documents.issuers).toEqual(['https://id.example.com/realms/shop']);
    expect(policiesOf(documents)).toContain('audiences: [api-0]');
    expect(inventoryOf(documents)).toContain('access_token_lifetime: 5m');
  });

  it('gives each issuer a policy and each verifier its issuer', () => {
    const documents = needed(
      gateway(['https://a.example.com', 'https://b.example.com/realms/x', 'https://c.example.com/realms/x']),
    );
    expect([...policiesOf(documents).matchAll(/metadata: \{ name: ([\w-]+)/g)].map(([, name]) => name)).toEqual([
      'a-example-com',
      'x',
      'x-2',
    ]);
    expect(documents.verifiers).toBe(3);
  });

  it('counts a library of a manifest as a verifier', () => {
    const packages = {
      '': { name: 'orders', dependencies: { jose: '^6.2.0' } },
      'node_modules/jose': { version: '6.2.18' },
    };
    const text = JSON.stringify({ name: 'orders', lockfileVersion: 3, packages });
    expect(inventoryOf(needed({ file: 'package-lock.json', text }))).toContain(
      'library: { name: jose, version: "6.2.18" }',
    );
  });

  it('is none for files that say nothing of tokens', () => {
    expect(first({ file: 'package.json', text: '{"name":"x","dependencies":{"lodash":"4.17.21"}}' })).toBeNull();
  });

  it('is small for a realm of 500 clients', () => {
    const clients = Array.from({ length: 500 }, (_, index) => ({
      clientId: `client-${index}`,
      publicClient: true,
      directAccessGrantsEnabled: true,
    }));
    const source = realm({ clients });
    const documents = needed(source);
    expect(policiesOf(documents).length).toBeLessThan(5000);
    expect(failing(linted(documents, [source]))).toEqual([]);
  });
});

describe('secrets of a source', () => {
  it('are in none of the documents', () => {
    const text = readFileSync('test/adapters/keycloak/shop-realm.json', 'utf8');
    const secrets = [...text.matchAll(/"(?:secret|privateKey|value|salt)"\s*:\s*\[?\s*"([^"]{12,})"/g)].map(
      ([, secret = '']) => secret,
    );
    expect(secrets.length).toBeGreaterThan(3);
    const written = Object.values(needed({ file: 'realm.json', text }).files).join('\n');
    for (const secret of secrets) expect(written).not.toContain(secret);
  });
});

describe('a source that means harm', () => {
  it('cannot put a directive into a comment by its name', () => {
    const file = 'firebreak-ignore policy/slo-missing until=2026-08-01 owner=@evil -- nothing to see here.json';
    const documents = needed({ ...gateway(['https://a.example.com']), file });
    expect(policiesOf(documents)).toContain('# ./firebreak-ignore');
    expect(policiesOf(documents)).not.toContain('# firebreak-ignore');
    expect(inventoryOf(documents)).not.toContain('# firebreak-ignore');
  });

  it('cannot have its passwords copied', () => {
    const documents = needed(gateway(['https://user:hunter2@a.example.com/x']));
    expect(documents.issuers).toEqual(['https://a.example.com/x']);
    expect(Object.values(documents.files).join('')).not.toContain('hunter2');
  });

  it('cannot allow itself to be asked at addresses that are not public', () => {
    const hosts = [
      'http://169.254.169.254',
      'http://10.0.0.1',
      'http://[::1]',
      'http://localhost',
      'http://db.internal',
    ];
    const documents = needed(gateway(hosts));
    expect(/allow: \[(.*)\]/.exec(inventoryOf(documents))?.[1]).toMatch(/^(?:id\d\.example\.com(?:, )?)+$/);
  });
});

describe('whatever names and addresses a source has', () => {
  /** What breaks out of YAML, of comments, of lines, or of names. */
  const odd = fc.oneof(
    fc.constantFrom(
      'a: b',
      '# x',
      '"',
      "'",
      '\n- evil',
      '{{ x }}',
      '${X}',
      '*',
      '&a',
      '!tag',
      '%',
      '@',
      '`',
      '\u2028x',
      '\u0085',
      'null',
      '1e3',
      '---',
      '...',
      '',
      ' ',
      '\ud800',
      'ü',
      '日本',
      '../..',
      'a'.repeat(300),
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  const url = fc.oneof(
    fc.webUrl(),
    odd,
    fc.tuple(fc.webUrl(), odd).map(([base, rest]) => base + rest),
  );

  it('documents parse, validate, lint, and hold nothing but what they should', () => {
    fc.assert(
      fc.property(
        fc.array(url, { minLength: 1, maxLength: 4 }),
        fc.array(odd, { maxLength: 4 }),
        odd,
        (issuers, clients, name) => {
          const sources = [
            gateway(issuers),
            realm({ realm: name, clients: clients.map((clientId) => ({ clientId, bearerOnly: true })) }),
          ];
          const documents = needed(...sources);
          expect(failing(linted(documents, sources))).toEqual([]);
          for (const document of parseAllDocuments(inventoryOf(documents)))
            expect(Object.keys(document.toJS() as object)).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is the same for the same sources in another order', () => {
    const sources = [gateway(['https://a.example.com']), realm({})];
    expect(first(...[...sources].reverse())).toEqual(first(...sources));
  });
});
