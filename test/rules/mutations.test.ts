import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { ProfileName } from '../../src/model/profile.ts';
import type { RuleExample, RuleId, RuleMeta } from '../../src/model/finding.ts';
import { dex, krakend } from '../../src/rules/example-configs.ts';
import { CLAIMS, HEADER, tokenText } from '../../src/rules/example-tokens.ts';
import { RULES } from '../../src/rules/registry.ts';

/** The day on which examples are judged. */
const NOW = Date.UTC(2026, 5, 1);

type Files = Readonly<Record<string, string>>;

/** One edit of one file: what stands in the good text, and what the bad one has there instead. */
interface Flip {
  readonly file: string;
  readonly start: number;
  readonly good: string;
  readonly bad: string;
}

/** The one stretch in which two texts differ. */
function flipBetween(file: string, good: string, bad: string): Flip {
  let start = 0;
  while (start < Math.min(good.length, bad.length) && good[start] === bad[start]) start += 1;
  let end = 0;
  while (end < Math.min(good.length, bad.length) - start && good.at(-1 - end) === bad.at(-1 - end)) end += 1;
  return { file, start, good: good.slice(start, good.length - end), bad: bad.slice(start, bad.length - end) };
}

/** All edits that lead from one example to another; null when they do not consist of the same files. */
function flipsBetween({ files: good }: RuleExample, { files: bad }: RuleExample): readonly Flip[] | null {
  const names = Object.keys(good);
  if (names.length !== Object.keys(bad).length || names.some((name) => bad[name] === undefined)) return null;
  return names
    .filter((name) => good[name] !== bad[name])
    .map((name) => flipBetween(name, good[name] ?? '', bad[name] ?? ''));
}

/** The smallest single edit between a good and a bad example of a rule. */
function smallestFlip({ examples }: RuleMeta): { readonly files: Files; readonly flip: Flip } | null {
  const candidates = examples.good.flatMap((good) =>
    examples.bad.flatMap((bad) => {
      const flips = flipsBetween(good, bad);
      const [flip] = flips ?? [];
      return flips?.length === 1 && flip !== undefined ? [{ files: good.files, flip }] : [];
    }),
  );
  const size = ({ flip }: { readonly flip: Flip }): number => flip.good.length + flip.bad.length;
  return candidates.toSorted((a, b) => size(a) - size(b))[0] ?? null;
}

/**
 * Rules whose good and bad examples are about different files. The edit is made on the first bad example: the text that
 * is wrong, and what it becomes.
 */
const REPAIRS: Readonly<Record<RuleId, readonly [file: string, wrong: RegExp, right: string]>> = {
  // What a product fixes is flipped with the product.
  'issuer/rotation-off': ['hydra.yml', /[^]+/, dex()],
  'verifier/jwks-stale-on-error': ['router.yaml', /[^]+/, krakend()],
  'token/kid-missing-or-unknown': ['token.jwt', /[^]+/, tokenText(HEADER, CLAIMS)],
};

function apply(files: Files, { file, start, good, bad }: Flip, to: 'good' | 'bad'): Files {
  const text = files[file] ?? '';
  const [from, into] = to === 'bad' ? [good, bad] : [bad, good];
  expect(text.slice(start, start + from.length)).toBe(from);
  return { ...files, [file]: text.slice(0, start) + into + text.slice(start + from.length) };
}

/** How often one rule fires on files that must all be readable. */
function count(
  { id, examples }: RuleMeta,
  files: Files,
  profile: ProfileName = examples.bad[0].profile ?? 'default',
): number {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text, named: true }));
  const { findings, errors } = lint(readEstate(inputs, { now: NOW }), {
    profile,
    compromised: examples.bad[0].compromised ?? [],
  });
  expect(errors).toEqual([]);
  return findings.filter(({ rule }) => rule === id).length;
}

function mutationOf(meta: RuleMeta): { readonly files: Files; readonly flip: Flip } | null {
  const repair = REPAIRS[meta.id];
  if (repair === undefined) return smallestFlip(meta);
  const [file, wrong, right] = repair;
  const bad = meta.examples.bad[0].files;
  const text = bad[file] ?? '';
  const repaired = text.replace(wrong, right);
  return { files: { ...bad, [file]: repaired }, flip: flipBetween(file, repaired, text) };
}

describe('a finding comes with one edit and goes with it', () => {
  it.each(RULES.map((meta) => [meta.id, meta] as const))('%s', (_, meta) => {
    const [bad, good] = [meta.examples.bad[0], meta.examples.good[0]];
    // Of some rules the profile is the setting.
    if (bad.profile !== good.profile && JSON.stringify(bad.files) === JSON.stringify(good.files)) {
      expect(count(meta, good.files, good.profile ?? 'default')).toBe(0);
      expect(count(meta, bad.files, bad.profile)).toBeGreaterThan(0);
      return;
    }
    const mutation = mutationOf(meta);
    if (mutation === null) throw new Error('no pair of examples differs in one place; add a line to REPAIRS');
    const { files, flip } = mutation;
    expect(flip.good).not.toBe(flip.bad);
    expect(count(meta, files)).toBe(0);
    const flipped = apply(files, flip, 'bad');
    expect(count(meta, flipped)).toBeGreaterThan(0);
    expect(apply(flipped, flip, 'good')).toEqual(files);
    expect(count(meta, apply(flipped, flip, 'good'))).toBe(0);
  });

  it('has no line for a rule that needs none', () => {
    const ids = RULES.map(({ id }) => id);
    for (const id of Object.keys(REPAIRS)) expect(ids).toContain(id);
  });
});
