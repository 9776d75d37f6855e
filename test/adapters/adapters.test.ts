import { describe, expect, it } from 'vitest';
import { joinSubjects, readConfigFile } from '../../src/adapters/read-config.ts';
import { ADAPTERS } from '../../src/adapters/registry.ts';
import { factsText, findingsText, fixtureText, fixturesOf, subjectsOf } from './fixtures.ts';

describe.each(ADAPTERS.map((adapter) => [adapter.id, adapter] as const))('%s', (id, adapter) => {
  const fixtures = fixturesOf(id);

  it('has at least three fixtures', () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(3);
  });

  it.each(fixtures)('reads the facts of %s', async (file) => {
    await expect(factsText(subjectsOf(id, file))).toMatchFileSnapshot(`${id}/${file}.facts.txt`);
  });

  it.each(fixtures)('finds the mistakes of %s and nothing else', async (file) => {
    await expect(findingsText(id, file)).toMatchFileSnapshot(`${id}/${file}.findings.txt`);
  });

  it.each(fixtures)('is the only one, or agrees with the others, that recognises %s', (file) => {
    const text = fixtureText(id, file);
    const others = ADAPTERS.filter((other) => other.id !== id && readConfigFile(file, text, [other]).recognised);
    const claimed = others
      .flatMap((other) => readConfigFile(file, text, [other]).subjects)
      .filter(({ kind }) => kind !== 'library');
    const own = readConfigFile(file, text, [adapter]).subjects;
    for (const subject of claimed) {
      expect(own.filter(({ kind, at }) => kind === subject.kind && at.line === subject.at.line)).toEqual([]);
    }
  });

  it.each(adapter.examples.map((example) => [example.file, example] as const))('reads its example %s', (_, example) => {
    expect(readConfigFile(example.file, example.text, [adapter]).subjects.length).toBeGreaterThan(0);
  });

  it('says where each default comes from', () => {
    for (const { absent, fact } of adapter.settings) {
      if (absent !== null) expect(absent.source.length, fact).toBeGreaterThan(8);
    }
  });

  it('gives the same subjects whatever the order of the files', () => {
    const readings = fixtures.map((file) => readConfigFile(file, fixtureText(id, file), [adapter]).subjects);
    const forward = joinSubjects(readings.flat(), [adapter]);
    const backward = joinSubjects([...readings].reverse().flat(), [adapter]);
    expect(JSON.stringify(backward)).toBe(JSON.stringify(forward));
  });
});

describe('files that only look alike', () => {
  const negatives = fixturesOf('look-alikes');

  it.each(negatives)('%s stays silent', (file) => {
    expect(readConfigFile(file, fixtureText('look-alikes', file))).toEqual({
      recognised: false,
      subjects: [],
      problems: [],
    });
  });
});
