import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_LENGTH, decodeToken } from '../../src/token/decode.ts';

const encode = (value: unknown): string => raw(JSON.stringify(value));
const raw = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');

const HEADER = encode({ alg: 'ES256', typ: 'at+jwt' });
const CLAIMS = encode({ sub: 'u1', roles: [{ a: 1 }, { a: 2 }] });
const SIGNATURE = raw('signature');

describe('decodeToken', () => {
  it('reads header and claims, names the token by its hash and shows it without its signature', () => {
    const compact = `${HEADER}.${CLAIMS}.${SIGNATURE}`;
    expect(decodeToken(` ${compact}\n`)).toEqual({
      ok: true,
      token: { header: { alg: 'ES256', typ: 'at+jwt' }, claims: { sub: 'u1', roles: [{ a: 1 }, { a: 2 }] } },
      compact,
      fingerprint: createHash('sha256').update(compact).digest('hex').slice(0, 12),
      shown: `${HEADER}.${CLAIMS}.[signature removed]`,
    });
  });

  it('reads an unsecured token, so that it can be refused by its algorithm', () => {
    expect(decodeToken(`${encode({ alg: 'none' })}.${CLAIMS}.`)).toMatchObject({
      ok: true,
      token: { header: { alg: 'none' } },
    });
  });

  it.for([
    { name: 'nothing', text: ' \n', message: 'token is empty' },
    {
      name: 'an opaque token',
      text: 'mF_9B5f41JqM',
      message: 'token has 1 dot-separated segment, a signed JWT has three',
    },
    {
      name: 'a cut-off token',
      text: `${HEADER}.${CLAIMS}`,
      message: 'token has 2 dot-separated segments, a signed JWT has three',
    },
    {
      name: 'the scheme in front',
      text: `Bearer ${HEADER}.${CLAIMS}.${SIGNATURE}`,
      message: 'token starts with the scheme name Bearer',
    },
    {
      name: 'the DPoP scheme in front',
      text: `DPoP ${HEADER}.${CLAIMS}.${SIGNATURE}`,
      message: 'token starts with the scheme name DPoP',
    },
    {
      name: 'the JSON serialization',
      text: '{"payload":"e30","signatures":[]}',
      message: 'token is in a JSON serialization',
    },
    {
      name: 'an encrypted token',
      text: `${encode({ alg: 'dir', enc: 'A256GCM' })}..aXY.Y3Q.dGFn`,
      message: 'token is encrypted (JWE, five segments): its claims cannot be read without the decryption key',
    },
    { name: 'an empty payload', text: `${HEADER}..${SIGNATURE}`, message: 'payload of the token is empty' },
    {
      name: 'padding',
      text: `${raw('{"a":1}')}.${raw('{"ab":1}')}=.${SIGNATURE}`,
      message: 'payload of the token holds characters that base64url does not have',
    },
    {
      name: 'standard base64',
      text: `${HEADER}.${CLAIMS}.ab+/`,
      message: 'signature of the token holds characters that base64url does not have',
    },
    {
      name: 'a line break inside',
      text: `${HEADER}.${CLAIMS}.ab\ncd`,
      message: 'signature of the token holds characters that base64url does not have',
    },
    {
      name: 'an impossible length',
      text: `${HEADER}.${CLAIMS}.abcde`,
      message: 'signature of the token has a length that base64url cannot have',
    },
    {
      name: 'a second spelling of the same octets',
      text: `${HEADER}.${CLAIMS}.ab`,
      message: 'signature of the token has unused bits that are not zero',
    },
    {
      name: 'octets that are no UTF-8',
      text: `${HEADER}.${raw(Uint8Array.from([0x7b, 0xff, 0x7d]))}.${SIGNATURE}`,
      message: 'payload of the token is not UTF-8',
    },
    {
      name: 'a byte order mark',
      text: `${HEADER}.${raw('\ufeff{}')}.${SIGNATURE}`,
      message: 'payload of the token is not JSON',
    },
    { name: 'no JSON', text: `${raw('{alg}')}.${CLAIMS}.${SIGNATURE}`, message: 'header of the token is not JSON' },
    {
      name: 'a list',
      text: `${HEADER}.${encode([1])}.${SIGNATURE}`,
      message: 'payload of the token is not a JSON object',
    },
    {
      name: 'null',
      text: `${HEADER}.${encode(null)}.${SIGNATURE}`,
      message: 'payload of the token is not a JSON object',
    },
    {
      name: 'a member twice',
      text: `${raw('{"alg":"ES256","alg":"none"}')}.${CLAIMS}.${SIGNATURE}`,
      message: 'header of the token has a member twice: "alg"',
    },
    {
      name: 'a member twice, once escaped',
      text: `${raw('{"alg":"ES256","\\u0061lg":"none"}')}.${CLAIMS}.${SIGNATURE}`,
      message: 'header of the token has a member twice: "alg"',
    },
    {
      name: 'a member twice in an inner object',
      text: `${HEADER}.${raw('{"cnf":[{"jkt":"a", "x":{}, "jkt" : "b"}]}')}.${SIGNATURE}`,
      message: 'payload of the token has a member twice: "jkt"',
    },
    {
      name: 'endless nesting',
      text: `${HEADER}.${raw(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)}.${SIGNATURE}`,
      message: 'payload of the token is nested deeper than 32 levels',
    },
    {
      name: 'an unencoded payload',
      text: `${encode({ alg: 'ES256', b64: false, crit: ['b64'] })}.${CLAIMS}.${SIGNATURE}`,
      message: 'token says b64 false, an unencoded payload',
    },
    {
      name: 'a file',
      text: 'x'.repeat(MAX_TOKEN_LENGTH + 1),
      message: `token of ${MAX_TOKEN_LENGTH + 1} characters is longer than the limit of ${MAX_TOKEN_LENGTH}`,
    },
  ])('refuses $name', ({ text, message }) => {
    const decoded = decodeToken(text);
    expect(decoded).toMatchObject({ ok: false, message });
    expect(decoded.ok ? '' : decoded.hint).not.toBe('');
  });

  it.for([
    '{"a":{"b":1},"b":2}',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":["a","a",{"a":1}],"c":"a:"}',
    '{"a,b":1,"a":1,"\\\\":":","\\"":1}',
  ])('sees no second member in %s', (text) => {
    expect(decodeToken(`${HEADER}.${raw(text)}.${SIGNATURE}`).ok).toBe(true);
  });

  it('reads back every claims set that JSON can hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (claims) => {
        const decoded = decodeToken(`${HEADER}.${encode(claims)}.${SIGNATURE}`);
        expect(decoded.ok ? JSON.stringify(decoded.token.claims) : decoded.message).toBe(
          JSON.stringify(JSON.parse(JSON.stringify(claims))),
        );
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.base64String(), { maxLength: 6 }).map((parts) => parts.join('.')),
        ),
        (text) => typeof decodeToken(text).ok === 'boolean',
      ),
    );
  });
});
