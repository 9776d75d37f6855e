import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointerTo } from '../../src/model/document.ts';
import type { ConfigDocument } from '../../src/source/config-document.ts';
import { parseConfig } from '../../src/source/parse-config.ts';
import { fillIn, maskTemplates } from '../../src/source/placeholder.ts';

function only(file: string, text: string): ConfigDocument {
  const [document] = parseConfig(file, text);
  if (document === undefined) throw new Error(`${file} was not read`);
  return document;
}

function textAt(document: ConfigDocument, pointer: string): string {
  const { line, column, endLine, endColumn } = document.locate(pointer);
  const lines = document.text.split('\n').slice(line - 1, endLine);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? '').slice(0, endColumn - 1);
  lines[0] = (lines[0] ?? '').slice(column - 1);
  return lines.join('\n');
}

describe('JSON of other products', () => {
  it('is read as JSON.parse reads it, with the place of every value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.boolean(), (json, isPretty) => {
        const data: unknown = JSON.parse(json);
        const text = isPretty ? JSON.stringify(data, null, 2) : json;
        const document = only('a.json', text);
        expect(document.data).toEqual(data);
        const visit = (value: unknown, pointer: string): void => {
          expect(JSON.parse(textAt(document, pointer))).toEqual(value);
          if (typeof value !== 'object' || value === null) return;
          for (const [key, below] of Object.entries(value)) visit(below, pointerTo(pointer, key));
        };
        visit(data, '');
      }),
      { numRuns: 200 },
    );
  });

  it('may have comments and trailing commas', () => {
    const document = only('a.json', '{\n  // why\n  "url": "http://a.test", /* no */ "list": [1, 2,],\n}');
    expect(document.data).toEqual({ url: 'http://a.test', list: [1, 2] });
    expect(document.locate('/list/1')).toMatchObject({ line: 3, column: 48 });
  });

  it('gives nothing when it is something else', () => {
    expect(parseConfig('a.json', '<html></html>')).toEqual([]);
    expect(parseConfig('a.json', 'not json at all: [')).toEqual([]);
  });

  it('of great depth is read without positions below the limit', () => {
    const text = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(() => parseConfig('a.json', text).map((document) => document.locate('/0/0'))).not.toThrow();
  });
});

describe('YAML of other products', () => {
  it('may use anchors, merge keys and tags of CloudFormation', () => {
    const document = only(
      'a.yaml',
      'base: &b { ttl: 5m, url: x }\nuse:\n  <<: *b\n  ttl: 1m\npool: !GetAtt Pool.Arn\nname: !Sub "${AWS::StackName}-x"\nother: !vault abc\n',
    );
    expect(document.data).toMatchObject({
      base: { ttl: '5m', url: 'x' },
      use: { ttl: '1m', url: 'x' },
      pool: { 'Fn::GetAtt': 'Pool.Arn' },
      name: { 'Fn::Sub': '${AWS::StackName}-x' },
    });
    expect(fillIn(String((document.data as { other: unknown }).other))).toEqual({ kind: 'unknown' });
  });

  it('keeps the documents around one that is broken', () => {
    expect(parseConfig('a.yaml', 'a: 1\n---\nb: [\n---\nc: 3\n').map(({ data }) => data)).toContainEqual({ a: 1 });
  });

  it('bounds what aliases expand to', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
      .split('')
      .map(
        (name, at) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[at] ?? ''}`).join(',')}]`,
      )
      .join('\n')}\n`;
    const started = process.memoryUsage().heapUsed;
    parseConfig('a.yaml', bomb);
    expect(process.memoryUsage().heapUsed - started).toBeLessThan(300_000_000);
  });

  it('keeps every position under template expressions', () => {
    const text = 'url: {{ .Values.url | quote }}\n{{- if .Values.on }}\nttl: 5m\n{{- end }}\n';
    const document = only('a.yaml', text);
    expect(document.locate('/ttl')).toMatchObject({ line: 3, column: 6 });
    expect(maskTemplates(text)).toHaveLength(text.length);
  });
});

describe('placeholders', () => {
  it.each([
    ['plain', { kind: 'literal', value: 'plain' }],
    ['${PORT:8080}', { kind: 'fallback', value: '8080' }],
    ['${PORT:-8080}', { kind: 'fallback', value: '8080' }],
    ['${URL:https://a.test/x}', { kind: 'fallback', value: 'https://a.test/x' }],
    ['${PORT}', { kind: 'unknown' }],
    ['https://${HOST}/x', { kind: 'unknown' }],
    ['$SECRET', { kind: 'unknown' }],
    ['$(SECRET)', { kind: 'unknown' }],
    ['$(env:SECRET:-x)', { kind: 'unknown' }],
    ['https://##ENV##.example.com', { kind: 'unknown' }],
    ['{{ .Values.issuer }}', { kind: 'unknown' }],
    ['a ## b', { kind: 'literal', value: 'a ## b' }],
    ['%CLIENT_SECRET%', { kind: 'unknown' }],
    ['a%2FB%20C%3A', { kind: 'literal', value: 'a%2FB%20C%3A' }],
    ['pa$$word', { kind: 'literal', value: 'pa$$word' }],
  ])('%s is %o', (text, expected) => {
    expect(fillIn(text)).toEqual(expected);
  });
});
