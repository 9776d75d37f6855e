import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/model/policy.ts';
import { SCENARIOS } from '../../src/model/policy.ts';
import type { GateConfig } from '../../src/model/gate.ts';
import type { ReadinessQuestion } from '../../src/model/readiness.ts';
import { judgeReadiness } from '../../src/readiness/judge.ts';
import { ZERO } from '../../src/model/quantity.ts';
import type { ShopChanges } from './shop.ts';
import { answer, gapsOf, sample, shop, swap } from './shop.ts';

const LEGACY = `    - { name: legacy, environment: prod, issuer: id, policy: shop, library: { name: aws-jwt-verify, version: 5.2.1 } }
  responses:`;

const withLegacy = swap('  responses:', LEGACY);

/** What is changed in a shop that lacks nothing, and what is then said of it. */
const CASES: readonly (readonly [
  name: string,
  changes: ShopChanges,
  scenario: Scenario,
  question: ReadinessQuestion,
  expected: readonly string[],
])[] = [
  [
    'tokens without a jti',
    { policy: swap('sub, iat, jti]', 'sub]') },
    'access_token',
    'scope',
    [
      'missing policy "shop" lets tokens go without jti, and without sub with iat with exp',
      'note no document says what logs write down',
    ],
  ],
  [
    'tokens without a jti, but with sub, iat and exp',
    { policy: swap(', jti]', ']') },
    'access_token',
    'scope',
    ['note no document says what logs write down'],
  ],
  [
    'keys without a kid',
    { policy: swap('kid_required: true', 'kid_required: false') },
    'signing_key',
    'scope',
    ['missing policy "shop" lets tokens go without kid', 'note no document says what logs write down'],
  ],
  [
    'a verifier that no policy governs',
    { inventory: swap('      policy: shop\n', '') },
    'access_token',
    'scope',
    ['unknown no policy says what tokens at "orders" carry', 'note no document says what logs write down'],
  ],
  [
    'a verifier that no list reaches',
    { inventory: withLegacy },
    'access_token',
    'contain',
    ['note nothing can be told to "legacy": it stays open until tokens expire, 15m1s'],
  ],
  [
    'a verifier that never drops a key',
    { inventory: withLegacy },
    'signing_key',
    'contain',
    [
      'missing "legacy" stays open without an end',
      'note by hand, because no response is declared: rotate_key, remove_key',
    ],
  ],
  [
    // To act 5 s, to agree 5 s, shared caches 1 min, the restart 20 s, two fetches of 3 s.
    'a verifier that never drops a key, and is restarted',
    {
      inventory: (text) =>
        swap(
          '  responses:',
          '  responses:\n    - { does: [flush_caches], verifiers: [legacy], uses: exec, with: { argv: [restart], undo: none, reason: r }, timeout: 20s }',
        )(withLegacy(text)),
    },
    'signing_key',
    'contain',
    [
      'note "legacy" is closed only by a restart, 1m36s',
      'note by hand, because no response is declared: rotate_key, remove_key',
    ],
  ],
  [
    'an unknown product',
    { inventory: swap('name: jose, version: 6.2.18', 'name: home-made') },
    'access_token',
    'contain',
    ['unknown nobody knows whether "orders" can be closed'],
  ],
  [
    'an issuer that cannot revoke',
    { inventory: swap('      revocation_endpoint: https://id.example/revoke\n', '') },
    'refresh_token',
    'contain',
    [
      'missing issuer "id" offers no way to revoke a refresh token',
      'note by hand, because no response is declared: revoke_family, end_session, block_client',
    ],
  ],
  [
    'no response for the narrowest entry',
    { inventory: swap('does: [deny_jti, deny_sid]', 'does: [deny_sid]') },
    'access_token',
    'contain',
    ['note by hand, because no response is declared: deny_jti'],
  ],
  [
    'a verifier without a route',
    { inventory: swap("      routes: [{ url: 'https://orders.example/v1/orders', method: GET }]\n", '') },
    'access_token',
    'verify',
    ['missing no route to ask at "orders"'],
  ],
  [
    'a drill of another verifier',
    { inventory: withLegacy, drill: swap('[orders]', '[legacy]') },
    'access_token',
    'verify',
    ['missing no route to ask at "legacy"', 'missing no drill has a canary for "orders"'],
  ],
  [
    'a drill without witnesses',
    {
      drill: (text) =>
        text
          .split('\n')
          .filter((line) => !/^ {4}(?:control|broken):/.test(line))
          .join('\n'),
    },
    'access_token',
    'verify',
    [
      'note drill "leaked-access-token" has no control and no negative credential, so an outage looks like a revocation',
    ],
  ],
  [
    'nothing that shows that users get in',
    { inventory: (text) => text.slice(0, text.indexOf('  fresh_tokens:')) },
    'access_token',
    'verify',
    ['missing nothing shows that users of "orders" get in again'],
  ],
  [
    'a verifier without an owner',
    { inventory: swap("      owner: '@orders'\n", '') },
    'access_token',
    'who',
    ['missing nobody answers for "orders"', 'note no firebreak.yaml says who may approve a change in a hurry'],
  ],
  [
    'a prediction over its objective',
    { policy: swap('access_token: { max: 1m }', 'access_token: { max: 10s }') },
    'access_token',
    'how_fast',
    ['missing "orders": up to 17s, the objective is 10s', 'note no drill of it is recorded'],
  ],
  [
    'no objective',
    { policy: swap('      access_token: { max: 1m }\n', '') },
    'user_session',
    'how_fast',
    ['unknown "orders": up to 22s, and no policy says how long it may take', 'note no drill of it is recorded'],
  ],
];

