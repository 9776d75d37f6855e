import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADAPTERS } from '../../src/adapters/registry.ts';
import { RULES } from '../../src/rules/registry.ts';

export interface Seed {
  readonly file: string;
  readonly text: string;
}

const FOLDER = fileURLToPath(new URL('../adapters/', import.meta.url));

/** Every fixture of every adapter, look-alikes too. */
const FIXTURES: readonly Seed[] = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(?:ts|facts\.txt|findings\.txt)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()
  .map((path) => ({ file: relative(FOLDER, path), text: readFileSync(path, 'utf8') }));

const EXAMPLES: readonly Seed[] = [
  ...RULES.flatMap(({ examples }) =>
    [...examples.bad, ...examples.good].flatMap(({ files }) => Object.entries(files)),
  ).map(([file, text]) => ({ file, text })),
  ...ADAPTERS.flatMap(({ examples }) => examples),
];

/** Each fixture in turn, so that none is left to chance, and an example of the docs after it. */
export function seedOf(number: number): Seed {
  const seeds = number % 2 === 0 ? FIXTURES : EXAMPLES;
  const seed = seeds[Math.floor(number / 2) % seeds.length];
  if (seed === undefined) throw new Error('there are no seeds');
  return seed;
}

export function anySeed(next: () => number): Seed {
  return seedOf(Math.floor(next() * 2 * (FIXTURES.length + EXAMPLES.length)));
}

/** Other fixtures of the same folder, which a run reads together: overlays of it, or the build file beside it. */
export function besides({ file }: Seed): readonly Seed[] {
  return FIXTURES.filter((other) => other.file !== file && dirname(other.file) === dirname(file));
}
