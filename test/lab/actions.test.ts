import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firebreak, folderWith, start } from '../cli/command.ts';

const DRILL = readFileSync('drills/leaked-access-token.yaml', 'utf8')
  .replace("targets: ['*']", 'targets: [jose]')
  .replace(/late_checks: \[.*?\]/, 'late_checks: []');

const DENY = 'uses: denylist.file.add, with: { type: jti, of: canary, file: denied.txt }';
const ASK = 'uses: manual, with: { text: Disable it., undo: none, reason: nothing is left behind }';

const BEFORE = 'somebody\n';

let folder: ReturnType<typeof folderWith>;
const denied = (): string => readFileSync(join(folder.path, 'denied.txt'), 'utf8');

beforeEach(() => {
  folder = folderWith({
    'policies/lab.yaml': readFileSync('policies/lab.yaml', 'utf8'),
    'policies/lab-inventory.yaml': readFileSync('policies/lab-inventory.yaml', 'utf8'),
    'drills/file.yaml': DRILL.replace(/uses: denylist\.add, with: \{.*?\}/, DENY),
    'drills/manual.yaml': DRILL.replace(/uses: denylist\.add, with: \{.*?\}/, ASK),
    'denied.txt': BEFORE,
  });
});

afterEach(() => folder.remove());

/** Kills a drill with SIGKILL once its entry is in the file. */
async function killedDrill(): Promise<void> {
  const run = start(['drill', 'run', 'drills/file.yaml'], { cwd: folder.path });
  while (!denied().includes('\n', BEFORE.length)) {
    if (run.child.exitCode !== null) throw new Error(`the drill ended before: ${JSON.stringify(await run.outcome)}`);
    await pause(10);
  }
  run.child.kill('SIGKILL');
  expect((await run.outcome).signal).toBe('SIGKILL');
}

describe('a drill with actions of its own', () => {
  it('runs on the lab and leaves the file as it was', async () => {
    const { code, err, out } = await firebreak(['drill', 'run', 'drills/file.yaml'], { cwd: folder.path });
    // The verifiers of the lab do not read this file, so the canary stays accepted.
    expect(`${code} ${err}${out}`).toMatch(/^1 /);
    expect(denied()).toBe(BEFORE);
  });

  it('is undone from the journal alone after kill -9, although its lab has ended with it', async () => {
    await killedDrill();
    expect(denied()).not.toBe(BEFORE);
    const { code, out } = await firebreak(['drill', 'recover'], { cwd: folder.path });
    expect(out).toMatch(/undone {2}deny jti .* of the canary in denied\.txt \(read back at the source: gone\)/);
    expect(code).toBe(0);
    expect(denied()).toBe(BEFORE);
  });

  it('leaves with 6 and says what to do by hand while the target is away', async () => {
    await killedDrill();
    const entry = denied().slice(BEFORE.length).trimEnd();
    renameSync(join(folder.path, 'denied.txt'), join(folder.path, 'away.txt'));
    const { code, out } = await firebreak(['drill', 'recover'], { cwd: folder.path });
    expect(code).toBe(6);
    expect(out).toContain(`by hand: take this entry out of denied.txt: ${entry}`);
    renameSync(join(folder.path, 'away.txt'), join(folder.path, 'denied.txt'));
    expect((await firebreak(['drill', 'recover'], { cwd: folder.path })).code).toBe(0);
    expect(denied()).toBe(BEFORE);
  });

  it.for([{ flags: [] }, { flags: ['--no-input'] }])(
    'refuses a manual step before anything changes where nobody can be asked: $flags',
    async ({ flags }) => {
      const { code, err } = await firebreak(['drill', 'run', 'drills/manual.yaml', ...flags], { cwd: folder.path });
      expect(err).toContain('error[drill/person-needed]: a step needs a person, and nobody can be asked here');
      expect(code).toBe(5);
    },
  );

  it('shows exact calls, whom they reach and how they are undone in its plan', async () => {
    const { out } = await firebreak(['drill', 'plan', 'drills/file.yaml'], { cwd: folder.path });
    expect(out).toContain(`  2  deny             put a canary token on a denylist in a file  <- containment
       call     add a line in denied.txt: {jti of canary}
       reaches  this one entry, for every process that reads denied.txt
`);
    expect(out).toContain('  deny: take this entry out and leave all others, read the file back\n');
    expect(out).toContain(
      '  touches    issuer lab: keys, tokens, log-ins and list entries of this run only; and what deny reaches\n',
    );
  });
});
