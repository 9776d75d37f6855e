import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';

const NOW = ['--now', '2026-11-23T09:00:00Z'];

describe('docs/diff.md', () => {
  const page = readFileSync('docs/diff.md', 'utf8');
  const files = Object.fromEntries(
    [...page.matchAll(/```yaml\n# (\S+\.yaml)\n([\s\S]*?)```/g)].map(([, file = '', text = '']) => [file, text]),
  );

  it('shows what its commands print, one after the other', async () => {
    expect(Object.keys(files)).toEqual(['before/orders.yaml', 'after/orders.yaml']);
    const sessions = [...page.matchAll(/```console\n\$ firebreak (.*)\n([\s\S]*?)```/g)];
    expect(sessions).toHaveLength(3);
    const folder = folderWith(files);
    try {
      for (const [, command = '', shown = ''] of sessions) {
        const { code, out } = await firebreak([...NOW, ...command.split(' ')], { cwd: folder.path });
        expect({ code, out }).toEqual({ code: 0, out: shown });
      }
    } finally {
      folder.remove();
    }
  });

  it('names every verdict', async () => {
    const { VERDICTS } = await import('../../src/model/change.ts');
    const named = [...page.matchAll(/^\| [^|]+\| `(\w+)` +\|/gm)].map(([, verdict]) => verdict);
    expect(named.toSorted()).toEqual([...VERDICTS].sort());
  });

  it('names the limits that hold', async () => {
    const { MAX_BOXES } = await import('../../src/diff/box-algebra.ts');
    const { MAX_CELLS } = await import('../../src/diff/target-cells.ts');
    for (const limit of [MAX_BOXES, MAX_CELLS]) expect(page).toContain(limit.toLocaleString('en'));
  });
});
