import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACTION } from './action-runner.ts';
import { folderWith } from './command.ts';

const PAGE = readFileSync('docs/git.md', 'utf8');
const POLICIES = readFileSync('policies/lab.yaml', 'utf8');

/** The one policy that stands alone, under the name that the page uses. */
const ORDERS = (POLICIES.split(/^---$/m).find((text) => /name: base\b/.test(text)) ?? '').replace(
  'name: base',
  'name: orders',
);

let folder: { path: string; remove: () => void };

beforeEach(() => {
  folder = folderWith({ 'policies/orders.yaml': ORDERS, 'bin/firebreak': '' });
  // The name that the page uses, as an installed package would provide it.
  writeFileSync(
    join(folder.path, 'bin/firebreak'),
    `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/bin/firebreak.js')}" "$@"\n`,
  );
  chmodSync(join(folder.path, 'bin/firebreak'), 0o755);
  shell('git init --quiet --initial-branch=main && git add policies && git commit --quiet --message first');
});

afterEach(() => folder.remove());

function shell(script: string): string {
  return execFileSync('sh', ['-ec', script], {
    cwd: folder.path,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${join(folder.path, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: folder.path,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PAGER: 'cat',
      GIT_AUTHOR_NAME: 'test',
      GIT_AUTHOR_EMAIL: 'test@example.com',
      GIT_COMMITTER_NAME: 'test',
      GIT_COMMITTER_EMAIL: 'test@example.com',
    },
  });
}

/** The code blocks of a page in one language. */
function blocks(page: string, language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);
}

function edit(change: (text: string) => string): void {
  const file = join(folder.path, 'policies/orders.yaml');
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
}

describe('docs/git.md', () => {
  it('shows the difference that its commands give', () => {
    shell(blocks(PAGE, 'sh')[0] ?? '');
    edit((text) => text.replace('max: 10m', 'max: 15m'));
    const shown = shell('git diff policies').split('\n').slice(4).join('\n').trimEnd();
    expect(blocks(PAGE, 'diff')[0]?.trimEnd()).toBe(shown);
  });

  it('keeps its word: order, style and comments are no difference', () => {
    shell(blocks(PAGE, 'sh')[0] ?? '');
    edit((text) => `# a comment\n${text.replace('max: 10m', 'max: 600s')}`);
    expect(
      shell('git diff policies')
        .split('\n')
        .filter((line) => /^[+-] /.test(line)),
    ).toEqual([]);
    expect(shell('git diff --no-textconv policies')).toContain('+# a comment');
  });

  it('shows a file with a fault, and one of somebody else, as it is', () => {
    shell(blocks(PAGE, 'sh')[0] ?? '');
    edit((text) => text.replace('spec:', 'spec:\n  algoritms: [none]'));
    expect(shell('git diff policies')).toContain('+  algoritms: [none]');
    writeFileSync(join(folder.path, 'policies/other.yaml'), 'kind: ConfigMap\n');
    shell('git add --all policies && git commit --quiet --message other');
    appendFileSync(join(folder.path, 'policies/other.yaml'), 'data: {}\n');
    expect(shell('git diff policies')).toContain('+data: {}');
  });

  it('names a base of another file and leaves out what it may say', () => {
    writeFileSync(
      join(folder.path, 'policies/leaf.yaml'),
      ORDERS.replace('name: orders', 'name: leaf').replace('spec:', 'spec:\n  extends: [orders]'),
    );
    const text = shell('firebreak policy text policies/leaf.yaml');
    expect(text).toContain('  extends orders, of which nothing is shown here\n');
    expect(text).not.toContain('(default)');
    expect(text).toContain('  tokens.access_token.max_lifetime: 10m\n');
  });

  it('has a hook that stops a commit with findings', () => {
    const hook = blocks(PAGE, 'sh').find((text) => text.startsWith('#!/bin/sh')) ?? '';
    mkdirSync(join(folder.path, '.git/hooks'), { recursive: true });
    // There is no package here that npx could find; the command itself is what the hook is about.
    writeFileSync(join(folder.path, '.git/hooks/pre-commit'), hook.replace('npx --no-install ', ''));
    chmodSync(join(folder.path, '.git/hooks/pre-commit'), 0o755);
    edit((text) => text.replace(/algorithms: \[[^\]]*\]/, 'algorithms: [none]'));
    expect(() => shell('git commit --quiet --all --message loosen')).toThrow(/policy\/alg-none-allowed/);
    expect(shell('git log --oneline').trim().split('\n')).toHaveLength(1);
  });
});

describe('.pre-commit-hooks.yaml', () => {
  const hooks = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as {
    id: string;
    entry: string;
    language: string;
    files: string;
  }[];

  it('is what pre-commit asks of a hook, and its command exists', () => {
    for (const { id, entry, language, files } of hooks) {
      expect(id).toMatch(/^firebreak-[a-z]+$/);
      expect(language).toBe('node');
      expect(new RegExp(files).test('policies/orders.yaml')).toBe(true);
      expect(shell(`${entry} --help`)).toContain(`Usage: ${entry}`);
    }
    for (const { id } of hooks) expect(blocks(PAGE, 'yaml')[0]).toContain(`id: ${id}\n`);
  });

  it('runs with the arguments of the page', () => {
    const { repos } = parse(blocks(PAGE, 'yaml')[0] ?? '') as { repos: [{ hooks: [{ args: string[] }] }] };
    mkdirSync(join(folder.path, 'drills'));
    mkdirSync(join(folder.path, 'deploy'));
    expect(() => shell(`${hooks[0]?.entry ?? ''} ${repos[0].hooks[0].args.join(' ')}`)).not.toThrow();
  });
});

describe('docs/github-action.md', () => {
  const page = readFileSync('docs/github-action.md', 'utf8');
  const rows = (name: string): readonly string[] => {
    const [, section = ''] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- end of ${name} -->`).exec(page) ?? [];
    return [...section.matchAll(/^\| `([\w-]+)`/gm)].map(([, first = '']) => first);
  };

  it('lists every input and output of the action', () => {
    expect(rows('inputs')).toEqual(Object.keys(ACTION.inputs));
    expect(rows('outputs')).toEqual(Object.keys(ACTION.outputs));
  });

  it('has a workflow that gives only inputs that exist and reads only outputs that exist', () => {
    const workflow = parse(blocks(page, 'yaml')[0] ?? '') as {
      jobs: { firebreak: { steps: { uses: string; with?: Record<string, string> }[] } };
    };
    const { steps } = workflow.jobs.firebreak;
    const own = steps.find(({ uses }) => uses.startsWith('OWNER/firebreak@'));
    expect(Object.keys(ACTION.inputs)).toEqual(expect.arrayContaining(Object.keys(own?.with ?? {})));
    for (const [, name = ''] of page.matchAll(/steps\.firebreak\.outputs\.([\w-]+)/g)) {
      expect(Object.keys(ACTION.outputs)).toContain(name);
    }
    for (const { uses } of steps.filter((step) => step !== own)) expect(uses).toMatch(/@[0-9a-f]{40}$/);
  });
});

describe('docs/reviews.md', () => {
  it('shows lines that a report has, in their order', () => {
    const golden = readFileSync('test/report/diff-golden/reviewed-80.txt', 'utf8').split('\n');
    const lines = (blocks(readFileSync('docs/reviews.md', 'utf8'), 'text')[0] ?? '').trimEnd().split('\n');
    let from = 0;
    for (const line of lines) {
      const at = golden.indexOf(line, from);
      expect(at, line).toBeGreaterThanOrEqual(0);
      from = at + 1;
    }
  });
});
