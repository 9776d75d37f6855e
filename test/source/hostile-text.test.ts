import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/adapters/read-config.ts';
import { redactConfig, redactHistory, redactJwks, redactText } from '../../src/lint/redact.ts';
import { blankComments } from '../../src/source/json-comments.ts';
import { wordsOfLine } from '../../src/source/line-words.ts';
import { blankXml } from '../../src/source/xml-blank.ts';
import { parseConfig } from '../../src/source/parse-config.ts';
import { maskTemplates } from '../../src/source/placeholder.ts';

const MEGABYTE = 1024 * 1024;

function fill(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

describe('texts of megabytes exhaust no stack', () => {
  it.each([
    ['blank lines', 'main.tf', `${fill('\n', 9 * MEGABYTE)}a = 1\n`],
    ['comments', 'main.tf', `${fill('#\n', 9 * MEGABYTE)}\na = 1\n`],
    ['comments', 'nginx.conf', `${fill('#\n', 9 * MEGABYTE)}\nlisten 80;\n`],
    ['one text', 'a.json', `{"a": "${fill('a', 9 * MEGABYTE)}"}`],
    ['escapes', 'a.json', `{"a": "${fill('\\"', 8 * MEGABYTE)}"} // b`],
    ['expressions on a line', 'a.yaml', `a: ${fill('{{x}}', 3 * MEGABYTE)}}}\n`],
  ])('%s in %s', (_, file, text) => {
    const [document] = parseConfig(file, text);
    expect(document?.locate('/a').line).toBeGreaterThanOrEqual(1);
  });

  it('a key set with one text', () => {
    const text = `{"keys": "${fill('a', 20 * MEGABYTE)}", "k": "${fill('\\"', 20 * MEGABYTE)}"}`;
    expect(redactJwks(text)).toHaveLength(text.length);
  });
});

// Each of them took minutes, or for ever, with time that grew with the square of the length or worse.
describe('texts that come back to the same place end', () => {
  it.each([
    ['expressions on a line with something behind', 'a.yaml', `${fill('{{}}', 400)}x: 1\n`],
    ['opening braces without closing ones', 'a.yaml', `a: |\n  }}\n  ${fill('{{', MEGABYTE)}\n`],
    ['comments that nothing closes', 'a.json', `{}${fill('/*', MEGABYTE)}`],
    ['quotes that nothing closes', 'a.json', `{} // x\n${fill('"\\"\\', MEGABYTE)}`],
    ['quotes that nothing closes', 'haproxy.cfg', `frontend a\n${fill(`${fill('\\"', 60_000)}\n`, MEGABYTE)}`],
    ['quotes and comments', '.env', `A=${fill('\t#', MEGABYTE)}\r\n`],
  ])('%s in %s', (_, file, text) => {
    expect(parseConfig(file, text).every((document) => document.file === file)).toBe(true);
  });

  it.each([
    ['module paths', 'go.mod', `require jwt\n\t${fill('v.', 4000)}e v1\n`],
    ['blank lines', 'a.toml', `${fill('\n', MEGABYTE)}[x]\n`],
    ['blank lines', 'jwt.yaml', `jwt:\n${fill('\n', MEGABYTE)}x: 1\n`],
    ['dependencies', 'pom.xml', `jwt ${fill('<dependency>', MEGABYTE)}`],
    ['comments', 'pom.xml', `jwt ${fill('<!--', MEGABYTE)}`],
    ['comments', 'a.csproj', `<PackageReference Include="Jwt" /> JsonWebToken ${fill('<!--', MEGABYTE)}`],
    ['line ends of old', 'yarn.lock', `jose ${fill('\ra@', MEGABYTE)}`],
    ['line ends of old', 'nginx.conf', `auth_jwt x;\n${fill('\r aa ', MEGABYTE)}`],
    ['versions', 'pnpm-lock.yaml', `jose:\n  /jose@1${fill('x', MEGABYTE)}`],
    [
      'properties',
      'pom.xml',
      `<a>${fill('<dependency><groupId>com.auth0</groupId><artifactId>java-jwt</artifactId><version>${a.b}</version></dependency>', 4 * MEGABYTE)}`,
    ],
  ])('%s in %s', (_, file, text) => {
    expect(readConfigFile(file, text).subjects.every((subject) => subject.file === file)).toBe(true);
  });

  it.each([
    ['tokens', fill('eyJ-', MEGABYTE)],
    ['names of secrets', fill('secret', MEGABYTE)],
  ])('%s', (_, text) => {
    expect(redactConfig(text, [])).toHaveLength(text.length);
  });
});

describe('aliases', () => {
  it('stand for the last node before them with their anchor, in keys and values alike', () => {
    const text = 'a: &x 1\nb: *x\nc: &x { d: *x, e: &y [2] }\nf: [*x, *y]\n';
    const [document] = parseConfig('a.yaml', text);
    expect(document?.data).toEqual({
      a: 1,
      b: 1,
      c: { d: expect.anything() as unknown, e: [2] },
      f: [{ d: expect.anything() as unknown, e: [2] }, [2]],
    });
  });

  it('expand up to a limit, whatever a few hundred of them would become', () => {
    const levels = Array.from(
      { length: 60 },
      (_, level) => `b${level + 1}: &b${level + 1} [${`*b${level}, `.repeat(60)}]\n`,
    );
    const keys = Array.from({ length: 5000 }, (_, index) => `k${index}: [*b0, *b0]\n`);
    const [document] = parseConfig('a.yaml', `b0: &b0 [x]\n${keys.join('')}${levels.join('')}`);
    expect(document?.data).toMatchObject({ k4999: [['x'], ['x']] });
  });
});

describe('template expressions', () => {
  it('are masked where they close on their line, the innermost first that does', () => {
    expect(maskTemplates('a: {{ x }} {{ b\nc }} {{{ d }}')).toBe(
      `a: ${'\uE000'.repeat(7)} {{ b\nc }} ${'\uE000'.repeat(8)}`,
    );
    expect(maskTemplates(`a: {{${'x'.repeat(2001)}}}`)).toContain('{{');
  });

  it('leave a line blank that begins and ends with one', () => {
    expect(maskTemplates('a: 1\n  {{- if x }}\t{% y %}\r\nb: 2\n')).toBe(
      `a: 1\n${' '.repeat('  {{- if x }}\t{% y %}'.length)}\r\nb: 2\n`,
    );
  });
});

describe('what follows the second dot of a token', () => {
  it.each([
    ['eyJa.eyJb.c', 'eyJa.eyJb.•'],
    ['x-eyJa.eyJb.c.d e', 'x-eyJa.eyJb.••• e'],
    ['xeyJa.eyJb.c.d', 'xeyJa.eyJb.c.•'],
    ['eyJa.eyJb.', 'eyJa.eyJb.'],
    ['eyJa', 'eyJa'],
  ])('is masked in %s', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });
});

