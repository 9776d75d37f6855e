import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveEntry } from '../../src/render/live-entries.ts';
import { listOf } from './revocation-lists.ts';

/** `iss|by|value|issued before|expires` */
function told(entries: readonly LiveEntry[]): readonly string[] {
  return entries.map(({ iss, by, value, issuedBefore, expires }) =>
    [
      iss ?? '*',
      by ?? 'all',
      value ?? '',
      issuedBefore ?? '',
      new Date(expires * 1000).toISOString().slice(0, 16),
    ].join('|'),
  );
}

describe('what is refused', () => {
  it('is everything until the end of the last day, in one order', () => {
    const { entries } = listOf([
      { name: 'b', revoke: [{ sub: 'u' }, { jti: 't' }], expires: '2026-06-02' },
      { name: 'a', issuer: 'https://id.example.com', revoke: [{ kid: 'k' }], expires: '2026-06-02T00:00:01Z' },
      { name: 'over', revoke: [{ jti: 'old' }], expires: '2026-06-02T00:00:00Z' },
      { name: 'gone', revoke: [{ jti: 'old' }], created: '2026-05-01', expires: '2026-06-01' },
    ]);
    expect(told(entries)).toEqual([
      'https://id.example.com|kid|k||2026-06-02T00:00',
      '*|jti|t||2026-06-03T00:00',
      '*|sub|u||2026-06-03T00:00',
    ]);
  });

  it('rounds a cut-off up to the whole seconds that iat has', () => {
    const { entries } = listOf([{ revoke: [{ issued_before: '2026-06-01T11:00:00.001Z' }] }]);
    expect(entries[0]?.issuedBefore).toBe(Date.parse('2026-06-01T11:00:01Z') / 1000);
  });

  it('takes the later end and the later cut-off of two about the same', () => {
    const { entries } = listOf([
      { name: 'a', revoke: [{ sub: 'u', issued_before: '2026-06-01T10:00:00Z' }, { jti: 't' }], expires: '2026-06-05' },
      { name: 'b', revoke: [{ sub: 'u', issued_before: '2026-06-01T11:00:00Z' }, { jti: 't' }], expires: '2026-06-04' },
    ]);
    const cutOff = Date.parse('2026-06-01T11:00:00Z') / 1000;
    expect(told(entries)).toEqual(['*|jti|t||2026-06-06T00:00', `*|sub|u|${cutOff}|2026-06-06T00:00`]);
    expect(entries.map(({ revocations }) => revocations)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('keeps a cut-off of a subject beside a full stop of it', () => {
    const { entries } = listOf([{ revoke: [{ sub: 'u' }, { sub: 'u', issued_before: '2026-06-01T10:00:00Z' }] }]);
    expect(entries).toHaveLength(2);
  });

  it('can be narrowed to an issuer and to an environment', () => {
    const documents = [
      { name: 'a', issuer: 'https://a.example.com', revoke: [{ jti: 'a' }], environments: ['prod'] },
      { name: 'b', issuer: 'https://b.example.com', revoke: [{ jti: 'b' }] },
      { name: 'c', revoke: [{ jti: 'c' }], environments: ['staging', 'prod'] },
    ];
    const named = (choice: Parameters<typeof listOf>[1]): string =>
      listOf(documents, choice)
        .entries.map(({ value }) => value)
        .join(' ');
    expect(named({})).toBe('a b c');
    expect(named({ issuer: 'https://a.example.com' })).toBe('a c');
    expect(named({ environment: 'prod' })).toBe('a b c');
    expect(named({ environment: 'staging' })).toBe('b c');
  });

  it('has a digest that depends on what is refused only', () => {
    const documents = [
      { name: 'a', revoke: [{ jti: 'a' }, { kid: 'k' }] },
      { name: 'b', revoke: [{ sub: 'b' }] },
    ];
    const { digest } = listOf(documents);
    fc.assert(
      fc.property(fc.shuffledSubarray(documents, { minLength: 2 }), fc.boolean(), (order, turned) => {
        const written = order.map(({ name, revoke }) => ({
          name: `x-${name}`,
          revoke: turned ? revoke.toReversed() : revoke,
        }));
        expect(listOf(written).digest).toBe(digest);
      }),
      { numRuns: 20 },
    );
    expect(listOf([...documents, { name: 'c', revoke: [{ jti: 'c' }] }]).digest).not.toBe(digest);
  });
});
