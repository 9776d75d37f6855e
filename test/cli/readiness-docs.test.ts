import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';

const PAGE = readFileSync('docs/readiness.md', 'utf8');
const FILES = Object.fromEntries(
  [...PAGE.matchAll(/```(?:text|yaml) (\S+)\n([\s\S]*?)```/g)].map(([, file = '', text = '']) => [file, text]),
);
const SESSIONS = [...PAGE.matchAll(/```console\n\$ firebreak (.*)\n([\s\S]*?)```/g)];

/** The doctor of the page finds something missing. */
const CODES = [1, 0, 0];

describe('docs/readiness.md', () => {
  const folder = folderWith(FILES);

  afterAll(() => folder.remove());

  it('shows what its commands print, one after the other', async () => {
    expect(SESSIONS.length).toBe(CODES.length);
    for (const [index, [, command = '', shown = '']] of SESSIONS.entries()) {
      const { code, out, err } = await firebreak(command.split(' '), { cwd: folder.path });
      expect(code, command).toBe(CODES[index]);
      expect(`${out}${err}`.trimEnd(), command).toBe(shown.trimEnd());
    }
    const [, excerpt = ''] = /````markdown\n([\s\S]*?)````/.exec(PAGE) ?? [];
    expect(readFileSync(join(folder.path, 'runbooks/leaked-access-token.md'), 'utf8')).toContain(excerpt);
    expect(excerpt.length).toBeGreaterThan(500);
  });
});
