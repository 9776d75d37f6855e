import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { FORMATS, FORMAT_COMMANDS } from '../../src/report/formats.ts';

it('docs/outputs.md lists every format with the commands that have it', async () => {
  const page = readFileSync('docs/outputs.md', 'utf8');
  const rows = FORMATS.map(
    ({ name, for: reader, limit, commands }) =>
      `| \`${name}\` | ${reader} | ${limit ?? ''} | ${commands.length === FORMAT_COMMANDS.length ? 'all' : commands.map((command) => `\`${command}\``).join(', ')} |`,
  );
  const table = ['| format | for | limit | commands |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const section = /(<!-- formats -->\n)[\s\S]*?(<!-- end of formats -->)/;
  expect(page).toMatch(section);
  const filled = page.replace(section, (_, start: string, end: string) => `${start}\n${table}\n\n${end}`);
  const options = await resolveConfig('docs/outputs.md');
  await expect(await format(filled, { ...options, parser: 'markdown' })).toMatchFileSnapshot('../../docs/outputs.md');
});
