import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '../../src/source/config-document.ts';
import { MAX_DEPTH } from '../../src/source/limits.ts';
import { configFormatOf, parseConfig } from '../../src/source/parse-config.ts';

function only(text: string): ConfigDocument {
  const [document] = parseConfig('nginx.conf', text);
  if (document === undefined) throw new Error('the text was not read');
  return document;
}

function textAt({ locate, text }: ConfigDocument, pointer: string): string {
  const { line, column, endLine, endColumn } = locate(pointer);
  const lines = text.split('\n').slice(line - 1, endLine);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? '').slice(0, endColumn - 1);
  lines[0] = (lines[0] ?? '').slice(column - 1);
  return lines.join('\n');
}

describe('nginx configuration', () => {
  it('is a list of directives with the place of every word', () => {
    const document = only(
      [
        '# a comment; with { marks }',
        'worker_processes auto;',
        'server { # why',
        '  listen 443 ssl;',
        '  location = /keys {',
        '    proxy_pass https://id.example.com/jwks.json;',
        '  }',
        '}',
      ].join('\n'),
    );
    expect(document.data).toEqual([
      { words: ['worker_processes', 'auto'] },
      {
        words: ['server'],
        block: [
          { words: ['listen', '443', 'ssl'] },
          {
            words: ['location', '=', '/keys'],
            block: [{ words: ['proxy_pass', 'https://id.example.com/jwks.json'] }],
          },
        ],
      },
    ]);
    expect(textAt(document, '/1/block/1')).toBe('location = /keys');
    expect(textAt(document, '/1/block/1/block/0/words/1')).toBe('https://id.example.com/jwks.json');
    expect(textAt(document, '/1/block/9')).toBe('server');
  });

  it.each([
    ['set $a "b c";', ['set', '$a', 'b c']],
    [`set $a 'it\\'s "so"';`, ['set', '$a', `it's "so"`]],
    ['set $a "";', ['set', '$a', '']],
    ['set $a "x;{y}";', ['set', '$a', 'x;{y}']],
    ['set $a ${b}c;', ['set', '$a', '${b}c']],
    ['set $a x"y;', ['set', '$a', 'x"y']],
    ['set $a a#b;', ['set', '$a', 'a#b']],
    ['rewrite ^/a\\.b$ /c;', ['rewrite', '^/a\\.b$', '/c']],
    ['log_format main "a"\n  "b";', ['log_format', 'main', 'a', 'b']],
    ['proxy_pass {{ .Values.url }};', ['proxy_pass', '\uE000'.repeat(17)]],
  ])('%s has the words %o', (text, words) => {
    expect(only(`events {}\nuser www;\n${text}`).data).toEqual([
      { words: ['events'], block: [] },
      { words: ['user', 'www'] },
      { words },
    ]);
  });

  it('passes over Lua, whose strings and comments may hold braces', () => {
    const lua =
      'access_by_lua_block {\n  local t = { a = "}" } -- }\n  --[[ } ]]\n  local s = [==[ } ]==]\n}\nset $a b;';
    expect(only(lua).data).toEqual([{ words: ['access_by_lua_block'], block: [] }, { words: ['set', '$a', 'b'] }]);
  });

  it('keeps what is whole where a brace or the end is missing', () => {
    expect(only('server {\n listen 80;\n location / {\n  set $a b;\n  set $c').data).toEqual([
      {
        words: ['server'],
        block: [{ words: ['listen', '80'] }, { words: ['location', '/'], block: [{ words: ['set', '$a', 'b'] }] }],
      },
    ]);
    expect(only('}\n}\nset $a b;').data).toEqual([{ words: ['set', '$a', 'b'] }]);
    expect(only('set $a b;\nset $c "d').data).toEqual([{ words: ['set', '$a', 'b'] }]);
  });

  it.each([
    ['blocks', 'a {', 'set $a b;\n'],
    ['closing braces', '}', 'set $a b;\n'],
    ['open quotes', '"', 'set $a b;\n'],
    ['backslashes', '\\', 'set $a b;\n'],
    ['words', 'a ', 'set $a b;\n'],
    ['letters', 'abcdefghi', 'set $a b;\n'],
    ['letters in quotes', 'abcdefghi', 'set $a b;\nset $c "'],
    ['blanks', ' \t\r', 'set $a b;\n'],
    ['comments', '#\n', 'set $a b;\n'],
    ['semicolons', ';', 'set $a b;\n'],
    ['brackets of Lua', '[=', 'set $a b;\nx_by_lua_block {'],
    ['long brackets of Lua', '[==[', 'set $a b;\nx_by_lua_block {'],
    ['quotes of Lua', '"\\', 'set $a b;\nx_by_lua_block {'],
  ])('of a million %s takes no more than seconds', { timeout: 20_000 }, (_, unit, before) => {
    const started = performance.now();
    expect(() => parseConfig('nginx.conf', before + unit.repeat(1_000_000))).not.toThrow();
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is not read where blocks are nested too deep', () => {
    const nested = (depth: number): string => `set $a b;\n${'a {'.repeat(depth)}${'}'.repeat(depth)}`;
    expect(parseConfig('nginx.conf', nested(MAX_DEPTH - 1))).toHaveLength(1);
    expect(parseConfig('nginx.conf', nested(MAX_DEPTH))).toHaveLength(0);
  });

  it.each([
    ['default.conf', 'server {\n  listen 80;\n}', 'nginx'],
    ['default.conf.template', 'server {\n  listen ${PORT};\n}', 'nginx'],
    ['site.conf', '<VirtualHost *:443>\n  OIDCClientID portal\n</VirtualHost>\n', 'httpd'],
    ['haproxy.conf', 'listen api\n  bind :80\n  http-request deny\n', 'haproxy'],
  ])('%s is chosen by what it holds', (file, text, format) => {
    expect(configFormatOf(file, text)).toBe(format);
  });
});
