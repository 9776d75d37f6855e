import { describe, expect, it } from 'vitest';
import { readEstate } from '../../src/lint/read-whole.ts';
import { showBound } from '../../src/model/quantity.ts';
import { auth0, keycloak, krakend } from '../../src/rules/example-configs.ts';

function pairsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text, named: true }));
  return readEstate(inputs, { now: 0 }).estate.pairs.map(({ issuer, verifier, by }) => {
    const life = issuer.facts.accessTokenLifetime;
    const shown = life === undefined || life.origin === 'unknown' ? 'unknown' : showBound(life.value);
    return `${issuer.name}, ${verifier.name}, by ${by}, ${shown}`;
  });
}

const DOMAIN = '{ "AUTH0_DOMAIN": "shop.eu.auth0.com", "AUTH0_CLIENT_ID": "x" }';
const STOCK = `resourceServers:
  - { name: Stock, identifier: https://stock.example.com, signing_alg: RS256, token_lifetime: 60 }
`;

describe('issuers and verifiers of one run', () => {
  it('pair by what the iss value ends with, where the host is decided elsewhere', () => {
    const validator = { issuer: 'https://id.shop.test/realms/shop', jwk_url: 'http://keycloak:8080/certs' };
    const files = {
      'shop-realm.json': keycloak({ realm: { attributes: {} } }),
      'krakend.json': krakend({ validator }),
    };
    expect(pairsOf(files)).toEqual(['realm shop, endpoint GET /orders, by issuer, 5m']);
  });

  it('pair an API with verifiers of its audience only, over the domain of the Deploy CLI', () => {
    const validator = {
      issuer: 'https://shop.eu.auth0.com/',
      jwk_url: 'https://shop.eu.auth0.com/.well-known/jwks.json',
      audience: ['https://orders.example.com'],
    };
    const files = {
      'config.json': DOMAIN,
      'tenant.yaml': auth0().replace('resourceServers:\n', STOCK),
      'krakend.json': krakend({ validator }),
    };
    expect(pairsOf(files)).toEqual([
      'domain shop.eu.auth0.com, endpoint GET /orders, by issuer, unknown',
      'tenant, endpoint GET /orders, by jwks_uri, unknown',
      'API Orders, endpoint GET /orders, by jwks_uri, 15m',
    ]);
  });

  it('pair nothing over the domain where a run has two', () => {
    const files = {
      'dev/config.json': DOMAIN.replace('shop.', 'shop-dev.'),
      'prod/config.json': DOMAIN,
      'tenant.yaml': auth0(),
      'krakend.json': krakend({ validator: { issuer: 'https://shop.eu.auth0.com/', audience: ['a'] } }),
    };
    expect(pairsOf(files)).toEqual(['domain shop.eu.auth0.com, endpoint GET /orders, by issuer, unknown']);
  });

  it('pair with those that are nearest where a run holds many copies of one example', () => {
    const project = '[auth]\nenabled = true\njwt_expiry = 3600\n[functions.pay]\nverify_jwt = true\n';
    const inputs = Array.from({ length: 1_500 }, (_, index) => ({
      file: `examples/app${index}/supabase/config.toml`,
      text: `project_id = "app${index}"\n${project}`,
    }));
    const { estate, problems } = readEstate(inputs, { now: 0 });
    const { pairs, configs } = estate;
    const verifiers = configs.filter(({ kind }) => kind === 'verifier').length;
    expect(verifiers).toBeGreaterThanOrEqual(1_500);
    expect(pairs.length).toBeLessThanOrEqual(100 * verifiers);
    const own = pairs.filter(({ issuer, verifier }) => issuer.file === verifier.file);
    expect(new Set(own.map(({ verifier }) => verifier)).size).toBe(verifiers);
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `config/left-out more than 100 issuers match project and ${verifiers - 1} more verifiers; only the nearest 100 are compared`,
    ]);
  });
});
