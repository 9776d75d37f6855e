import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '../../src/source/config-document.ts';
import { parseConfig } from '../../src/source/parse-config.ts';

function only(text: string, file = '.env'): ConfigDocument {
  const [document] = parseConfig(file, text);
  if (document === undefined) throw new Error(`${file} was not read`);
  return document;
}

describe('files of settings', () => {
  it('are read as dotenv reads them', () => {
    const document = only(
      '# a comment\nPLAIN=value # said\n  export QUOTED="a # b\\n\\"c\\""\nSINGLE=\'{"type":"HS256"}\'\nEMPTY=\nHASH=a#b\nno setting\nTWICE=1\nTWICE=2\n',
    );
    expect(document.format).toBe('env');
    expect(document.data).toEqual({
      PLAIN: 'value',
      QUOTED: 'a # b\n"c"',
      SINGLE: '{"type":"HS256"}',
      EMPTY: '',
      HASH: 'a#b',
      TWICE: '2',
    });
    expect(document.locate('/PLAIN')).toMatchObject({ line: 2, column: 7, endLine: 2, endColumn: 12 });
    expect(document.locateKey('/QUOTED')).toMatchObject({ line: 3, column: 10, endColumn: 16 });
    expect(document.locate('/TWICE')).toMatchObject({ line: 9, column: 7 });
    expect(document.locate('/absent')).toMatchObject({ line: 1, column: 1 });
  });

  it('may hold values of several lines in quotes', () => {
    const document = only('KEY="-----BEGIN\nabc\n-----END"\nNEXT=1\nOPEN="never closed\nLAST=2\n');
    expect(document.data).toEqual({ KEY: '-----BEGIN\nabc\n-----END', NEXT: '1', OPEN: '"never closed', LAST: '2' });
    expect(document.locate('/KEY')).toMatchObject({ line: 1, column: 5, endLine: 3, endColumn: 10 });
    expect(document.locate('/NEXT')).toMatchObject({ line: 4, column: 6 });
  });

  it.each(['.env', '.env.local', 'prod.env', 'hasura.env.example', '.envrc'])('are found by the name %s', (file) => {
    expect(parseConfig(file, 'A=1\n').map(({ format }) => format)).toEqual(['env']);
  });

  it('of PostgREST are told by their names', () => {
    const document = only(
      'db-uri = "postgres://db/app"\njwt-secret = "@/run/secrets/jwt" # a file\n',
      'postgrest.conf',
    );
    expect(document.format).toBe('ini');
    expect(document.data).toEqual({ 'db-uri': 'postgres://db/app', 'jwt-secret': '@/run/secrets/jwt' });
    expect(parseConfig('nginx.conf', 'server { listen 80; }\n')).toEqual([]);
  });

  it('are data whatever their names', () => {
    expect(Object.keys(only('__proto__=1\nexport=2\nexport export=3\n').data as object)).toEqual([
      '__proto__',
      'export',
    ]);
  });

  it('give a place inside the text for every setting', () => {
    const word = fc.stringMatching(/^[ "'=#\\a-z\n$é😀]{0,10}$/u);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.map((each, index) => `N${index}=${each}`).join('\n');
        for (const { data, locateKey, locate } of parseConfig('.env', text)) {
          const lines = text.split('\n');
          for (const name of Object.keys(data as object)) {
            const { line, column, endColumn } = locateKey(`/${name}`);
            expect((lines[line - 1] ?? '').slice(column - 1, endColumn - 1)).toBe(name);
            expect(locate(`/${name}`).line).toBe(line);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('cost no more than their length', () => {
    const started = performance.now();
    parseConfig('.env', `A="${'\\'.repeat(400_000)}\n${'B="\n'.repeat(20_000)}`);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
