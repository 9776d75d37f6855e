import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readGateConfig } from '../../src/policy/read-gate-config.ts';
import { GATE_DEFAULTS } from '../../src/policy/gate-defaults.ts';
import { firebreak, folderWith } from './command.ts';

const NOW = ['--now', '2026-11-23T09:00:00Z'];

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function workspace(files: Readonly<Record<string, string>> = {}): string {
  const folder = folderWith(files);
  cleanups.push(folder.remove);
  return folder.path;
}

describe('docs/gate.md', () => {
  const page = readFileSync('docs/gate.md', 'utf8');

  /** Files that the page shows: YAML whose first line names where it is. */
  const files = Object.fromEntries(
    [...page.matchAll(/```yaml\n# (\S+\.yaml)\n([\s\S]*?)```/g)].map(([, file = '', text = '']) => [
      file,
      `# ${file}\n${text}`,
    ]),
  );

  it('shows files that are read, and what its commands print', async () => {
    expect(Object.keys(files)).toHaveLength(4);
    const cwd = workspace(
      // The page shows lines without the comment that names the file.
      Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.slice(text.indexOf('\n') + 1)])),
    );
    const sessions = [...page.matchAll(/```console\n\$ firebreak (.*)\n([\s\S]*?)```/g)];
    expect(sessions).toHaveLength(2);
    for (const [, command = '', shown = ''] of sessions) {
      const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
      const { out, err } = await firebreak([...NOW, ...args], { cwd });
      expect(err).toBe('');
      expect(out).toBe(shown);
    }
    const lint = await firebreak([...NOW, 'lint', '--fail-on', 'never'], { cwd });
    expect(lint).toMatchObject({ code: 0, err: '' });
  });

  it('shows a gate that has no fault', () => {
    const { problems, config } = readGateConfig('firebreak.yaml', files['firebreak.yaml'] ?? null);
    expect(problems).toEqual([]);
    expect(config.approvals.from).toEqual(['alice@example.com', 'bob@example.com', 'carol@example.com']);
  });

  it('has its gate checked by lint', async () => {
    const cwd = workspace({ ...files, 'firebreak.yaml': 'version: 1\ngate: { ded: deny }\n' });
    const { code, err, out } = await firebreak([...NOW, 'lint', '--fail-on', 'never'], { cwd });
    expect(`${out}${err}`).toContain('did you mean "dead"?');
    expect(code).toBe(2);
  });

  it('names every kind of change and its default', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\| `(\w+)` +\|/gm)].map(([, cause, rule]) => [cause, rule]);
    expect(Object.fromEntries(rows)).toEqual(GATE_DEFAULTS.rules);
  });
});

describe('firebreak test', () => {
  const POLICY = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: orders, owner: '@a' }
spec:
  issuers: [{ issuer: https://id.example.com/ }]
  tokens: { access_token: { audiences: [orders] } }
`;
  const TEST = (expected: string): string => `apiVersion: firebreak.dev/v1alpha1
kind: TokenTest
metadata: { name: orders }
spec:
  policy: orders
  at: 2026-11-23T09:00:00Z
  cases:
    - name: the <token> passes
      header: { alg: ES256, typ: at+jwt, kid: k1 }
      claims: { iss: https://id.example.com/, aud: orders, iat: -10s, exp: +3m, sub: u1, client_id: app, jti: a1 }
      expect: ${expected}
`;

  it('passes, fails, and says when there is nothing to run', async () => {
    const cwd = workspace({ 'policies/orders.yaml': POLICY, 'tests/orders.yaml': TEST('accept') });
    expect(await firebreak(['test'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no TokenTest in policies') as string,
    });
    // The policies are found beside tests that have none of their own.
    expect(await firebreak(['test', 'tests'], { cwd })).toMatchObject({
      code: 0,
      out: 'ok   orders  1 case\n\n1 case, all as expected\n',
    });
    writeFileSync(join(cwd, 'tests/orders.yaml'), TEST('reject'));
    expect(await firebreak(['test', 'tests'], { cwd })).toMatchObject({ code: 1, err: '' });
    expect((await firebreak(['test', 'tests', '--policies', 'policies/orders.yaml'], { cwd })).code).toBe(1);
    writeFileSync(join(cwd, 'tests/orders.yaml'), TEST('refuse'));
    const faulty = await firebreak(['test', 'tests'], { cwd });
    expect(faulty).toMatchObject({ code: 2, out: '' });
    expect(faulty.err).toContain('choose one of accept, reject');
    expect((await firebreak(['test', 'nowhere'], { cwd })).code).toBe(2);
  });

  it('writes for programs and for viewers that count tests', async () => {
    const cwd = workspace({ 'policies/orders.yaml': POLICY, 'policies/test.yaml': TEST('reject') });
    const { code, out } = await firebreak(['test', '-f', 'json', '-o', 'junit=j.xml', '-o', 'json=-'], { cwd });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      schema_version: '1.0',
      summary: { cases: 1, passed: 0, failed: 1 },
      cases: [
        {
          test: 'orders',
          name: 'the <token> passes',
          passed: false,
          expect: 'reject',
          verdict: 'accept',
          path: 'policies/test.yaml',
          line: 8,
          column: 13,
        },
      ],
    });
    expect(readFileSync(join(cwd, 'j.xml'), 'utf8')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="firebreak test" tests="1" failures="1" errors="0">
  <testsuite name="orders" tests="1" failures="1" errors="0">
    <testcase classname="orders" name="the &lt;token&gt; passes" file="policies/test.yaml" line="8"><failure message="accepted, expected to be rejected">policies/test.yaml:8:13
hint: tighten the policy, or expect: accept</failure></testcase>
  </testsuite>
</testsuites>
`);
  });
});

