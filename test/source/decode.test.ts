import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/failure.ts';
import { decodeFound, decodeText } from '../../src/source/decode.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function refusal(input: Uint8Array): UserError {
  try {
    decodeText('a.yaml', input);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('decoding a file', () => {
  it('drops a byte order mark and keeps everything else, line ends included', () => {
    expect(decodeText('a.yaml', bytes('\uFEFFa: 1\r\nb: "\u{1F511}"\n'))).toBe('a: 1\r\nb: "\u{1F511}"\n');
  });

  it('gives no bytes as the empty text', () => {
    expect(decodeText('a.yaml', new Uint8Array())).toBe('');
  });

  it.for([
    { what: 'a NUL byte', input: bytes('ab\0c'), says: 'a.yaml is a binary file: it holds a NUL byte at offset 2' },
    { what: 'UTF-16, little endian', input: new Uint8Array([0xff, 0xfe, 97, 0]), says: 'it is UTF-16, not UTF-8' },
    { what: 'UTF-16, big endian', input: new Uint8Array([0xfe, 0xff, 0, 97]), says: 'it is UTF-16, not UTF-8' },
    { what: 'Latin-1', input: new Uint8Array([0x61, 0xe9, 0x0a]), says: 'it is not UTF-8' },
    { what: 'an overlong form', input: new Uint8Array([0xc0, 0xaf]), says: 'it is not UTF-8' },
    { what: 'half a surrogate pair', input: new Uint8Array([0xed, 0xa0, 0x80]), says: 'it is not UTF-8' },
    { what: 'a character cut off', input: bytes('é').slice(0, 1), says: 'it is not UTF-8' },
  ])('refuses $what as binary', ({ input, says }) => {
    const error = refusal(input);
    expect(error.code).toBe('file/binary');
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(says);
    expect(error.hint).toContain('UTF-8');
  });

  it('refuses more than 64 MB without reading them', () => {
    const error = refusal(new Uint8Array(64 * 1024 * 1024 + 1));
    expect(error.code).toBe('file/too-large');
    expect(error.message).toBe('a.yaml has 64.1 MB; files over 64.0 MB are not read');
  });
});

describe('decoding a file that nobody named', () => {
  it.for([
    { what: 'UTF-8', input: bytes('é'), text: 'é' },
    { what: 'Latin-1', input: new Uint8Array([0x61, 0xe9, 0x0a]), text: 'aé\n' },
    { what: 'a NUL byte', input: bytes('ab\0c'), text: null },
    { what: 'UTF-16', input: new Uint8Array([0xff, 0xfe, 97, 0]), text: null },
  ])('gives $text for $what', ({ input, text }) => {
    expect(decodeFound('a.properties', input)).toBe(text);
  });

  it('refuses a document of ours that is not UTF-8', () => {
    const input = new Uint8Array([...bytes('apiVersion: firebreak.dev/v1alpha1\n# '), 0xe9]);
    expect(() => decodeFound('a.yaml', input)).toThrow('it is not UTF-8');
  });
});
