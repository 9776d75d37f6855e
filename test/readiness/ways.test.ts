import { describe, expect, it } from 'vitest';
import type { Mechanism } from '../../src/model/mechanism.ts';
import type { Scenario } from '../../src/model/policy.ts';
import { SCENARIOS } from '../../src/model/policy.ts';
import { millis } from '../../src/model/quantity.ts';
import { leaf, series, fastest } from '../../src/predict/tree.ts';
import { unknownFact } from '../../src/model/fact.ts';
import type { Bound } from '../../src/model/quantity.ts';
import { concernedBy } from '../../src/readiness/input.ts';
import { bestWay, boundBy, byHand, waysFor } from '../../src/readiness/ways.ts';
import type { Way } from '../../src/readiness/ways.ts';
import type { ShopChanges } from './shop.ts';
import { shop, swap } from './shop.ts';

function ways(scenario: Scenario, changes: ShopChanges = {}): readonly Way[] {
  return waysFor(scenario, concernedBy(scenario, shop(changes)));
}

function within(scenario: Scenario, mechanism: Mechanism, changes: ShopChanges = {}): Bound | null | undefined {
  return ways(scenario, changes).find(({ option }) => option.mechanism === mechanism)?.within;
}

const SECOND = 1000;

describe('ways to contain a leak', () => {
  // The sums are those of docs/concepts.md: to act 5 s, to agree 5 s, a poll 10 s, a request 2 s, the key cache 10 min.
  it.each([
    ['access_token', 'deny_jti', 5 + 10 + 2],
    ['access_token', 'deny_sid', 5 + 10 + 2],
    ['access_token', 'remove_key', null],
    ['refresh_token', 'revoke_family', 5 + 5],
    ['refresh_token', 'deny_sid', 5 + 5 + 10 + 2],
    ['signing_key', 'remove_key', 5 + 5 + 60 + 600 + 5],
    ['signing_key', 'rotate_key', null],
    ['client', 'block_client', 5 + 5],
    ['user_session', 'end_session', 5 + 5],
  ] as const)('%s by %s takes %s s', (scenario, mechanism, seconds) => {
    expect(within(scenario, mechanism)).toBe(seconds === null ? null : seconds * SECOND);
  });

  it('reach a verifier only through a list that it reads and that can hold the entry', () => {
    const reached = (changes: ShopChanges): readonly string[] =>
      ways('access_token', changes)
        .filter(({ option, reached: places }) => option.phase === 'deny' && places.length > 0)
        .map(({ option }) => option.mechanism);
    expect(reached({})).toEqual(['deny_jti', 'deny_sid']);
    expect(reached({ inventory: swap('keys: [jti, sid], delivery', 'keys: [sub, kid], delivery') })).toEqual([
      'deny_sub',
      'deny_kid',
    ]);
    const unread = /      channels:\n {8}- \{ use: denylist.*\n/;
    expect(reached({ inventory: (text) => text.replace(unread, '') })).toEqual([]);
  });

  it('hold cut-offs only where a response makes them', () => {
    const inventory = swap('does: [deny_jti, deny_sid]', 'does: [deny_jti, cut_off_all]');
    expect(within('access_token', 'cut_off_all')).toBeNull();
    const [cutOff] = ways('access_token', { inventory }).filter(({ option }) => option.mechanism === 'cut_off_all');
    expect(cutOff?.reached.map(({ one }) => one.verifier.name)).toEqual(['orders']);
  });

  it('never begin by logging everybody out', () => {
    const inventory = swap('does: [deny_jti, deny_sid]', 'does: [cut_off_all]');
    expect(bestWay(ways('client', { inventory }))).toBeNull();
  });

  it.each(SCENARIOS.filter((scenario) => scenario !== 'hmac_secret'))('of %s do something, all of them', (scenario) => {
    for (const { option } of ways(scenario)) expect(option.effect).not.toBe('nothing');
  });

  it('are by hand where no response is declared', () => {
    const [jti, sid] = ways('access_token', { inventory: swap('[deny_jti, deny_sid]', '[deny_sid]') });
    expect([jti, sid].map((way) => (way === undefined ? null : byHand(way).length))).toEqual([1, 0]);
  });
});

describe('boundBy', () => {
  const wait = (symbol: string, seconds: number) =>
    leaf(symbol, symbol, unknownFact<Bound>(millis(seconds * SECOND), 'a test'));
  const tree = series('whole', [
    wait('D_act', 1),
    fastest('it ends', [
      series('listed', [wait('P', 10)]),
      fastest('at the issuer', [series('asked', [wait('I', 3)]), series('gone', [wait('L', 60)])]),
    ]),
    series('after', [wait('S', 100)]),
  ]);

  it.each([
    ['listed', 111],
    ['asked', 104],
    ['gone', 161],
    ['after', 104],
    ['elsewhere', null],
  ])('takes of alternatives only %s: %s s', (label, seconds) => {
    expect(boundBy(tree, (each) => each === label)).toBe(seconds === null ? null : seconds * SECOND);
  });
});