describe('firebreak approve', () => {
  const FILE = 'policies/approvals/orders.yaml';
  const WHY = ['--reason', 'the clients cannot do better before winter', '--until', '2026-12-15'];
  const approve = (cwd: string, ...args: readonly string[]): ReturnType<typeof firebreak> =>
    firebreak([...NOW, 'approve', ...args, ...WHY, '--file', FILE], { cwd });

  it('writes, extends what the same person says, and keeps comments', async () => {
    const cwd = workspace();
    const path = join(cwd, FILE);
    expect(await approve(cwd, '123456789012', '123456789012', '--by', 'bob@example.com')).toMatchObject({ code: 0 });
    const first = readFileSync(path, 'utf8');
    expect(first).toContain('changes: ["123456789012"]');
    writeFileSync(path, first.replace('spec:', '# seen in the call of Monday\nspec:'));
    // Digits with an e would be a number, were they not quoted.
    const more = await approve(cwd, '7e1234567890', '123456789012', '--by', 'bob@example.com');
    expect(more.out).toContain('extended ChangeApproval "orders"');
    expect(more.out).not.toContain('approves 123456789012');
    const again = await approve(cwd, '7e1234567890', '--by', 'bob@example.com');
    expect(again.out).toContain('left as it was: ChangeApproval "orders"');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('# seen in the call of Monday');
    expect(text).toContain('["123456789012", "7e1234567890"]');
    expect((await firebreak([...NOW, 'lint'], { cwd })).code).toBe(0);
  });

  it('never lets one person approve what another did', async () => {
    const cwd = workspace();
    await approve(cwd, 'aaaaaaaaaaaa', '--by', 'bob@example.com');
    const carol = await approve(cwd, 'bbbbbbbbbbbb', '--by', 'carol@example.com', '--permanent');
    expect(carol.out).toContain('wrote ChangeApproval "orders-2"');
    const text = readFileSync(join(cwd, FILE), 'utf8');
    expect(text.split('---')).toHaveLength(2);
    expect(text.split('---')[0]).not.toContain('bbbbbbbbbbbb');
    expect((await firebreak([...NOW, 'lint'], { cwd })).code).toBe(0);
  });

  it.for([
    {
      name: 'a fingerprint of 11 digits',
      args: ['aaaaaaaaaaa', '--by', 'b@example.com'],
      says: 'is not the fingerprint',
    },
    { name: 'capital letters', args: ['AAAAAAAAAAAA', '--by', 'b@example.com'], says: 'in small letters' },
    { name: 'the fingerprint of a finding', args: ['aaaaaaaaaaaaaaaa', '--by', 'b@example.com'], says: 'waiver add' },
    { name: 'nobody', args: ['aaaaaaaaaaaa', '--by', 'bob'], says: 'not a person' },
    { name: 'no changes', args: ['--by', 'b@example.com'], says: "missing required argument 'fingerprints'" },
    { name: 'no name', args: ['aaaaaaaaaaaa'], says: '--by' },
    { name: 'a past day', args: ['aaaaaaaaaaaa', '--by', 'b@example.com', '--until', '2026-11-22'], says: 'is past' },
    { name: 'no day', args: ['aaaaaaaaaaaa', '--by', 'b@example.com', '--until', '2026-02-30'], says: 'is not a day' },
    {
      name: 'no reason',
      args: ['aaaaaaaaaaaa', '--by', 'b@example.com', '--reason', 'because'],
      says: 'write at least 20 characters',
    },
    {
      name: 'a file that is no YAML',
      args: ['aaaaaaaaaaaa', '--by', 'b@example.com', '--file', 'a.json'],
      says: 'gives the approval no name',
    },
  ])('refuses $name', async ({ args, says }) => {
    const cwd = workspace();
    const { code, err } = await firebreak([...NOW, 'approve', ...WHY, '--file', FILE, ...args], { cwd });
    expect(err).toContain(says);
    expect(code).toBe(2);
    expect(() => readFileSync(join(cwd, FILE))).toThrow();
  });

  it('does not touch a file that has faults', async () => {
    const cwd = workspace();
    const broken = 'apiVersion: firebreak.dev/v1alpha1\nkind: ChangeApproval\n';
    mkdirSync(dirname(join(cwd, FILE)), { recursive: true });
    writeFileSync(join(cwd, FILE), broken);
    expect((await approve(cwd, 'aaaaaaaaaaaa', '--by', 'b@example.com')).code).toBe(2);
    expect(readFileSync(join(cwd, FILE), 'utf8')).toBe(broken);
  });
});
