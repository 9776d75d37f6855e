import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { statusListTarget } from '../../src/render/status-list.ts';
import { SETTINGS, listOf, listOfEntries } from './revocation-lists.ts';

interface Claims {
  readonly sub: string;
  readonly iat: number;
  readonly status_list: { readonly bits: number; readonly lst: string };
}

function claimsOf(indexes: readonly number[], statusSize = 16): Claims {
  const entries = indexes.map((statusIndex) => ({ value: `t-${statusIndex}`, statusIndex }));
  const { text, unsupported } = statusListTarget.render(listOfEntries(entries), { ...SETTINGS, statusSize });
  expect(unsupported).toEqual([]);
  return JSON.parse(text) as Claims;
}

function bytesOf({ status_list: { lst } }: Claims): readonly number[] {
  return [...inflateSync(Buffer.from(lst, 'base64url'))];
}

describe('a status list', () => {
  it('is the one of the draft for the statuses of the draft', () => {
    // draft-ietf-oauth-status-list section 4.1: the first byte is 0xb9, the second 0xa3.
    const claims = claimsOf([0, 3, 4, 5, 7, 8, 9, 13, 15]);
    expect(bytesOf(claims)).toEqual([0xb9, 0xa3]);
    expect(claims.status_list).toEqual({ bits: 1, lst: 'eNrbuRgAAhcBXQ' });
  });

  it('names its address, its instant and how long it may be kept', () => {
    expect(claimsOf([])).toMatchObject({ sub: 'https://id.example.com/status/1', iat: 1_780_358_400, ttl: 300 });
  });

  it.for([
    { indexes: [], size: 1, bytes: 1 },
    { indexes: [], size: 1000, bytes: 128 },
    { indexes: [1024], size: 1000, bytes: 256 },
    { indexes: [1023], size: 1, bytes: 128 },
  ])('of $size with $indexes has $bytes bytes', ({ indexes, size, bytes }) => {
    const list = bytesOf(claimsOf(indexes, size));
    expect(list).toHaveLength(bytes);
    expect(list.filter((byte) => byte !== 0)).toHaveLength(indexes.length);
  });

  it('says what it cannot hold, and what it needs', () => {
    const list = listOf([
      { name: 'a', issuer: 'https://a.example.com', revoke: [{ jti: 't', status_index: 1 }, { kid: 'k' }] },
      { name: 'b', issuer: 'https://b.example.com', revoke: [{ jti: 't', status_index: 2 }] },
    ]);
    const { unsupported } = statusListTarget.render(list, { ...SETTINGS, statusUri: null });
    expect(unsupported.map(({ message }) => message)).toEqual([
      'a status list must name the address that it is fetched from',
      'indexes of several issuers cannot stand in one list',
      'a status list cannot refuse kid "k": it knows tokens by their index only',
    ]);
  });
});
