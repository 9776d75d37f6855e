import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { SIGNAL_KINDS } from '../../src/model/incident-scope.ts';
import { MECHANISMS } from '../../src/model/mechanism.ts';
import { firebreak, folderWith } from './command.ts';

const PAGE = readFileSync('docs/incident.md', 'utf8');
const FILES = Object.fromEntries(
  [...PAGE.matchAll(/```text (\S+)\n([\s\S]*?)```/g)].map(([, file = '', text = '']) => [file, text]),
);
const SESSIONS = [...PAGE.matchAll(/```console\n\$ firebreak (.*)\n([\s\S]*?)```/g)];

describe('docs/incident.md', () => {
  const folder = folderWith(FILES);

  afterAll(() => folder.remove());

  it('shows what its commands print, one after the other', async () => {
    expect(SESSIONS.length).toBe(5);
    for (const [, command = '', shown = ''] of SESSIONS) {
      const { code, out, err } = await firebreak(command.split(' '), { cwd: folder.path });
      // One verifier of the example stays open, and the plan says so.
      expect({ code, err }, command).toEqual({ code: command.startsWith('incident plan') ? 1 : 0, err: '' });
      expect(out.trimEnd(), command).toBe(shown.trimEnd());
    }
  });

  it('names every response', () => {
    for (const mechanism of MECHANISMS) expect(PAGE).toContain(`\`${mechanism}\``);
  });

  it('names every signal', () => {
    for (const kind of SIGNAL_KINDS) expect(PAGE).toContain(`| \`${kind}\``);
  });
});
