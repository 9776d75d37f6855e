import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { REVOCATION_TARGETS, VERIFIER_TARGETS } from '../../src/render/targets.ts';

const PAGE = 'docs/render.md';

function filled(page: string, section: string, rows: readonly (readonly string[])[]): string {
  const marked = new RegExp(`(<!-- ${section} -->\n)[\\s\\S]*?(<!-- end of ${section} -->)`);
  expect(page).toMatch(marked);
  const table = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
  return page.replace(
    marked,
    (_, start: string, end: string) =>
      `${start}\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n\n${end}`,
  );
}

it('docs/render.md lists every target with what reads it and what it cannot do', async () => {
  const revocations = REVOCATION_TARGETS.map(({ id, title, reads, cannot }) => [
    `\`${id}\``,
    title,
    reads,
    cannot ?? '',
  ]);
  const verifiers = VERIFIER_TARGETS.map(({ id, title, reads }) => [`\`${id}\``, title, reads]);
  const page = filled(
    filled(readFileSync(PAGE, 'utf8'), 'targets', [
      ['target', 'writes', 'for', 'limits'],
      ['---', '---', '---', '---'],
      ...revocations,
    ]),
    'verifiers',
    [['target', 'writes', 'for'], ['---', '---', '---'], ...verifiers],
  );
  const options = await resolveConfig(PAGE);
  await expect(await format(page, { ...options, parser: 'markdown' })).toMatchFileSnapshot(`../../${PAGE}`);
});
