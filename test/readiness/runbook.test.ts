import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/model/policy.ts';
import { SCENARIOS } from '../../src/model/policy.ts';
import type { Runbook } from '../../src/model/runbook.ts';
import { RUNBOOK_SECTIONS } from '../../src/model/runbook.ts';
import { runbookFor } from '../../src/readiness/runbook.ts';
import { runbookMarkdown } from '../../src/report/runbook-markdown.ts';
import type { ShopChanges } from './shop.ts';
import { shop, swap } from './shop.ts';

function runbook(scenario: Scenario, changes: ShopChanges = {}): Runbook {
  const found = runbookFor(scenario, shop(changes));
  if (found === null) throw new Error(`no runbook for ${scenario}`);
  return found;
}

const containSteps = (book: Runbook): readonly string[] =>
  book.steps.filter(({ section }) => section === 'contain').map(({ key }) => key);

describe('a runbook', () => {
  it.each([
    // Patch first, then what is out there, then what stops more of it, then what replaces and purges.
    ['access_token', {}, ['patch', 'plan', 'deny', 'last_resort']],
    ['refresh_token', {}, ['patch', 'plan', 'deny', 'revoke_family']],
    ['signing_key', {}, ['patch', 'rotate_key', 'remove_key']],
    [
      'signing_key',
      { policy: swap('signing_key: { max: 15m }', 'signing_key: { max: 1m }') },
      ['patch', 'rotate_key', 'remove_key', 'flush_caches'],
    ],
    ['client', {}, ['patch', 'block_client', 'rotate_client_secret', 'wait']],
    ['user_session', {}, ['patch', 'plan', 'deny', 'end_session']],
    [
      'user_session',
      { inventory: swap('      routes: [{ url', '      derived_session_lifetime: 1h\n      routes: [{ url') },
      ['patch', 'plan', 'deny', 'end_session', 'purge_sessions'],
    ],
  ] as const)('of %s contains in this order: %j', (scenario, changes, keys) => {
    expect(containSteps(runbook(scenario, changes))).toEqual(keys);
  });

  it('denies by the narrowest entry that the lists here can hold', () => {
    const title = (changes: ShopChanges): string | undefined =>
      runbook('access_token', changes).steps.find(({ key }) => key === 'deny')?.title;
    expect(title({})).toBe('Refuse what is out there: put its jti on the denylist');
    expect(title({ inventory: swap('keys: [jti, sid], delivery', 'keys: [sid, sub], delivery') })).toBe(
      'Refuse what is out there: put its sid on the denylist',
    );
  });

  it('says what does nothing about it, and why', () => {
    const useless = runbook('signing_key').useless.find(({ does }) => does.includes('put its jti on the denylist'));
    expect(useless?.why).toContain('whoever has the key writes every claim');
    expect(runbook('access_token').useless.flatMap(({ does }) => does)).not.toContain('put its jti on the denylist');
  });

  it('shows predictions, objectives and what the last drill measured, by verifier', () => {
    const drill = { startedAt: '2026-05-20T09:00:00Z', policy: 'shop', verifier: 'orders', lower: 4000, upper: 4200 };
    const input = shop({ result: drill });
    const results = input.results.map((stored) => ({
      ...stored,
      result: { ...stored.result, environment: { name: 'prod', class: 'prod' } },
    }));
    expect(runbookFor('signing_key', { ...input, results })?.verifiers).toEqual([
      {
        name: 'orders',
        environment: 'prod',
        owner: '@orders',
        policy: 'shop',
        predicted: 675_000,
        objective: 900_000,
        measured: { day: '2026-05-20', upper: 4200 },
        first: null,
      },
    ]);
  });

  it.each(SCENARIOS.filter((scenario) => scenario !== 'hmac_secret'))('of %s has every part', (scenario) => {
    const book = runbook(scenario);
    expect([...new Set(book.steps.map(({ section }) => section))]).toEqual([...RUNBOOK_SECTIONS]);
    const keys = book.steps.map(({ section, key }) => `${section}/${key}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(runbookMarkdown(book)).not.toMatch(/undefined|null|NaN|\[object/);
  });

  it('is nothing where nothing of the kind can leak', () => {
    expect(runbookFor('hmac_secret', shop())).toBeNull();
  });

  it('is a page that a person can follow', async () => {
    const changes = { inventory: swap("owner: '@orders'", "owner: 'orders@shop.example'") };
    await expect(runbookMarkdown(runbook('refresh_token', changes))).toMatchFileSnapshot('refresh-token.golden.md');
  });

  it('lets no name out of a file become a command or a link', () => {
    const hostile = 'https://id.example/$(id)`id`;[x](http://evil.example)';
    const book = runbook('signing_key', {
      inventory: swap('issuer: https://id.example\n', `issuer: '${hostile}'\n`),
      policy: swap("owner: '@identity'", "owner: '[x](https://evil.example) `a`'"),
    });
    const page = runbookMarkdown(book);
    expect(page).toContain(`--issuer '${hostile}'`);
    expect(page.replaceAll(/```sh[\s\S]*?```/g, '')).not.toMatch(/(?<!\\)\]\(/);
  });
});
