import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';

const README = readFileSync('README.md', 'utf8');

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('the README', () => {
  it('shows what its commands print', async () => {
    const sessions = [...README.matchAll(/```console\n\$ firebreak (.*)\n([\s\S]*?)```/g)];
    expect(sessions.length).toBeGreaterThan(0);
    for (const [, command = '', shown = ''] of sessions) {
      const { out } = await firebreak(command.split(' '));
      const trimmed = (text: string): string[] =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => line.trimEnd());
      for (const line of trimmed(shown)) expect(trimmed(out)).toContain(line);
    }
  });

  it('names only scripts and commands that exist', async () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    for (const [, script = ''] of README.matchAll(/npm run ([a-z-]+)/g)) expect(Object.keys(scripts)).toContain(script);
    const help = (await firebreak(['--help'])).out;
    for (const [, command = ''] of README.matchAll(/npx firebreak ([a-z]+)/g)) expect(help).toContain(command);
  });

  it('has a first policy, inventory and workflow that pass lint and predict', async () => {
    const folder = folderWith({});
    try {
      expect((await firebreak(['init'], { cwd: folder.path })).code).toBe(0);
      expect(await firebreak(['lint', '--fail-on', 'warning'], { cwd: folder.path })).toMatchObject({ code: 0 });
      expect(await firebreak(['predict', '--gate'], { cwd: folder.path })).toMatchObject({ code: 0 });
      const again = await firebreak(['init'], { cwd: folder.path });
      expect(again.err).toContain('nothing was written');
      expect(again.code).not.toBe(0);
    } finally {
      folder.remove();
    }
  });
});

describe('the pages', () => {
  it.for(PAGES)('%s links only to what exists', (page) => {
    const text = readFileSync(page, 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)) {
      expect(existsSync(join(dirname(page), target)), `${page} -> ${target}`).toBe(true);
    }
  });
});
