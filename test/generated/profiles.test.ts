import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import type { Profile, ProfileLimits } from '../../src/model/profile.ts';
import { showBound } from '../../src/model/quantity.ts';
import { PROFILES } from '../../src/rules/profiles.ts';
import { RULES } from '../../src/rules/registry.ts';

function show(limits: ProfileLimits, name: keyof ProfileLimits): string {
  const value = limits[name];
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'required' : 'not asked for';
  if (typeof value === 'object') return value.join(', ');
  return name === 'minRsaBits' ? `${value} bits` : showBound(value as ProfileLimits['leeway']);
}

const LABELS: Readonly<Record<keyof ProfileLimits, string>> = {
  tokenLifetime: 'life of access and ID tokens, over it a warning',
  leeway: 'leeway, over it a warning',
  maxLeeway: 'leeway, over it an error',
  minRsaBits: 'RSA keys, shorter ones are an error beyond the 2048 bits that always hold',
  algorithms: 'the only algorithms',
  senderConstrained: 'access tokens bound to their sender',
};

function section({ name, title, errors, limits, sources }: Profile): string {
  const rows = (Object.keys(LABELS) as (keyof ProfileLimits)[])
    .filter((key) => name === 'default' || sources[key] !== undefined)
    .map((key) => `| ${LABELS[key]} | ${show(limits, key)} | ${sources[key] ?? ''} |`);
  return [
    `## ${name}`,
    `${title}.`,
    ['| limit | value | because |', '| --- | --- | --- |', ...rows].join('\n'),
    ...(errors.length === 0
      ? []
      : [
          'Warnings of these rules are errors:',
          [
            '| rule | because |',
            '| --- | --- |',
            ...errors.map(({ rule, because }) => `| [${rule}](rules/${rule}.md) | ${because} |`),
          ].join('\n'),
        ]),
  ].join('\n\n');
}

it('docs/profiles.md says what each profile changes', async () => {
  const page = readFileSync('docs/profiles.md', 'utf8');
  const pattern = /(<!-- profiles -->\n)[\s\S]*?(<!-- end of profiles -->)/;
  expect(page).toMatch(pattern);
  const body = Object.values(PROFILES).map(section).join('\n\n');
  const filled = page.replace(pattern, (_, start: string, end: string) => `${start}\n${body}\n\n${end}`);
  const options = await resolveConfig('docs/profiles.md');
  await expect(await format(filled, { ...options, parser: 'markdown' })).toMatchFileSnapshot('../../docs/profiles.md');
});

it('profiles name rules that exist, once, and say why each limit differs', () => {
  const ids = RULES.map(({ id }) => id);
  for (const { name, errors, limits, sources } of Object.values(PROFILES)) {
    const rules = errors.map(({ rule }) => rule);
    expect(
      rules.filter((rule) => !ids.includes(rule)),
      name,
    ).toEqual([]);
    expect(new Set(rules).size, name).toBe(rules.length);
    const changed = (Object.keys(LABELS) as (keyof ProfileLimits)[]).filter(
      (key) => JSON.stringify(limits[key]) !== JSON.stringify(PROFILES.default.limits[key]),
    );
    expect(Object.keys(sources).sort(), name).toEqual([...changed].sort());
  }
});
