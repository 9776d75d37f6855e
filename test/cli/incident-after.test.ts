import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from './command.ts';
import { firebreak, folderWith } from './command.ts';

const ME = ['--by', '@ana'];

const POLICY = `# Who may do what in the shop.
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: shop, owner: '@shop' }
spec:
  issuers: [{ issuer: https://id.example, jwks_uri: https://id.example/jwks }]
  tokens:
    access_token:
      algorithms: [ES256]
      audiences: [https://shop.example]
      lifetime: { max: 10m } # as long as the batch runs
      required_claims: [iss, exp, aud, sub, iat]
  revocation:
    objectives: { user_session: { max: 2m } }
    channels:
      - { type: denylist, keys: [sub], poll_interval: 15s, max_propagation: 1m, fail_mode: closed }
`;

const [, INVENTORY = ''] = /```yaml cut-off\n([\s\S]*?)```/.exec(readFileSync('docs/incident.md', 'utf8')) ?? [];

/** A verifier that nothing reaches. */
const DEAF = `    - name: reports
      environment: live
      issuer: id
      policy: shop
      library: { name: jose, version: 6.2.18 }
`;

const REVOCATIONS = `apiVersion: firebreak.dev/v1alpha1
kind: Revocation
metadata: { name: cut-offs, owner: '@identity' }
spec:
  issuer: https://id.example
  reason: sessions of users that were taken over
  created: 2026-11-01
  expires: 2027-06-30
  revoke: # incidents append to it
    - { sub: u-0, issued_before: 2026-11-01T00:00:00Z }
`;

let folder: ReturnType<typeof folderWith>;
const run = (...args: readonly string[]): Promise<Outcome> => firebreak(args, { cwd: folder.path });
const git = (where: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@shop.example', ...args], {
    cwd: join(folder.path, where),
    encoding: 'utf8',
  });

/** The JSON of a command, after checking it against the schema that is published for it. */
async function checked(name: string, ...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { code, out, err } = await run('incident', name, 'inc-7', ...args, '-f', 'json');
  const schema = JSON.parse((await run('schema', `incident-${name}`)).out) as object;
  const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
  const data = JSON.parse(out === '' ? `{"failed": ${JSON.stringify(`${code} ${err}`)}}` : out) as Record<
    string,
    unknown
  >;
  expect(validate(data) ? [] : [validate.errors, data], name).toEqual([]);
  return data;
}

const SUBJECT = 'u-"1" }';

beforeAll(async () => {
  folder = folderWith({
    'policies/shop.yaml': POLICY,
    'policies/inventory.yaml': `${INVENTORY.replace('issuer: id\n', 'issuer: id\n      policy: shop\n')}${DEAF}`,
    'notes.txt': 'one\n',
    'deployed/revocations.yaml': REVOCATIONS,
  });
  git('deployed', 'init', '-q', '-b', 'live');
  git('deployed', 'add', '.');
  git('deployed', 'commit', '-qm', 'one');
  git('deployed', 'checkout', '-q', '--detach');
  git('.', 'init', '-q', '-b', 'main');
  git('.', 'config', 'user.name', 'Ana');
  git('.', 'config', 'user.email', 'ana@shop.example');
  git('.', 'add', 'policies', 'notes.txt');
  git('.', 'commit', '-qm', 'one');
  const open = ['--leaked', 'sid', 's-1', '--issuer', 'https://id.example', '--since', '1h', '--lead', '@ana'];
  await run('incident', 'open', ...open, ...ME, '--dir', 'incidents/inc-7');
});

afterAll(() => folder.remove());

