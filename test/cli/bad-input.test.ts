import { afterEach, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';
import type { Outcome } from './command.ts';

const GOOD_POLICY = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: api, owner: '@team' }
spec:
  issuers:
    - issuer: https://id.example.com/
  tokens:
    access_token:
      algorithms: [ES256]
      audiences: [https://api.example.com]
      lifetime: { max: 5m }
`;

const folders: { remove: () => void }[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function lintOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  args: readonly string[] = Object.keys(files),
): Promise<Outcome> {
  const folder = folderWith(files);
  folders.push(folder);
  return firebreak(['lint', ...args], { cwd: folder.path });
}

describe('bad input', () => {
  it.for([
    { name: 'a missing file', files: {}, args: ['nowhere.yaml'], code: 2, says: ['nowhere.yaml', 'does not exist'] },
    { name: 'no policies and no paths', files: {}, args: [], code: 2, says: ['policies', 'firebreak init'] },
    { name: 'an empty file', files: { 'empty.yaml': '' }, code: 2, says: ['empty.yaml', 'empty'] },
    {
      name: 'a binary file',
      files: { 'binary.yaml': new Uint8Array([0, 1, 2, 255, 254]) },
      code: 2,
      says: ['binary.yaml', 'binary'],
    },
    {
      name: 'a binary file in a folder that is looked through',
      files: { 'p.yaml': GOOD_POLICY, 'logo.conf': new Uint8Array([0, 1, 2]), 'l.properties': new Uint8Array([233]) },
      args: ['.'],
      code: 0,
      says: ['not read: logo.conf (no text)', '1 policy'],
    },
    {
      name: 'a wrong kind',
      files: { 'p.yaml': GOOD_POLICY.replace('TokenPolicy', 'TokenPolcy') },
      code: 2,
      says: ['p.yaml:2:7', 'TokenPolcy', 'TokenPolicy'],
    },
    {
      name: 'an unknown key',
      files: { 'p.yaml': GOOD_POLICY.replace('algorithms:', 'algoritms:') },
      code: 2,
      says: ['p.yaml:9:7', 'algoritms', 'did you mean "algorithms"'],
    },
    {
      name: 'a number without a unit',
      files: { 'p.yaml': GOOD_POLICY.replace('5m', '300') },
      code: 2,
      says: ['p.yaml:11:24', 'unit'],
    },
    {
      name: 'a wrong unit',
      files: { 'p.yaml': GOOD_POLICY.replace('5m', '5min') },
      code: 2,
      says: ['p.yaml:11:24', '5min'],
    },
    {
      name: 'policies that extend each other in a circle',
      files: {
        'a.yaml': GOOD_POLICY.replace('name: api', 'name: a').replace('spec:', 'spec:\n  extends: [b]'),
        'b.yaml': GOOD_POLICY.replace('name: api', 'name: b').replace('spec:', 'spec:\n  extends: [a]'),
      },
      code: 2,
      says: ['a -> b -> a'],
    },
    {
      name: 'a key set that is HTML',
      files: { 'jwks.json': '<!doctype html><html><body>502</body></html>' },
      code: 2,
      says: ['jwks.json:1:1', 'HTML'],
    },
    {
      name: 'a 50 MB key set',
      files: { 'jwks.json': `{"keys":[${' '.repeat(50 * 1024 * 1024)}]}` },
      code: 2,
      says: ['jwks.json', 'MB'],
    },
    {
      name: 'a duplicate key',
      files: { 'p.yaml': `${GOOD_POLICY}apiVersion: again\n` },
      code: 2,
      says: ['p.yaml:12:1', 'apiVersion'],
    },
    {
      name: 'a tab as indentation',
      files: { 'p.yaml': GOOD_POLICY.replace('  issuers', '\tissuers') },
      code: 2,
      says: ['p.yaml:5', 'tab'],
    },
    {
      name: 'an alias bomb',
      files: {
        'p.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
          .split('')
          .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
          .join('\n')}\n`,
      },
      code: 2,
      says: ['p.yaml:1:4', 'anchor'],
    },
  ] as { name: string; files: Record<string, string | Uint8Array>; args?: string[]; code: number; says: string[] }[])(
    'is explained: $name',
    async ({ files, args, code, says }) => {
      const outcome = await lintOf(files, args);
      for (const text of says) expect(outcome.err + outcome.out).toContain(text);
      expect(outcome.err).not.toMatch(/\n\s+at .*\(/);
      expect(outcome.code).toBe(code);
    },
  );

  it('shows every problem of a document at once', async () => {
    const { err, out } = await lintOf({
      'p.yaml': GOOD_POLICY.replace('algorithms:', 'algoritms:').replace('5m', '300').replace('owner', 'ovner'),
    });
    for (const text of ['algoritms', 'unit', 'ovner']) expect(err + out).toContain(text);
  });

  it('reads a byte order mark and CRLF line ends as if they were not there', async () => {
    const { code, out, err } = await lintOf({
      'p.yaml': `\uFEFF${GOOD_POLICY.replaceAll('\n', '\r\n').replace('5m', '300')}`,
    });
    expect(err + out).toContain('p.yaml:11:24');
    expect(code).toBe(2);
  });

  it.for([
    { args: ['lint', '--no-such-flag'], says: '--no-such-flag' },
    { args: ['lnt'], says: 'lint' },
    { args: ['lint', '--format', 'xml'], says: 'xml' },
    { args: ['lint', '--fail-on', 'sometimes'], says: 'sometimes' },
    { args: ['explain', 'jwks/rsa-rocka'], says: 'jwks/rsa-roca' },
    { args: ['schema', 'Policy'], says: 'TokenPolicy' },
    { args: ['check', '-', '--policy', 'nope', '--policies', 'policies'], says: 'nope' },
    { args: ['drill', 'run', 'drills/none.yaml'], says: 'drills/none.yaml' },
    { args: ['lint', 'policies', '--now', 'yesterday'], says: 'yesterday' },
  ])('leaves with 2 and a hint for firebreak $args', async ({ args, says }) => {
    const { code, err } = await firebreak(args);
    expect(err).toContain(says);
    expect(code).toBe(2);
  });

  it('says that a report could not be written, and leaves nothing half written', async () => {
    const folder = folderWith({ 'p.yaml': GOOD_POLICY, plain: 'keep' });
    folders.push(folder);
    const { code, err } = await firebreak(['lint', 'p.yaml', '-o', 'sarif=plain/report.sarif'], { cwd: folder.path });
    expect(err).toContain('plain/report.sarif');
    expect(code).toBe(3);
  });
});
