import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '../../src/source/config-document.ts';
import { parseConfig } from '../../src/source/parse-config.ts';
import { MASK, fillIn } from '../../src/source/placeholder.ts';

function only(file: string, text: string): ConfigDocument {
  const [document] = parseConfig(file, text);
  if (document === undefined) throw new Error(`${file} was not read`);
  return document;
}

function read(text: string): unknown {
  return only('main.tf', text).data;
}

/** A value as HCL writes it, which for all but the separators is how JSON does. */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)} = ${write(member)}`)
    .join(', ')} }`;
}

/** Texts without characters that begin a template or an escape of HCL that JSON lacks. */
const PLAIN = fc.string({ unit: fc.constantFrom(...'abz019 -_/:.,#"\\\n\té]}[{='.split('')) });
const VALUE = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    PLAIN.filter((text) => !text.includes('{{')),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b c', '0', '__proto__', 'for'), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).value;

describe('HCL', () => {
  it('has the shape of the JSON syntax of Terraform', () => {
    const text = `
# why
resource "aws_cognito_user_pool_client" "web" {
  name          = "web" // the shop
  validity      = 15
  secret        = false
  flows         = ["code", /* no */ "implicit",]
  units { access = "minutes" }
  tags = { team = "id", "cost center": 7 }
}
resource "aws_cognito_user_pool_client" "ios" {}
`;
    const json = {
      resource: {
        aws_cognito_user_pool_client: {
          web: {
            name: 'web',
            validity: 15,
            secret: false,
            flows: ['code', 'implicit'],
            units: { access: 'minutes' },
            tags: { team: 'id', 'cost center': 7 },
          },
          ios: {},
        },
      },
    };
    expect(read(text)).toEqual(json);
    expect(only('main.tf.json', JSON.stringify(json)).data).toEqual(json);
    expect(only('main.tf.json', JSON.stringify(json)).format).toBe('hcl');
  });

  it('makes a list of blocks that repeat', () => {
    expect(read('a { x = 1 }\na { x = 2 }\nb "c" { x = 1 }\nb "c" { x = 2 }\n')).toEqual({
      a: [{ x: 1 }, { x: 2 }],
      b: { c: [{ x: 1 }, { x: 2 }] },
    });
  });

  it('reads any value back', () => {
    fc.assert(
      fc.property(VALUE, (value) => {
        expect(read(`x = ${write(value)}\n`)).toEqual({ x: value });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a variable', 'var.ttl'],
    ['a call', 'lookup(var.ttls, "web", 60)'],
    ['a call over several lines', 'merge(\n  { a = 1 }, # one\n  local.x\n)'],
    ['arithmetic', '60 * 60'],
    ['a condition', 'var.prod ? "a" : "b"'],
    ['a comprehension of a list', '[for c in var.clients : c.id]'],
    ['a comprehension of an object', '{ for k, v in var.clients : k => v }'],
    ['an index', '["a", "b"][0]'],
    ['an interpolation', '"https://${var.host}/x"'],
    ['an interpolation with quotes inside', '"${join(",", ["a", "b}"])}"'],
    ['a directive', '"%{ if var.a }x%{ endif }"'],
    ['a name with a dash, which no fallback is', 'aws_cognito_user_pool.main-pool.id'],
    ['a template of another engine', '{{ ttl | default(5) }}'],
    ['a heredoc with an interpolation', '<<-EOT\n  a ${var.b}\n  EOT'],
  ])('%s reads as unknown', (_, expression) => {
    const data = read(`x = ${expression}\ny = 1\n`) as { readonly x: unknown };
    expect(data).toEqual({ x: data.x, y: 1 });
    expect(fillIn(String(data.x))).toEqual({ kind: 'unknown' });
  });

  it('keeps what an expression refers to', () => {
    expect(read('pool = aws_cognito_user_pool.main.id # the one\n')).toEqual({
      pool: `\${aws_cognito_user_pool.main.id}${MASK}`,
    });
    expect(only('a.tf.json', '{"pool": "${aws_cognito_user_pool.main.id}"}').data).toEqual({
      pool: `\${aws_cognito_user_pool.main.id}${MASK}`,
    });
  });

  it('reads through conversions that leave a value as it is', () => {
    expect(read('a = toset(["x"])\nb = jsonencode({\n  ttl = 5\n})\nc = tolist(var.x)\nd = toset(["x"], 1)\n')).toEqual(
      {
        a: ['x'],
        b: { ttl: 5 },
        c: `\${var.x}${MASK}`,
        d: `\${toset(["x"], 1)}${MASK}`,
      },
    );
  });

  it('reads heredocs, with the margin taken off where asked for', () => {
    expect(read('a = <<EOT\n  x\n\n y\nEOT\nb = <<-EOT\r\n    x\r\n      y $${z}\r\n  EOT\r\n')).toEqual({
      a: '  x\n\n y\n',
      b: 'x\n  y $${z}\n',
    });
  });

  it('undoes escapes', () => {
    expect(read('a = "q\\" t\\t u\\u00e9 \\U0001F600 n\\n b\\\\ $${x} %%{y}"')).toEqual({
      a: 'q" t\t ué \u{1F600} n\n b\\ ${x} %{y}',
    });
  });

  it('knows the place of every value, key and block', () => {
    const text = 'resource "pool" "main" {\n  ttl = 5\n  list = [1,\n    "two"]\n  nested {\n    x = var.y\n  }\n}\n';
    const document = only('main.tf', text);
    expect(document.locate('/resource/pool/main')).toMatchObject({ line: 1, column: 1, endLine: 8, endColumn: 2 });
    expect(document.locateKey('/resource/pool/main')).toMatchObject({ line: 1, column: 17, endColumn: 23 });
    expect(document.locate('/resource/pool/main/ttl')).toMatchObject({ line: 2, column: 9, endColumn: 10 });
    expect(document.locateKey('/resource/pool/main/ttl')).toMatchObject({ line: 2, column: 3, endColumn: 6 });
    expect(document.locate('/resource/pool/main/list/1')).toMatchObject({ line: 4, column: 5, endColumn: 10 });
    expect(document.locate('/resource/pool/main/nested/x')).toMatchObject({ line: 6, column: 9, endColumn: 14 });
    expect(document.locate('/resource/pool/main/absent')).toMatchObject({ line: 1, column: 1 });
  });

  it('passes over lines of a template engine', () => {
    expect(only('a.hcl.j2', '{% if x %}\na = 1\n{% endif %}\n{{- range . }}\nb { c = {{ d }} }\n').data).toMatchObject({
      a: 1,
      b: {},
    });
  });

  it('reads the names in quotes of the first version of the language', () => {
    expect(read('"a" = 1\npath "secret/*" { capabilities = ["read"] }\n')).toEqual({
      a: 1,
      path: { 'secret/*': { capabilities: ['read'] } },
    });
  });
});

describe('what is no HCL', () => {
  it.each([
    ['prose', 'This is not HCL.\n'],
    ['a block that is not closed', 'a {\n'],
    ['a text that is not closed', 'a = "x\n'],
    ['a heredoc that is not closed', 'a = <<EOT\nx\n'],
    ['a comment that is not closed', 'a = 1 /* x'],
    ['a bracket that is not closed', 'a = f(\n'],
    ['brackets that do not match', 'a = f(]\n'],
    ['an interpolation that is not closed', 'a = "${"\n'],
    ['a missing value', 'a =\nb = 1\n'],
    ['a brace too many', 'a = 1\n}\n'],
    ['HTML', '<!doctype html><html></html>'],
    ['nothing', ' \n# only a comment\n'],
  ])('%s gives no document', (_, text) => {
    expect(parseConfig('main.tf', text)).toEqual([]);
  });

  it.each([
    ['lists', 'x = ', '[', ']'],
    ['objects', 'x = ', '{a=', '}'],
    ['blocks', '', 'a {\n', '}\n'],
    ['labels', 'a ', '"b" ', '{}'],
    ['calls', 'x = ', 'toset(', ')'],
    ['interpolations', 'x = ', '"${', '}"'],
    ['brackets in an expression', 'x = f', '(', ')'],
  ])('of great depth, in %s, is read in bounded time or not at all', (_, before, open, close) => {
    const text = `${before}${open.repeat(100_000)}${close.repeat(100_000)}\n`;
    const started = performance.now();
    expect(() => parseConfig('main.tf', text)).not.toThrow();
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it.each([
    ['of many calls that turn out to be expressions', `x = ${'toset('.repeat(60)}1 + 1${')'.repeat(60)}\n`.repeat(500)],
    ['of quotes', `x = "${'\\"'.repeat(500_000)}"\n`],
    ['of open heredocs', 'x = <<EOT\n'.repeat(20_000)],
    ['of comments', '/**/ # x\n'.repeat(200_000)],
    ['of names', 'a '.repeat(200_000)],
    ['of attributes', 'a = 1\n'.repeat(300_000)],
    ['of blanks', `a = 1${' '.repeat(1_000_000)}\n`],
  ])('%s ends soon', (_, text) => {
    const started = performance.now();
    parseConfig('main.tf', text);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('never throws', () => {
    const pieces = fc.constantFrom(
      'a',
      '=',
      '{',
      '}',
      '[',
      ']',
      '"',
      '${',
      '\n',
      '<<E\n',
      'E\n',
      '(',
      ')',
      ',',
      '#',
      ' ',
      'for x in',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        parseConfig('main.tf', parts.join(''));
      }),
      { numRuns: 2000 },
    );
  });
});