describe('readiness', () => {
  it('is there for a leaked access token where nothing is missing', () => {
    const [readiness] = judgeReadiness(shop(), ['access_token']);
    expect(readiness?.answers.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => 'yes'));
    expect(readiness?.verdict).toBe('ready');
  });

  it.each(CASES)('tells %s', (...[, changes, scenario, question, expected]) => {
    expect(gapsOf(answer(scenario, question, shop(changes)))).toEqual(expected);
  });

  it('follows from the gaps, and says nothing of what cannot leak', () => {
    for (const [, changes] of CASES) {
      for (const { verdict, answers, scenario } of judgeReadiness(shop(changes))) {
        const kinds = answers.flatMap(({ gaps }) => gaps.map(({ kind }) => kind));
        const expected = kinds.includes('missing') ? 'not_ready' : kinds.includes('unknown') ? 'unknown' : 'ready';
        expect(verdict, scenario).toBe(answers.length === 0 ? 'not_applicable' : expected);
      }
    }
    expect(judgeReadiness(shop(), ['hmac_secret'])[0]).toEqual({
      scenario: 'hmac_secret',
      verdict: 'not_applicable',
      answers: [],
    });
  });

  it.each([
    [{ min: 2, from: ['@ana'] }, 'no', ['missing 2 approvals are asked for and 1 person may give one']],
    [{ min: 1, from: ['@ana', '@bo'] }, 'yes', []],
    [{ min: 2, from: null }, 'yes', []],
  ] as const)('counts who may approve: %j', (approvals, verdict, gaps) => {
    const given: GateConfig['approvals'] = { ...approvals, preventSelfApproval: true, sticky: true, ttl: ZERO };
    const found = answer('access_token', 'who', { ...shop(), approvals: given });
    expect({ verdict: found.verdict, gaps: gapsOf(found) }).toEqual({ verdict, gaps });
  });
});

describe('scope with sample logs', () => {
  it.each([
    ['access_token', { jti: 'j' }, 'yes'],
    ['access_token', { tokenHash: 'a' }, 'yes'],
    ['access_token', { sub: 's', iat: 1 }, 'no'],
    ['access_token', { sub: 's', iat: 1, exp: 2 }, 'yes'],
    ['signing_key', { jti: 'j' }, 'no'],
    ['signing_key', { kid: 'k' }, 'yes'],
    ['refresh_token', { jti: 'j', sid: 's' }, 'no'],
    ['refresh_token', { tokenHash: 'a' }, 'yes'],
    ['client', { clientId: 'c' }, 'yes'],
    ['user_session', { sub: 's' }, 'no'],
  ] as const)('of a %s that say %j: %s', (scenario, use, verdict) => {
    const found = answer(scenario, 'scope', { ...shop(), logs: sample('nginx', use) });
    expect(found.verdict).toBe(verdict);
    expect(found.basis).toBe('observed');
  });

  it('names the setting of the product that the log lacks', () => {
    const { gaps } = answer('client', 'scope', { ...shop(), logs: sample('nginx', { jti: 'j' }) });
    expect(gaps[0]).toMatchObject({
      kind: 'missing',
      fix: '$jwt_claim_client_id in the log_format of nginx, and required_claims: [client_id] in the policy',
    });
  });

  it('is unknown, never yes, where no sample could be read', () => {
    const logs = { ...sample('nginx'), natures: [], faults: ['access.log has no format that is known here'] };
    expect(answer('access_token', 'scope', { ...shop(), logs }).verdict).toBe('unknown');
  });
});

describe('how fast by the last drill', () => {
  const run = { startedAt: '2026-05-20T09:00:00Z', drill: 'leaked-access-token', policy: 'shop', verifier: 'orders' };

  it.each([
    ['within the objective', { lower: 4000, upper: 4200 }, 'yes'],
    ['certainly over it', { lower: 61_000, upper: 62_000 }, 'no'],
    ['somewhere around it', { lower: 59_000, upper: 62_000 }, 'unknown'],
  ] as const)('%s', (_, interval, verdict) => {
    const input = shop({ result: { ...run, ...interval } });
    // The example documents speak of a signing key; here it is the same drill of a token.
    const results = input.results.map((stored) => ({
      ...stored,
      result: { ...stored.result, scenario: 'access_token' as const, environment: { name: 'prod', class: 'prod' } },
    }));
    const found = answer('access_token', 'how_fast', { ...input, results });
    expect(found.verdict).toBe(verdict);
    expect(found.says).toContain('up to 11 days ago');
  });
});

describe('every scenario', () => {
  it.each(SCENARIOS)('%s has no fact and no gap without words', (scenario) => {
    for (const { says, facts, gaps } of judgeReadiness(shop(), [scenario])[0]?.answers ?? []) {
      for (const text of [says, ...facts.map((fact) => fact.says), ...gaps.map(({ what }) => what)])
        expect(text).not.toMatch(/undefined|null|NaN|^\s*$|\[object/);
    }
  });
});
