/** `firebreak init` as people run it: what it writes lints, infers and never overwrites. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ownFolder } from './own-folder.ts';

const { path: folderPath, run, read, put, filesThere } = ownFolder();

const fixture = (path: string): string => readFileSync(`test/adapters/${path}`, 'utf8');

describe('what init writes', () => {
  it.each([
    ['minimal', 'github', 3],
    ['standard', 'github', 7],
    ['full', 'github', 8],
    ['minimal', 'gitlab', 3],
    ['full', 'gitlab', 6],
    ['standard', 'none', 4],
  ])('%s for %s lints without a finding and keeps its promises', async (template, forge, count) => {
    const { code, out } = await run('init', '--template', template, '--ci', forge, '--owner', '@identity');
    expect(code).toBe(0);
    expect(filesThere()).toHaveLength(count);
    for (const path of filesThere()) expect(out).toContain(`wrote ${path}`);
    expect(out).toContain('\n  firebreak lint\n');
    expect(await run('lint', '--fail-on', 'warning')).toMatchObject({ code: 0 });
    expect(await run('predict', '--gate')).toMatchObject({ code: 0 });
  });

  it('takes GitLab where there is a .gitlab-ci.yml', async () => {
    put('.gitlab-ci.yml', 'stages: []\n');
    const { out } = await run('init');
    expect(out).toContain('wrote .gitlab/firebreak.gitlab-ci.yml');
    expect(out).toContain('include .gitlab/firebreak.gitlab-ci.yml');
    expect(read('.gitlab/firebreak.gitlab-ci.yml')).toContain('include: [{ local: .gitlab/firebreak.gitlab-ci.yml }]');
  });

  it('measures its drill in the embedded lab', async () => {
    await run('init');
    const { code, out } = await run('drill', 'run', 'drills/leaked-signing-key.yaml', '--arm', 'quiet', '-q');
    expect(out).toContain('lab-jose');
    expect(code).toBe(0);
  }, 120_000);

  it('is only shown with --dry-run', async () => {
    const { code, out } = await run('init', 'sub', '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('# would write sub/policies/token-policy.yaml');
    expect(filesThere()).toEqual([]);
  });
});

describe('files that exist', () => {
  it('are all named, and nothing is written', async () => {
    put('policies/inventory.yaml', 'mine');
    put('drills/leaked-signing-key.yaml', 'mine too');
    const { code, err } = await run('init');
    expect(code).toBe(2);
    expect(err).toContain('policies/inventory.yaml, drills/leaked-signing-key.yaml exist already; nothing was written');
    expect(err).toContain('--force');
    expect(filesThere()).toEqual(['drills/leaked-signing-key.yaml', 'policies/inventory.yaml']);
  });

  it('are replaced with --force', async () => {
    put('policies/inventory.yaml', 'mine');
    expect(await run('init', '--force')).toMatchObject({ code: 0 });
    expect(read('policies/inventory.yaml')).toContain('kind: Inventory');
    expect(filesThere().filter((path) => /tmp|kept/.test(path))).toEqual([]);
  });

  it('come back when one of them cannot be replaced', async () => {
    put('policies/token-policy.yaml', 'mine');
    mkdirSync(join(folderPath(), 'policies/inventory.yaml'));
    const { code, err } = await run('init', '--force');
    expect(code).toBe(3);
    expect(err).toContain('nothing was written');
    expect(read('policies/token-policy.yaml')).toBe('mine');
    expect(filesThere()).toEqual(['policies/token-policy.yaml']);
    expect(existsSync(join(folderPath(), 'drills'))).toBe(false);
  });

  it('that are links to nowhere are not followed', async () => {
    mkdirSync(join(folderPath(), 'policies'));
    symlinkSync('/nonexistent/file', join(folderPath(), 'policies/inventory.yaml'));
    const { code, err } = await run('init');
    expect(code).not.toBe(0);
    expect(err).toContain('nothing was written');
    expect(filesThere().filter((path) => path.endsWith('.yaml'))).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('in a folder that nobody may write to stay as they are', async () => {
    mkdirSync(join(folderPath(), 'policies'));
    chmodSync(join(folderPath(), 'policies'), 0o500);
    const { code, err } = await run('init');
    expect(code).toBe(3);
    expect(err).toContain('permission denied');
    chmodSync(join(folderPath(), 'policies'), 0o700);
    expect(filesThere()).toEqual([]);
  });
});

/** Keys of the documented syntax: what a typing mistake in a template would break. */
const WORKFLOW_KEYS = ['name', 'on', 'permissions', 'concurrency', 'jobs'];
const JOB_KEYS = ['name', 'needs', 'runs-on', 'timeout-minutes', 'permissions', 'outputs', 'steps', 'if'];
const STEP_KEYS = ['id', 'name', 'if', 'uses', 'with', 'run', 'env'];
const GITLAB_KEYS = [
  'extends',
  'image',
  'variables',
  'timeout',
  'rules',
  'script',
  'after_script',
  'artifacts',
  'cache',
  'resource_group',
];

/** Commands that workflows may name before this program has them. */
const COMING: readonly string[] = ['diff'];

