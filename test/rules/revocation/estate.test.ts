import { describe, expect, it } from 'vitest';
import { estateFiles, linted } from '../linted.ts';

const JOSE = (ttl: string): string =>
  `library: { name: jose, version: 6.2.18 }\nsettings: { key_cache_ttl: ${ttl}, fetch_timeout: 5s }`;
const USE = (interval: string): string =>
  `channels:\n  - { use: list, ${interval}negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }`;
const LIST = (keys: string, delivery = 'poll'): string =>
  `- { name: list, type: denylist, keys: [${keys}], delivery: ${delivery}, store_lag: 0s }`;
const POLL = 'poll_interval: 10s, ';

describe('revocation/kid-kill-missing', () => {
  const rule = 'revocation/kid-kill-missing';
  const spec = 'revocation: { objectives: { signing_key: { max: 5m } } }';

  it.each([
    { name: 'a list that cannot name keys, caches over the objective', keys: 'jti', ttl: '1h', count: 1 },
    { name: 'a list that can, caches over the objective', keys: 'jti, kid', ttl: '1h', count: 0 },
    { name: 'a list that cannot, caches below the objective', keys: 'jti', ttl: '1m', count: 0 },
  ])('judges $name', ({ keys, ttl, count }) => {
    const files = estateFiles({ spec, verifier: `${JOSE(ttl)}\n${USE(POLL)}`, channels: LIST(keys) });
    expect(linted(rule, files)).toHaveLength(count);
  });

  it('points at the list that should be able to', () => {
    const [found] = linted(rule, estateFiles({ spec, verifier: `${JOSE('1h')}\n${USE(POLL)}`, channels: LIST('jti') }));
    expect(found).toMatch(/^inventory\.yaml:17:\d+ error channel "list" cannot name a kid \(keys: jti\)/);
  });

  it('points at the verifier when it reads no list', () => {
    const [found] = linted(rule, estateFiles({ spec, verifier: JOSE('1h') }));
    expect(found).toMatch(/^inventory\.yaml:17:\d+ error no channel can name a kid/);
  });
});

describe('revocation/push-no-reconcile', () => {
  const rule = 'revocation/push-no-reconcile';
  const spec = 'enforcement: enforce';

  it.each([
    { name: 'pushed, never read whole', delivery: 'push', interval: '', count: 1 },
    {
      name: 'pushed, declared never to be read whole',
      delivery: 'push',
      interval: 'poll_interval: unbounded, ',
      count: 1,
    },
    { name: 'pushed and read whole now and then', delivery: 'push', interval: 'poll_interval: 5m, ', count: 0 },
    { name: 'polled', delivery: 'poll', interval: POLL, count: 0 },
  ])('judges a channel that is $name', ({ delivery, interval, count }) => {
    const files = estateFiles({ spec, verifier: `${JOSE('1m')}\n${USE(interval)}`, channels: LIST('jti', delivery) });
    expect(linted(rule, files)).toHaveLength(count);
  });

  it('says nothing of a pushed channel that nobody listens to', () => {
    expect(linted(rule, estateFiles({ spec, verifier: JOSE('1m'), channels: LIST('jti', 'push') }))).toEqual([]);
  });
});
