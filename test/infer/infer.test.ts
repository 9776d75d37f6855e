import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ADAPTERS } from '../../src/adapters/registry.ts';
import { fixtureText, fixturesOf } from '../adapters/fixtures.ts';
import { failing, first, gateway, inventoryOf, linted, needed, policiesOf, realm, waiversOf } from './first.ts';

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