describe('a comment behind a value', () => {
  it.each(['A=b # c\n', 'A=b # c\r\n'])('is left out of %j', (text) => {
    expect(parseConfig('.env', text)[0]?.data).toEqual({ A: 'b' });
  });
});

describe('words of a line', () => {
  it.each([
    [`http-request deny if "a \\"b" 'c d'e # f`, ['http-request', 'deny', 'if', 'a "b', 'c de']],
    ['don\'t say "no', ['don', 't', 'say', 'no']],
    ['a\\ b c#d \\"e #', ['a b', 'c#d', '"e']],
  ])('%s', (line, words) => {
    expect(parseConfig('haproxy.cfg', `frontend x\n${line}\n`)[0]?.data).toEqual([['frontend', 'x'], words]);
  });
});

/** Texts of the marks that readers look for, in any order, so that most of them open something and close another. */
const marks = fc
  .array(
    fc.constantFrom(
      ...'{{ }} {{- -}} <% %> {% %} ## @@ @a@ ${ } " \' \\ \n \r\n \t # // /* */ <!-- --> <exclusions> </exclusions> [ ] { : = , ; - & * | a 1 jwt secret: eyJ . -----BEGIN \u001B \u202E \uD800 \uFEFF \u0000 __proto__'.split(
        ' ',
      ),
    ),
    { maxLength: 60 },
  )
  .chain((pieces) => fc.constantFrom('', ' ').map((between) => pieces.join(between)));

describe('any text', () => {
  it.each([
    ['templates masked', maskTemplates],
    ['comments blanked', blankComments],
    ['XML comments blanked', (text: string) => blankXml(text, ['exclusions'])],
    ['tokens redacted', redactText],
    ['members of a key set redacted', redactJwks],
    ['members of a history redacted', redactHistory],
    ['settings redacted', (text: string) => redactConfig(text, [])],
  ])('keeps its length and its lines with %s', (_, change) => {
    fc.assert(
      fc.property(marks, (text) => {
        const changed = change(text);
        expect(changed).toHaveLength(text.length);
        expect(changed.split('\n').map(({ length }) => length)).toEqual(text.split('\n').map(({ length }) => length));
      }),
    );
  });

  it('is split into words that stand where they say, in their order', () => {
    fc.assert(
      fc.property(marks, fc.constantFrom('all', 'httpd'), (text, escapes) => {
        const line = text.replaceAll('\n', ' ');
        let before = 0;
        for (const { start, end, text: word } of wordsOfLine(line, escapes)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(word.length).toBeLessThanOrEqual(end - start);
          before = end;
        }
        expect(before).toBeLessThanOrEqual(line.length);
      }),
    );
  });

  it.each(
    'a.yaml a.json a.tf a.tf.json nginx.conf httpd.conf haproxy.cfg rabbitmq.conf a.cfg a.toml a.properties .env package-lock.json pom.xml go.mod'.split(
      ' ',
    ),
  )('is read or left alone as %s, with places inside it', (file) => {
    const heads = ['', 'frontend a\n', 'OIDCClientID x\n', 'auth_oauth2.a = b\n', 'a b;\n', 'a = 1\n'];
    fc.assert(
      fc.property(fc.constantFrom(...heads), marks, (head, text) => {
        const whole = head + text;
        for (const document of parseConfig(file, whole)) {
          for (const pointer of ['', '/0', '/0/1', '/a', '/__proto__/a', '/0/words/0', '/0/block/0']) {
            const { line, column } = document.locate(pointer);
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(whole.split('\n').length + 1);
            expect(column).toBeGreaterThanOrEqual(1);
          }
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});
