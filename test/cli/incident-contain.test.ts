import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from './command.ts';
import { firebreak, folderWith } from './command.ts';

const INVENTORY = `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: shop }
spec:
  environments: [{ name: live, class: prod, allow: [api.shop.example] }]
  issuers: [{ name: id, environment: live, issuer: https://id.example, jwks_uri: https://id.example/jwks, access_token_lifetime: 10m }]
  channels: [{ name: list, type: denylist, keys: [sid], store_lag: 0s }]
  responses:
    - { does: [deny_sid], channel: list, uses: denylist.file.add, with: { file: denied.txt } }
  verifiers:
    - name: gateway
      environment: live
      issuer: id
      library: { name: jose, version: 6.2.18 }
      channels: [{ use: list, poll_interval: 15s, fetch_timeout: 1s, fail_mode: closed }]
`;

let folder: ReturnType<typeof folderWith>;
const run = (...args: readonly string[]): Promise<Outcome> => firebreak(args, { cwd: folder.path });
const at = (file: string): string => join(folder.path, file);
const contain = (...more: readonly string[]): Promise<Outcome> =>
  run('incident', 'contain', 'inc-7', '--by', '@ana', ...more);
const denied = (): string => readFileSync(at('denied.txt'), 'utf8');

beforeEach(async () => {
  folder = folderWith({ 'policies/shop.yaml': INVENTORY, 'denied.txt': '' });
  await run(
    'incident',
    'open',
    '--leaked',
    'sid',
    's-1',
    '--issuer',
    'https://id.example',
    '--since',
    '1h',
    '--lead',
    '@ana',
    '--by',
    '@ana',
    '--dir',
    'incidents/inc-7',
  );
  await run('incident', 'plan', 'inc-7', '--by', '@ana');
});

afterEach(() => folder.remove());

describe('firebreak incident contain', () => {
  it('does nothing in production before somebody has typed the name, or somebody else has approved exactly this plan', async () => {
    expect((await contain()).code).toBe(5);
    expect((await contain('--confirm', 'inc-8')).code).toBe(5);
    expect((await contain('--yes')).code).toBe(5);
    await run('incident', 'approve', 'inc-7', '--by', '@ana');
    expect((await contain('--yes')).err).toMatch(/nobody but @ana has approved this plan/);
    await run('incident', 'approve', 'inc-7', '--by', '@bob');
    appendFileSync(at('incidents/inc-7/plan.yaml'), '# changed\n');
    expect((await contain('--yes')).code).toBe(5);
    expect(denied()).toBe('');
    await run('incident', 'approve', 'inc-7', '--by', '@bob');
    expect((await contain('--yes')).code).toBe(0);
    expect(denied()).toBe('s-1\n');
  });

  it('names only what the incident is about, whatever is written into the plan', async () => {
    const plan = at('incidents/inc-7/plan.yaml');
    writeFileSync(plan, readFileSync(plan, 'utf8').replace('"s-1"', '"s-2"'));
    const { code, err } = await contain('--confirm', 'inc-7');
    expect(code).toBe(2);
    expect(err).toMatch(/names sid "s-2", which this incident is not about/);
    expect(denied()).toBe('');
    await run('incident', 'plan', 'inc-7', '--about', 'sid=s-2', '--plan', 'other.yaml', '--by', '@ana');
    expect((await contain('--confirm', 'inc-7')).code).toBe(0);
    expect(denied()).toBe('s-2\n');
  });

  it('goes on after a record was cut off in the middle, and says so in the journal', async () => {
    const journal = at('incidents/inc-7/journal/ana.ndjson');
    appendFileSync(journal, '{"author":"@ana","seq":3,"prev');
    expect((await contain('--confirm', 'inc-7')).code).toBe(0);
    const { code, out } = await run('incident', 'journal', 'inc-7');
    expect(code).toBe(0);
    expect(out).toMatch(/@ana {2}mended {2}sha256 [0-9a-f]{64}, length 30/);
  });

  it('is not verified without a way to tell a revocation from an outage, and not closed unproven', async () => {
    await contain('--confirm', 'inc-7');
    const verify = await run('incident', 'verify', 'inc-7', '--by', '@ana');
    expect(`${verify.code} ${verify.err}`).toMatch(/^2 [\s\S]*fresh_tokens/);
    const close = await run('incident', 'close', 'inc-7', '--by', '@ana');
    expect(close.code).toBe(4);
    expect(close.out).toMatch(/nobody has verified/);
    expect((await run('incident', 'close', 'inc-7', '--anyway', 'the shop is closed', '--by', '@ana')).code).toBe(0);
    expect((await run('incident', 'postmortem', 'inc-7')).out).toMatch(
      /closed: \S+ by .*ana, anyway: the shop is closed/,
    );
  });
});
