import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { failing, first, gateway, inventoryOf, linted, needed, policiesOf, realm } from './first.ts';

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
