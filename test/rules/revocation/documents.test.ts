import { describe, expect, it } from 'vitest';
import type { RevocationExample } from '../../../src/rules/example-revocations.ts';
import { revocablePolicy, revocationText } from '../../../src/rules/example-revocations.ts';
import { linted } from '../linted.ts';

const POLICY = revocablePolicy('jti, kid');

/** What a rule says of revocations beside the policy whose tokens live an hour, with a minute of leeway. */
function said(rule: string, ...revocations: readonly RevocationExample[]): readonly string[] {
  const files = revocations.map((revocation, index) => [`r${index}.yaml`, revocationText(revocation)] as const);
  return linted(rule, { 'policy.yaml': POLICY, ...Object.fromEntries(files) });
}

describe('revocation/expires-early', () => {
  const rule = 'revocation/expires-early';

  it('says until when the tokens are accepted, and why', () => {
    expect(said(rule, { revoke: ['jti: t-1'], expires: '2026-06-01T13:00:59Z' })).toEqual([
      'r0.yaml:11:12 error revocation "inc-2031" ends 2026-06-01T13:00:59Z, but tokens that it refuses are accepted until 2026-06-01T13:01:00.000Z (access_token lifetime 1h, leeway 1m, policy "orders")',
    ]);
  });

  it.for([
    { name: 'a day that ends late enough', created: '2026-06-01', expires: '2026-06-02', findings: 0 },
    { name: 'a day that is the day of creation', created: '2026-06-01', expires: '2026-06-01', findings: 1 },
    {
      name: 'an instant of the next day, where the hour of creation is not known',
      created: '2026-06-01',
      expires: '2026-06-02T00:30:00Z',
      findings: 1,
    },
    { name: 'the other offset', created: '2026-06-01T12:00:00+02:00', expires: '2026-06-01T11:01:00Z', findings: 0 },
  ])('counts $name', ({ created, expires, findings }) => {
    expect(said(rule, { revoke: ['sid: s-1'], created, expires })).toHaveLength(findings);
  });

  it('counts from the cut-off where all entries have one, from the creation where one has none', () => {
    const cutOff = '{ sub: u-1, issued_before: 2026-06-01T11:00:00Z }';
    expect(said(rule, { revoke: [cutOff], expires: '2026-06-01T12:01:00Z' })).toEqual([]);
    expect(said(rule, { revoke: [cutOff, 'sub: u-2'], expires: '2026-06-01T12:01:00Z' })).toHaveLength(1);
  });

  it('is silent about issuers that no policy names', () => {
    expect(
      said(rule, { revoke: ['jti: t'], issuer: 'https://x.example.com', expires: '2026-06-01T12:00:01Z' }),
    ).toEqual([]);
    expect(said(rule, { revoke: ['jti: t'], issuer: null, expires: '2026-06-01T12:00:01Z' })).toHaveLength(1);
  });

  it('notes how long caches keep a key', () => {
    expect(said(rule, { revoke: ['kid: k-1'], expires: '2026-06-01T14:09:59Z' })).toEqual([
      'r0.yaml:7:12 info kid "k-1" is refused until 2026-06-01T14:09:59Z only, while verifiers may keep the key until 2026-06-01T14:10:00.000Z (jwks_cache max_ttl 10m, max_stale 2h, policy "orders"); whoever holds it signs new tokens as long as one of them does',
    ]);
    expect(said(rule, { revoke: ['kid: k-1'], expires: '2026-06-01T14:10:00Z' })).toEqual([]);
  });
});

describe('revocation/entry-uncovered', () => {
  const rule = 'revocation/entry-uncovered';
  const expires = '2026-06-30';

  it('names the entry, the policy and what its channels carry', () => {
    expect(said(rule, { revoke: ['jti: t-1', 'sid: s-1'], expires })).toEqual([
      'r0.yaml:8:12 error no channel of policy "orders" can carry sid "s-1"; its channels name jti, kid',
    ]);
  });

  it.for([
    { channel: '{ type: introspection }', revoke: 'sub: u-1', findings: 0 },
    { channel: '{ type: introspection }', revoke: 'kid: k-1', findings: 1 },
    { channel: '{ type: status_list }', revoke: '{ jti: t-1, status_index: 3 }', findings: 0 },
    { channel: '{ type: status_list }', revoke: 'jti: t-1', findings: 1 },
    { channel: '{ type: jwks_removal }', revoke: 'kid: k-1', findings: 0 },
    { channel: '{ type: backchannel_logout }', revoke: 'sid: s-1', findings: 0 },
    { channel: '{ type: backchannel_logout }', revoke: 'issued_before: 2026-06-01T00:00:00Z', findings: 1 },
    { channel: '{ type: short_lifetime }', revoke: 'client_id: c-1', findings: 1 },
  ])('of $channel and $revoke', ({ channel, revoke, findings }) => {
    const policy = POLICY.replace(/\{ type: denylist.*\}/, channel);
    expect(policy).toContain(channel);
    expect(
      linted(rule, { 'policy.yaml': policy, 'r.yaml': revocationText({ revoke: [revoke], expires }) }),
    ).toHaveLength(findings);
  });

  it('leaves a policy without channels to revocation/channel-missing, and what has ended alone', () => {
    const policy = POLICY.replace(/revocation:[\s\S]*/, '');
    const revocation = revocationText({ revoke: ['sid: s-1'], expires });
    expect(linted(rule, { 'policy.yaml': policy, 'r.yaml': revocation })).toEqual([]);
    expect(said(rule, { revoke: ['sid: s-1'], created: '2026-05-01', expires: '2026-05-02' })).toEqual([]);
  });
});

describe('revocation/entry-duplicate', () => {
  const rule = 'revocation/entry-duplicate';

  it('says where it is revoked already', () => {
    const first = { name: 'inc-1', revoke: ['sub: u-1'], expires: '2026-06-30' };
    expect(said(rule, first, { name: 'inc-2', revoke: ['jti: t-1', 'sub: u-1'], expires: '2026-07-30' })).toEqual([
      'r1.yaml:8:12 warning sub "u-1" is revoked already, by "inc-1" until 2026-06-30',
    ]);
  });

  it('is silent about one that has ended, and about a cut-off beside a full stop', () => {
    const over = { name: 'inc-1', revoke: ['sub: u-1'], created: '2026-05-01', expires: '2026-05-02' };
    expect(said(rule, over, { name: 'inc-2', revoke: ['sub: u-1'], expires: '2026-06-30' })).toEqual([]);
    const both = ['sub: u-1', '{ sub: u-1, issued_before: 2026-06-01T00:00:00Z }'];
    expect(said(rule, { revoke: both, expires: '2026-06-30' })).toEqual([]);
  });
});
