import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { ConfigSubject } from '../../src/model/config.ts';
import { UserError } from '../../src/model/failure.ts';
import { decodeText } from '../../src/source/decode.ts';
import { mutate, randomFrom } from './mutate.ts';
import { NAMES } from './mutate-tree.ts';
import { jsonIn, outputsOf, repair } from './outputs.ts';
import { anySeed, besides, seedOf } from './seeds.ts';

/** A run of 100,000 cases takes about a quarter of an hour: `FUZZ_CASES=100000 npm run fuzz`. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 400);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_124);
/** Longest one case may take, with much room for a busy machine: it finds what hangs, not what is slow. */
const LIMIT_MS = 20_000;
/** What a long run tells of: cases that took longer than any file of this size should. */
const SLOW_MS = 2_000;

// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/;

/** What a build runner obeys: at the start of a line, or anywhere. */
const COMMANDS = /^\s*::[a-z-]+[ :]|##(?:\w*)\[/m;

function check(seed: number): number {
  const next = randomFrom(seed);
  const original = seedOf(seed);
  const mutated = mutate(original.text, anySeed(next).text, next);
  const text = decode(original.file, mutated);
  if (text === null) return 0;
  const changed = { file: next() < 0.1 ? hostileName(original.file, next) : original.file, text };
  const files = [changed, ...(next() < 0.3 ? besides(original).slice(0, 6) : [])];
  const started = performance.now();
  const read = readEstate(
    files.map((file) => ({ ...file, named: next() < 0.3 })),
    { now: 1_800_000_000_000 },
  );
  const result = lint(read);
  const outputs = outputsOf(read, result);
  repair(files, result);
  const took = performance.now() - started;
  expect(took, `seed ${seed} took ${took} ms`).toBeLessThan(LIMIT_MS);
  for (const [format, output] of Object.entries(outputs)) checkHarmless(format, output);
  for (const json of jsonIn(outputs)) JSON.parse(json);
  for (const { at } of [...result.findings, ...read.estate.configs]) {
    expect(at.line, 'line').toBeGreaterThanOrEqual(1);
    expect(at.column, 'column').toBeGreaterThanOrEqual(1);
  }
  for (const config of read.estate.configs) checkNumbers(config);
  expect(Object.keys(Object.prototype)).toEqual([]);
  return took;
}

function checkHarmless(format: string, output: string): void {
  expect(CONTROLS.exec(output), format).toBeNull();
  // Behind stop-commands the runner obeys nothing until it reads the word again, which nobody can guess.
  const [commands = '', ...rest] = format === 'github' ? output.split(/^::stop-commands::/m) : [output];
  const lines = commands.split('\n').filter((line) => line !== '');
  if (format === 'github') {
    for (const line of lines) expect(line).toMatch(/^::(?:error|warning|notice) |^[^:#]/);
    expect(rest.length).toBeLessThanOrEqual(1);
  }
  const plain = format === 'github' ? lines.map((line) => line.replace(/^::/, '')).join('\n') : commands;
  expect(COMMANDS.exec(plain), format).toBeNull();
}

/** A number that is none would print as nothing, and compare as nothing. */
function checkNumbers({ facts, at }: ConfigSubject): void {
  for (const [name, fact] of Object.entries(facts)) {
    if (fact?.origin !== 'unknown' && typeof fact?.value === 'number' && !Number.isFinite(fact.value))
      throw new Error(`${name} is ${fact.value} at ${at.line}`);
  }
}

/** A name that says the same to whoever chooses a reader by it, and something else to a terminal. */
function hostileName(file: string, next: () => number): string {
  const slash = file.lastIndexOf('/') + 1;
  const name = NAMES[Math.floor(next() * NAMES.length)] ?? '';
  return `${file.slice(0, slash)}${name.replaceAll('/', '')}/${file.slice(slash)}`;
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
      const slow: string[] = [];
      for (let seed = SEED; seed < SEED + CASES; seed += 1) {
        try {
          const took = check(seed);
          if (took > SLOW_MS) slow.push(`${seed}: ${Math.round(took)} ms`);
        } catch (error) {
          throw new Error(`FUZZ_SEED=${seed} FUZZ_CASES=1 repeats it`, { cause: error });
        }
      }
      if (slow.length > 0) console.warn(`slow, by seed:\n${slow.join('\n')}`);
    },
    CASES * 1000,
  );
});
