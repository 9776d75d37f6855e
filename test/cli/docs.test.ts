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

  it('infers what its first command says, and lint and predict then pass', async () => {
    const [, commands = ''] = /## Five minutes[^`]*```sh\n([\s\S]*?)```/.exec(README) ?? [];
    const lines = [...commands.matchAll(/^npx firebreak (.*?)\s*(?:#.*)?$/gm)].map(([, line = '']) => line.split(' '));
    expect(lines.map(([command]) => command)).toEqual(['init', 'lint', 'predict', 'audit']);
    const folder = folderWith({ 'deploy/envoy.yaml': readFileSync('test/adapters/envoy/bootstrap.yaml', 'utf8') });
    try {
      // The audit goes to the network; its own tests run it against real servers.
      for (const line of lines.slice(0, 3))
        expect(await firebreak(line, { cwd: folder.path })).toMatchObject({ code: 0 });
    } finally {
      folder.remove();
    }
  });
});

describe('the page on adopting', () => {
  it('shows what its commands print, one after the other in one repository', async () => {
    const page = readFileSync('docs/adopt.md', 'utf8');
    const sessions = [...page.matchAll(/```console\n\$ firebreak (.*)\n([\s\S]*?)```/g)];
    expect(sessions.length).toBeGreaterThan(2);
    const folder = folderWith({
      'keycloak/realm.json': readFileSync('test/adapters/keycloak/shop-realm.json', 'utf8'),
      'deploy/envoy.yaml': readFileSync('test/adapters/envoy/sound.yaml', 'utf8'),
    });
    try {
      for (const [, command = '', shown = ''] of sessions) {
        const { code, out, err } = await firebreak(command.split(' '), { cwd: folder.path });
        expect(code, `${command}\n${out}${err}`).toBe(0);
        const lines = out.split('\n').map((line) => line.trimEnd());
        for (const line of shown.trimEnd().split('\n')) expect(lines).toContain(line);
      }
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