describe('a cut-off by a commit', () => {
  it('is planned, made once, and rendered for verifiers', async () => {
    const plan = await checked('plan', '--about', `sub=${SUBJECT}`, ...ME);
    expect(plan).toMatchObject({ steps: [{ does: 'cut_off_subject', uses: 'git.commit', reaches: ['gateway'] }] });
    const before = Date.now();
    expect(await checked('contain', '--confirm', 'inc-7', ...ME)).toMatchObject({ complete: true });
    expect(await checked('contain', '--confirm', 'inc-7', ...ME)).toMatchObject({ steps: [{ state: 'was_done' }] });
    expect(git('deployed', 'log', '--format=%s', 'live').trim().split('\n')).toEqual([
      'Cut off the tokens of a user',
      'one',
    ]);

    const text = git('deployed', 'show', 'live:revocations.yaml');
    expect(text.startsWith(REVOCATIONS)).toBe(true);
    const live = folderWith({ 'revocations.yaml': text });
    try {
      const { code, out } = await firebreak(['render', 'json', 'revocations.yaml'], { cwd: live.path });
      expect(code).toBe(0);
      const { revocations } = JSON.parse(out) as {
        revocations: readonly { readonly sub?: string; readonly issued_before?: number }[];
      };
      const entry = revocations.find(({ sub }) => sub === SUBJECT);
      expect(entry?.issued_before).toBeGreaterThanOrEqual(Math.floor(before / 1000));
      expect(entry?.issued_before).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000));
      expect(revocations).toHaveLength(2);
    } finally {
      live.remove();
    }
  });

  it('is not proven by itself, and close says so to programs', async () => {
    expect(await checked('close', ...ME)).toMatchObject({ closed: false, by: null });
    expect(await checked('journal')).toHaveProperty('records');
    expect(await checked('postmortem')).toMatchObject({ contained: null });
  });
});

describe('firebreak incident strengthen', () => {
  it('shows what was learnt and writes nothing', async () => {
    const { code, out, err } = await run('incident', 'strengthen', 'inc-7');
    expect({ code, err }).toEqual({ code: 0, err: 'nothing was written; write it with --branch or --apply\n' });
    expect(out).toMatch(/\+ have the denylist of policy shop name a sid/);
    expect(out).toMatch(/^\+ {6}- \{ type: denylist, keys: \[sub, sid\]/m);
    expect(out).toMatch(/Policy diff HEAD -> firebreak\/incident-inc-7/);
    expect(git('.', 'status', '--porcelain', 'policies')).toBe('');
    expect(git('.', 'branch').trim()).toBe('* main');
  });

  it('makes a branch without touching the work tree, whose diff is what it said', async () => {
    appendFileSync(join(folder.path, 'notes.txt'), 'somebody works here\n');
    const proposal = await checked('strengthen', '--branch', ...ME);
    const { commit } = proposal['branch'] as { readonly commit: string };
    expect(git('.', 'rev-parse', 'firebreak/incident-inc-7').trim()).toBe(commit);
    expect(git('.', 'show', '-s', '--format=%ae %p %s', commit).trim()).toBe(
      `ana@shop.example ${git('.', 'rev-parse', '--short', 'main').trim()} Strengthen policies after incident inc-7`,
    );
    expect(git('.', 'diff', '--name-only', 'main', commit).trim()).toBe('policies/shop.yaml');
    expect(git('.', 'status', '--porcelain', '-uno').trim()).toBe('M notes.txt');
    expect(git('.', 'show', `${commit}:policies/shop.yaml`)).toBe(
      POLICY.replace('keys: [sub]', 'keys: [sub, sid]').replace('lifetime: { max: 10m }', 'lifetime: { max: 1m }'),
    );
    const { out } = await run('diff', 'main', 'firebreak/incident-inc-7', '-f', 'markdown');
    const pullRequest = readFileSync(join(folder.path, 'incidents/inc-7/pull-request.md'), 'utf8');
    const table = out.split('\n').filter((line) => line.startsWith('|'));
    expect(table.length).toBeGreaterThan(2);
    for (const line of table) expect(pullRequest).toContain(line);

    const again = await run('incident', 'strengthen', 'inc-7', '--branch', ...ME);
    expect(again.code).not.toBe(0);
    expect(again.err).toMatch(/there is a branch "firebreak\/incident-inc-7" already/);
  });

  it('makes no branch of what nobody has committed, and writes into the work tree when it is told to', async () => {
    appendFileSync(join(folder.path, 'policies/shop.yaml'), '# not committed\n');
    const refused = await run('incident', 'strengthen', 'inc-7', '--branch', 'other', ...ME);
    expect(refused.err).toMatch(/policies\/shop\.yaml is not what the last commit has/);
    expect((await run('incident', 'strengthen', 'inc-7', '--apply', '--branch', ...ME)).code).toBe(2);
    expect((await run('incident', 'strengthen', 'inc-7', '--apply', ...ME)).code).toBe(0);
    const text = readFileSync(join(folder.path, 'policies/shop.yaml'), 'utf8');
    expect(text).toMatch(/^# Who may do what in the shop\.\n[\s\S]*keys: \[sub, sid\][\s\S]*# not committed\n$/);
    expect((await run('lint', 'policies')).code).toBeLessThan(2);
    const after = await run('incident', 'strengthen', 'inc-7');
    expect(after.out).not.toMatch(/name a sid/);
  });
});
