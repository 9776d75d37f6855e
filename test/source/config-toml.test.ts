import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '../../src/source/config-document.ts';
import { parseConfig } from '../../src/source/parse-config.ts';
import { fillIn } from '../../src/source/placeholder.ts';

function only(text: string, file = 'a.toml'): ConfigDocument {
  const [document] = parseConfig(file, text);
  if (document === undefined) throw new Error(`${file} was not read`);
  return document;
}

function textAt({ text, locate, locateKey }: ConfigDocument, pointer: string, of: 'value' | 'key' = 'value'): string {
  const { line, column, endLine, endColumn } = of === 'key' ? locateKey(pointer) : locate(pointer);
  const lines = text.split('\n').slice(line - 1, endLine);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? '').slice(0, endColumn - 1);
  lines[0] = (lines[0] ?? '').slice(column - 1);
  return lines.join('\n');
}

describe('TOML of other products', () => {
  it('gives tables, arrays of tables, dotted keys and inline tables as plain data', () => {
    const document = only(
      'a.b = 1\n[auth]\njwt_expiry = 3_600\nsites = [\n  "x", # why\n  "y",\n]\n[auth.sessions]\ntimebox = "24h"\n' +
        '[[hasura.jwtSecrets]]\ntype = \'HS256\'\n[hasura.jwtSecrets.extra]\nq.k = { z.y = true }\n[[hasura.jwtSecrets]]\ntype = "RS256"\n',
    );
    expect(document.format).toBe('toml');
    expect(document.data).toEqual({
      a: { b: 1 },
      auth: { jwt_expiry: 3600, sites: ['x', 'y'], sessions: { timebox: '24h' } },
      hasura: { jwtSecrets: [{ type: 'HS256', extra: { q: { k: { z: { y: true } } } } }, { type: 'RS256' }] },
    });
    expect(textAt(document, '/auth')).toBe('auth');
    expect(textAt(document, '/auth/jwt_expiry')).toBe('3_600');
    expect(textAt(document, '/auth/jwt_expiry', 'key')).toBe('jwt_expiry');
    expect(textAt(document, '/auth/sites/1')).toBe('"y"');
    expect(textAt(document, '/hasura/jwtSecrets/0/type')).toBe("'HS256'");
    expect(textAt(document, '/hasura/jwtSecrets/1/type')).toBe('"RS256"');
    expect(textAt(document, '/hasura/jwtSecrets/0/extra/q/k/z/y')).toBe('true');
    expect(textAt(document, '/hasura/jwtSecrets/1/absent')).toBe('hasura.jwtSecrets');
  });

  it('gives every text back with its place, whatever stands before it', () => {
    const plain = fc.stringMatching(/^[a-zA-Zäß€😀 .:\\/-]{0,12}$/u);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(plain, plain), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (pairs, isWindows) => {
          const lines = pairs.map(
            ([before, value], index) => `k${index} = [${JSON.stringify(before)}, ${JSON.stringify(value)}] # ${before}`,
          );
          const document = only(lines.join(isWindows ? '\r\n' : '\n'));
          for (const [index, [, value]] of pairs.entries()) {
            expect(JSON.parse(textAt(document, `/k${index}/1`))).toBe(value);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('keeps dates, times and what is no finite number as they are written', () => {
    expect(
      only(
        'day = 2026-06-01\nat = 2026-06-01T10:00:00Z\nclock = 07:32:00\ntop = inf\nno = -nan\nbig = 99999999999999999999\nhex = 0xff\nhalf = 0.5\n',
      ).data,
    ).toEqual({
      day: '2026-06-01',
      at: '2026-06-01T10:00:00Z',
      clock: '07:32:00',
      top: 'inf',
      no: '-nan',
      big: 1e20,
      hex: 255,
      half: 0.5,
    });
  });

  it('takes keys that JavaScript has plans for as data', () => {
    const { data } = only('[__proto__]\nadmin = true\n[constructor]\nx = 1\n[[prototype.__proto__]]\ny = 2\n');
    expect(Object.keys(data as object)).toEqual(['__proto__', 'constructor', 'prototype']);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it('takes template expressions for texts that nobody knows, in quotes or not', () => {
    const document = only(
      'secret = "{{ secrets.JWT }}"\nexpiry = {{ .Values.expiry }} # seconds\n{{- if .Values.on }}\nrefresh = ${REFRESH}\n{{- end }}\nlast = 1\n',
    );
    const { secret, expiry, refresh, last } = document.data as Record<string, unknown>;
    for (const value of [secret, expiry, refresh]) expect(fillIn(String(value))).toEqual({ kind: 'unknown' });
    expect(last).toBe(1);
    expect(textAt(document, '/expiry')).toBe('{{ .Values.expiry }}');
    expect(textAt(document, '/refresh')).toBe('${REFRESH}');
    expect(document.locate('/last')).toMatchObject({ line: 6, column: 8 });
  });

  it('reads a byte order mark as nothing', () => {
    expect(only('\uFEFFa = 1\n').data).toEqual({ a: 1 });
  });

  it.each([
    ['unclosed', 'a = "x'],
    ['INI', '[metadata]\nname = fire break\n'],
    ['a key given twice', 'a = 1\na = 2\n'],
    ['YAML', 'a: 1\n'],
    ['deep lists', `a = ${'['.repeat(40_000)}${']'.repeat(40_000)}`],
    ['too long', `a = "${'x'.repeat(2_000_000)}"`],
    ['a text that fills the stack', `a = "${'x'.repeat(480_000)}"`],
    ['control characters', 'a = "\u0001"\n'],
  ])('gives nothing for %s', (_, text) => {
    expect(parseConfig('a.toml', text)).toEqual([]);
  });

  it('leaves out what nests deeper than any configuration', () => {
    const deep = `${'a.'.repeat(20_000)}a = 1\nb = 2\n[${'c.'.repeat(200)}c]\nd = 3\n`;
    expect(only(deep).data).toEqual({ b: 2 });
    expect(() => parseConfig('a.toml', `a = ${'['.repeat(200)}1${']'.repeat(200)}`)).not.toThrow();
  });

  it('never throws, whatever the text', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      '[[',
      ']]',
      'a',
      '.',
      ' = ',
      '"',
      "'",
      '"""',
      '{',
      '}',
      '\n',
      '\\u',
      '#',
      '1',
      '-',
      ',',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        for (const { locate, data } of parseConfig('a.toml', parts.join(''))) {
          expect(locate('/a/0/a').line).toBeGreaterThan(0);
          JSON.stringify(data);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is what a .cfg file holds when it is not HAProxy’s', () => {
    expect(only('provider = "oidc"\ncookie_expire = "168h"\n', 'oauth2-proxy.cfg').format).toBe('toml');
    expect(parseConfig('haproxy.cfg', 'frontend api\n  bind :80\n')[0]?.format).toBe('haproxy');
    expect(parseConfig('setup.cfg', '[metadata]\nname = firebreak\n')).toEqual([]);
  });
});
