import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../src/adapters/registry.ts';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { lintJson } from '../../src/report/json.ts';
import { lintSarif } from '../../src/report/sarif.ts';
import { predictJson } from '../../src/report/predict.ts';
import { RULES } from '../../src/rules/registry.ts';
import { fixtureText, fixturesOf } from '../adapters/fixtures.ts';

/** A repository with the configuration files of every product in it. */
const REPOSITORY = ADAPTERS.flatMap(({ id }) =>
  fixturesOf(id).map((file) => ({ file: `${id}/${file}`, text: fixtureText(id, file) })),
);

function outputOf(files: typeof REPOSITORY): string {
  const read = readEstate(files, { now: Date.UTC(2026, 5, 1) });
  const result = lint(read);
  return [
    lintJson(result),
    lintSarif(result, { rules: RULES, version: '0.0.0' }),
    predictJson(read.estate.predictions),
  ].join('\n');
}

describe('the configuration files of every product together', () => {
  it('give the same bytes in whatever order they come', { timeout: 120_000 }, () => {
    const expected = outputOf(REPOSITORY);
    fc.assert(
      fc.property(fc.shuffledSubarray(REPOSITORY, { minLength: REPOSITORY.length }), (files) => {
        expect(outputOf(files) === expected).toBe(true);
      }),
      { numRuns: 5 },
    );
  });
});
