import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-estate.ts';
import { UserError } from '../../src/model/failure.ts';
import { decodeText } from '../../src/source/decode.ts';
import { ADAPTERS } from '../../src/adapters/registry.ts';
import { RULES } from '../../src/rules/registry.ts';
import { lintCompact } from '../../src/report/compact.ts';
import { lintGithub } from '../../src/report/github.ts';
import { lintJson } from '../../src/report/json.ts';
import { lintJunit } from '../../src/report/junit.ts';
import { lintMarkdown } from '../../src/report/markdown.ts';
import { lintPretty } from '../../src/report/pretty.ts';
import { lintSarif } from '../../src/report/sarif.ts';
import { paint } from '../../src/report/color.ts';
import { mutate, randomFrom } from './mutate.ts';

/** A run of 100,000 cases takes about a quarter of an hour: `FUZZ_CASES=100000 npm run fuzz`. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 400);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_124);
/** Longest one case may take, with much room for a busy machine: it finds what hangs, not what is slow. */
const LIMIT_MS = 20_000;

interface Seed {
  readonly file: string;
  readonly text: string;
}

const FIXTURES = fileURLToPath(new URL('../adapters/', import.meta.url));

const SEEDS: readonly Seed[] = [
  ...RULES.flatMap(({ examples }) =>
    [...examples.bad, ...examples.good].flatMap(({ files }) => Object.entries(files)),
  ).map(([file, text]) => ({ file, text })),
  ...ADAPTERS.flatMap(({ examples }) => examples),
  ...readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:ts|facts\.txt)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(FIXTURES, path), text: readFileSync(path, 'utf8') })),
];

function seedAt(next: () => number): Seed {
  const seed = SEEDS[Math.floor(next() * SEEDS.length)];
  if (seed === undefined) throw new Error('there are no seeds');
  return seed;
}

// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

function check(seed: number): void {
  const next = randomFrom(seed);
  const { file, text } = seedAt(next);
  const mutated = mutate(text, seedAt(next).text, next);
  const decoded = decode(file, mutated);
  if (decoded === null) return;
  const started = performance.now();
  const read = readEstate([{ file, text: decoded, named: next() < 0.5 }], { now: 1_800_000_000_000 });
  const result = lint(read);
  const texts = {
    pretty: lintPretty(result, { texts: read.texts, color: paint(false), quiet: false }),
    compact: lintCompact(result),
    json: lintJson(result),
    sarif: lintSarif(result, { rules: RULES, version: '0.0.0' }),
    github: lintGithub(result),
    junit: lintJunit(result),
    markdown: lintMarkdown(result),
  };
  const took = performance.now() - started;
  expect(took, `seed ${seed} took ${took} ms`).toBeLessThan(LIMIT_MS);
  for (const [format, output] of Object.entries(texts))
    expect(CONTROLS.exec(output), `seed ${seed}, ${format}`).toBeNull();
  JSON.parse(texts.json);
  JSON.parse(texts.sarif);
  // Behind stop-commands the runner obeys nothing until it reads the word again, which nobody can guess.
  const [commands = '', ...rest] = texts.github.split(/^::stop-commands::/m);
  for (const line of commands.split('\n')) {
    if (line !== '') expect(line, `seed ${seed}`).toMatch(/^::(?:error|warning|notice) |^[^:#]/);
  }
  expect(rest.length, `seed ${seed}`).toBeLessThanOrEqual(1);
  for (const { at } of result.findings) {
    expect(at.line, `seed ${seed}`).toBeGreaterThanOrEqual(1);
    expect(at.column, `seed ${seed}`).toBeGreaterThanOrEqual(1);
  }
  expect((Object.prototype as { polluted?: unknown }).polluted).toBeUndefined();
}

/** The way every file takes: bytes, then text. What is no text is refused with a code. */
function decode(file: string, text: string): string | null {
  try {
    return decodeText(file, new TextEncoder().encode(text));
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

describe('hostile input', () => {
  it(
    `neither crashes nor hangs nor leaves a trace in the output, in ${CASES} cases`,
    () => {
      for (let index = 0; index < CASES; index += 1) {
        try {
          check(SEED + index);
        } catch (error) {
          throw new Error(`FUZZ_SEED=${SEED + index} FUZZ_CASES=1 repeats it`, { cause: error });
        }
      }
    },
    CASES * 1000,
  );
});
