import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BaselineTerms, Entry } from '../../src/lint/baseline-file.ts';
import { baselineText, growBaseline, pruneBaseline } from '../../src/lint/baseline-file.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Baseline } from '../../src/model/waiver.ts';

const TERMS: BaselineTerms = {
  name: 'main',
  owner: '@identity',
  reason: 'there before Firebreak was introduced',
  created: '2026-06-01',
  expires: '2026-08-30',
};

function finding(path: string, content: string): Finding {
  const hex = (text: string): string => Buffer.from(text.padEnd(8, '.')).toString('hex').slice(0, 16);
  return {
    rule: 'policy/alg-family-mix',
    severity: 'error',
    confidence: 'certain',
    message: 'mix',
    at: { file: path, line: 1, column: 1, endLine: 1, endColumn: 2 },
    related: [],
    subject: `policy ${content}/x`,
    fingerprint: hex(`${path}${content}`),
    contentFingerprint: hex(content),
  };
}

function read(text: string): Baseline {
  const { baselines, problems } = readEstate([{ file: 'b.json', text }], { now: 0 });
  expect(problems).toEqual([]);
  const [baseline] = baselines;
  if (baseline === undefined) throw new Error('no baseline');
  return baseline;
}

function written(entries: readonly Entry[]): Baseline {
  return read(baselineText(TERMS, entries));
}

function paths(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ path, subject }) => `${path} ${subject}`);
}

describe('the file of a baseline', () => {
  it('has one entry a line, by path', () => {
    const { entries } = growBaseline(null, [finding('b', 'y'), finding('a', 'z'), finding('b', 'x')]);
    expect(baselineText(TERMS, entries)).toMatchInlineSnapshot(`
      "{
        "apiVersion": "firebreak.dev/v1alpha1",
        "kind": "Baseline",
        "metadata": { "name": "main", "owner": "@identity" },
        "spec": {
          "reason": "there before Firebreak was introduced",
          "created": "2026-06-01",
          "expires": "2026-08-30",
          "entries": [
            {"path":"a","rule":"policy/alg-family-mix","subject":"policy z/x","fingerprint":"617a2e2e2e2e2e2e","content_fingerprint":"7a2e2e2e2e2e2e2e"},
            {"path":"b","rule":"policy/alg-family-mix","subject":"policy x/x","fingerprint":"62782e2e2e2e2e2e","content_fingerprint":"782e2e2e2e2e2e2e"},
            {"path":"b","rule":"policy/alg-family-mix","subject":"policy y/x","fingerprint":"62792e2e2e2e2e2e","content_fingerprint":"792e2e2e2e2e2e2e"}
          ]
        }
      }
      "
    `);
  });

  it('reads back as it was written, whatever paths and reasons hold', () => {
    const text = fc.string({ minLength: 20, maxLength: 60 }).filter((each) => !/\p{Surrogate}/u.test(each));
    fc.assert(
      fc.property(text, text, text, (reason, owner, path) => {
        const entry = {
          path,
          rule: 'policy/slo-missing',
          subject: path,
          fingerprint: '0'.repeat(16),
          contentFingerprint: null,
        };
        const baseline = read(baselineText({ ...TERMS, reason, owner }, [entry]));
        expect([baseline.reason, baseline.owner, baseline.entries[0]?.path]).toEqual([reason, owner, path]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('growing a baseline', () => {
  it('keeps every old entry and adds what is not covered', () => {
    const before = written(growBaseline(null, [finding('a', 'x'), finding('b', 'y')]).entries);
    const { entries, added, removed } = growBaseline(before, [finding('b', 'y'), finding('c', 'z')]);
    expect(paths(entries)).toEqual(['a policy x/x', 'b policy y/x', 'c policy z/x']);
    expect(paths(added)).toEqual(['c policy z/x']);
    expect(removed).toEqual([]);
  });

  it('changes nothing the second time', () => {
    const findings = [finding('a', 'x'), finding('b', 'y')];
    const once = growBaseline(null, findings);
    const twice = growBaseline(written(once.entries), findings);
    expect(baselineText(TERMS, twice.entries)).toBe(baselineText(TERMS, once.entries));
    expect(twice.added).toEqual([]);
  });
});

describe('pruning a baseline', () => {
  const before = written(growBaseline(null, [finding('a', 'x'), finding('b', 'y')]).entries);

  it('removes what is gone and adds nothing', () => {
    const { entries, added, removed } = pruneBaseline(before, [finding('b', 'y'), finding('c', 'z')]);
    expect(paths(entries)).toEqual(['b policy y/x']);
    expect(paths(removed)).toEqual(['a policy x/x']);
    expect(added).toEqual([]);
  });

  it('follows a finding whose file was moved', () => {
    const { entries, added, removed } = pruneBaseline(before, [finding('moved/a', 'x'), finding('b', 'y')]);
    expect(paths(entries)).toEqual(['b policy y/x', 'moved/a policy x/x']);
    expect(paths(added)).toEqual(['moved/a policy x/x']);
    expect(paths(removed)).toEqual(['a policy x/x']);
  });
});