interface Step {
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

describe('the workflows', () => {
  const commandsIn = (text: string): readonly string[] =>
    [...text.matchAll(/firebreak@[\d.]+ ([a-z]+)/g)].map(([, command = '']) => command);

  it('of GitHub are well-formed, pinned, and may do no more than they need', async () => {
    await run('init', '--template', 'full', '--ci', 'github');
    const names = readdirSync(join(folderPath(), '.github/workflows'));
    expect(names).toHaveLength(3);
    for (const name of names) {
      const workflow = parse(read(`.github/workflows/${name}`)) as Record<string, unknown> & {
        jobs: Record<string, Job>;
      };
      expect(WORKFLOW_KEYS).toEqual(expect.arrayContaining(Object.keys(workflow)));
      expect(workflow['permissions']).toEqual({});
      for (const job of Object.values(workflow.jobs)) {
        expect(JOB_KEYS).toEqual(expect.arrayContaining(Object.keys(job)));
        const runsOthers = job.steps.some(({ run: script }) => script?.includes('npx') === true);
        if (runsOthers) expect(job.permissions).toEqual({ contents: 'read' });
        for (const step of job.steps) {
          expect(STEP_KEYS).toEqual(expect.arrayContaining(Object.keys(step)));
          expect(Number(step.uses !== undefined) + Number(step.run !== undefined)).toBe(1);
          if (step.uses !== undefined) expect(step.uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
          // Values of an event are text in a script, never a part of it.
          expect(step.run ?? '').not.toContain('${{');
          expect(spawnSync('bash', ['-n'], { input: step.run ?? '', encoding: 'utf8' }).stderr).toBe('');
        }
      }
    }
    const review = parse(read('.github/workflows/firebreak-review.yml')) as { jobs: { review: Job } };
    expect(review.jobs.review.steps[0]?.with).toEqual({ 'fetch-depth': 0, 'persist-credentials': false });
  });

  it('of drills record what was measured, and put back and sweep whatever happened', async () => {
    await run('init', '--template', 'full', '--ci', 'github');
    await run('init', 'lab', '--template', 'full', '--ci', 'gitlab');
    const { jobs } = parse(read('.github/workflows/firebreak-drill.yml')) as { jobs: { drill: Job; record: Job } };
    const always = jobs.drill.steps.filter((step) => step.if === 'always()').flatMap((step) => step.run ?? []);
    expect(always.map((script) => script.replace(/^.*firebreak@[\d.]+ /, ''))).toEqual([
      'drill recover',
      'drill sweep --apply',
    ]);
    expect(jobs.drill.steps.flatMap((step) => step.run ?? []).join('\n')).toContain('--record drills/results');
    expect(jobs.record.permissions).toEqual({ contents: 'write' });
    const gitlab = read('lab/.gitlab/firebreak.gitlab-ci.yml');
    expect(gitlab).toContain('--record drills/results');
    expect((await run('drill', 'sweep', '--help')).out).toContain('--apply');
  });

  it('of GitLab are well-formed', async () => {
    await run('init', '--template', 'full', '--ci', 'gitlab');
    const jobs = parse(read('.gitlab/firebreak.gitlab-ci.yml')) as Record<string, Record<string, unknown>>;
    expect(Object.keys(jobs)).toEqual(['.firebreak', 'firebreak-review', 'firebreak-audit', 'firebreak-drill']);
    for (const job of Object.values(jobs)) {
      expect(GITLAB_KEYS).toEqual(expect.arrayContaining(Object.keys(job)));
      for (const line of (job['script'] as readonly unknown[] | undefined) ?? []) expect(typeof line).toBe('string');
    }
  });

  it('name commands, options and formats that exist', async () => {
    await run('init', '--template', 'full', '--ci', 'github');
    await run('init', 'lab', '--template', 'full', '--ci', 'gitlab');
    const texts = filesThere()
      .filter((path) => path.endsWith('.yml'))
      .map(read);
    const help = (await run('--help')).out;
    const commands = new Set(texts.flatMap(commandsIn));
    expect([...commands].sort()).toEqual(['audit', 'diff', 'drill', 'lint', 'predict']);
    for (const command of commands)
      if (!COMING.includes(command)) expect(help).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    for (const [, command = '', format = ''] of texts
      .join('\n')
      .matchAll(/firebreak@[\d.]+ (lint|audit)[^\n]*? -o (\w+)=/g)) {
      expect((await run(command, '--help')).out).toContain(format);
    }
  });

  it.skipIf(spawnSync('actionlint', ['--version']).status !== 0)('of GitHub pass actionlint', async () => {
    await run('init', '--template', 'full', '--ci', 'github');
    expect(spawnSync('actionlint', { cwd: folderPath(), encoding: 'utf8' }).stdout).toBe('');
  });

  it('show predictions of an inferred estate before they are a gate', async () => {
    put('deploy/envoy.yaml', fixture('envoy/bootstrap.yaml'));
    await run('init', '--from', 'deploy/envoy.yaml');
    expect(read('.github/workflows/firebreak-review.yml')).not.toMatch(/predict --gate$/m);
  });
});
