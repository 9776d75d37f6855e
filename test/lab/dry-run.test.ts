import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { firebreak, folderWith } from '../cli/command.ts';

const FILES = Object.fromEntries(
  ['policies/lab.yaml', 'policies/lab-inventory.yaml', 'drills/leaked-signing-key.yaml'].map((name) => [
    name,
    readFileSync(name, 'utf8'),
  ]),
);

it('tries a drill at the lab, leaves with 0 and writes no journal', async () => {
  const folder = folderWith(FILES);
  try {
    const { code, out, err } = await firebreak(
      ['drill', 'run', 'drills/leaked-signing-key.yaml', '--dry-run', '--json'],
      {
        cwd: folder.path,
      },
    );
    expect(code, out + err).toBe(0);
    const { checks } = JSON.parse(out) as {
      readonly checks: readonly { readonly what: string; readonly about: string | null; readonly state: string }[];
    };
    const verifiers = checks.filter(({ what }) => what === 'verifier');
    expect(verifiers.map(({ about }) => about)).toContain('jose');
    expect(checks.filter(({ state }) => state === 'refused' || state === 'unfit')).toEqual([]);
    const again = await firebreak(['drill', 'recover'], { cwd: folder.path });
    expect(again.out + again.err).toContain('nothing to recover');
  } finally {
    folder.remove();
  }
}, 60_000);

it.each([
  { given: ['--record', 'results'], message: '--dry-run has no result for --record' },
  { given: ['-f', 'sarif'], message: 'this command has no format "sarif"' },
])('refuses $given, which needs a result', async ({ given, message }) => {
  const folder = folderWith(FILES);
  try {
    const { code, err } = await firebreak(['drill', 'run', 'drills/leaked-signing-key.yaml', '--dry-run', ...given], {
      cwd: folder.path,
    });
    expect(err).toContain(message);
    expect(code).toBe(2);
  } finally {
    folder.remove();
  }
});
