import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshnessOf } from '../../src/predict/freshness.ts';

const NAMES = ['cache-control', 'cdn-cache-control', 'expires', 'date', 'age', 'last-modified'];
const DATE = 'Tue, 23 Jun 2026 10:00:00 GMT';

describe('freshnessOf', () => {
  it.for([
    {
      name: 'takes s-maxage before max-age',
      headers: { 'cache-control': 'max-age=60, s-maxage=300' },
      s: 300,
      from: 's-maxage',
    },
    {
      name: 'takes max-age before Expires',
      headers: { 'cache-control': 'public, max-age=60', expires: 'Tue, 23 Jun 2026 11:00:00 GMT', date: DATE },
      s: 60,
      from: 'max-age',
    },
    {
      name: 'counts Expires from Date',
      headers: { expires: 'Tue, 23 Jun 2026 11:00:00 GMT', date: DATE },
      s: 3600,
      from: 'expires',
    },
    { name: 'reads Expires 0 as the past', headers: { expires: '0', date: DATE }, s: 0, from: 'expires' },
    {
      name: 'never goes below zero',
      headers: { expires: 'Tue, 23 Jun 2026 09:00:00 GMT', date: DATE },
      s: 0,
      from: 'expires',
    },
    {
      name: 'guesses a tenth of the age without a word',
      headers: { 'last-modified': 'Tue, 23 Jun 2026 00:00:00 GMT', date: DATE },
      s: 3600,
      from: 'heuristic',
    },
    { name: 'knows nothing without headers', headers: {}, s: null, from: 'none' },
    {
      name: 'stores nothing that is private',
      headers: { 'cache-control': 'private, max-age=60' },
      s: 0,
      from: 'forbidden',
    },
    { name: 'stores nothing under no-store', headers: { 'cache-control': 'no-store' }, s: 0, from: 'forbidden' },
    {
      name: 'takes the larger of two values',
      headers: { 'cache-control': 'max-age=60, max-age=600' },
      s: 600,
      from: 'max-age',
    },
    { name: 'reads quotes and capitals', headers: { 'cache-control': 'Max-Age="60"' }, s: 60, from: 'max-age' },
    { name: 'reads nonsense as stale', headers: { 'cache-control': 'max-age=soon' }, s: 0, from: 'max-age' },
    {
      name: 'stops at 2^31 seconds',
      headers: { 'cache-control': `max-age=${'9'.repeat(40)}` },
      s: 2 ** 31,
      from: 'max-age',
    },
  ])('$name', ({ headers, s, from }) => {
    const { lifetime, origin } = freshnessOf(headers);
    expect({ lifetime, origin }).toEqual({ lifetime: s === null ? null : s * 1000, origin: from });
  });

  it('reads how long a stale response may be served', () => {
    const header = 'max-age=60, stale-while-revalidate=30, stale-if-error=86400';
    expect(freshnessOf({ 'cache-control': header })).toMatchObject({
      staleWhileRevalidate: 30_000,
      staleIfError: 86_400_000,
    });
    for (const more of ['must-revalidate', 'proxy-revalidate', 'no-store', 'no-cache', 'private']) {
      expect(freshnessOf({ 'cache-control': `${header}, ${more}` }), more).toMatchObject({
        staleWhileRevalidate: 0,
        staleIfError: 0,
      });
    }
  });

  it('reads directives about single header fields as being about those', () => {
    const header = 'private="set-cookie", no-cache="set-cookie", max-age=60';
    expect(freshnessOf({ 'cache-control': header })).toMatchObject({ lifetime: 60_000, origin: 'max-age' });
  });

  it('takes the longer of what all caches and what delivery networks are told', () => {
    const both = { 'Cache-Control': 'max-age=60', 'CDN-Cache-Control': 'max-age=600, stale-if-error=30' };
    expect(freshnessOf(both)).toMatchObject({ lifetime: 600_000, staleIfError: 30_000 });
    expect(freshnessOf({ ...both, 'CDN-Cache-Control': 'no-store' })).toMatchObject({ lifetime: 60_000 });
  });

  it('reads how old a response was on arrival', () => {
    expect(freshnessOf({ age: '17', 'cache-control': 'max-age=60' }).age).toBe(17_000);
    expect(freshnessOf({ 'cache-control': 'max-age=60' }).age).toBe(0);
    expect(freshnessOf({ age: '-1' }).age).toBe(0);
  });

  it('guesses no longer than a day, and not at all without a date to count from', () => {
    expect(freshnessOf({ 'last-modified': 'Mon, 23 Jun 2025 10:00:00 GMT', date: DATE }).lifetime).toBe(86_400_000);
    expect(freshnessOf({ expires: 'Tue, 23 Jun 2026 11:00:00 GMT' })).toMatchObject({ lifetime: null, origin: 'none' });
  });

  it('reads any text without failing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...NAMES), fc.string()), (headers) => {
        const { lifetime, staleWhileRevalidate, staleIfError, age } = freshnessOf(headers);
        for (const time of [lifetime ?? 0, staleWhileRevalidate, staleIfError, age]) {
          expect(Number.isFinite(time) && time >= 0).toBe(true);
        }
      }),
      { numRuns: 300, seed: 20_261_123 },
    );
  });
});
