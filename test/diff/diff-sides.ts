import type { DiffInput, DiffOptions } from '../../src/diff/diff-input.ts';
import { diffPolicies } from '../../src/diff/diff-policies.ts';
import type { PolicyDiff } from '../../src/model/change.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { prove } from '../../src/witness/prove.ts';

export const AT = Date.UTC(2026, 10, 30, 9);

/** File name to text, as a commit has it. */
export type Files = Readonly<Record<string, string>>;

/** One side out of files, by the same readers that the command uses. */
export function sideOf(label: string, files: Files): DiffInput {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text }));
  const { estate, waivers, guardrails, problems, declaredPolicies } = readEstate(inputs, { now: AT });
  const { policies, inventories, predictions } = estate;
  const declared = declaredPolicies;
  return { label, commit: null, policies, waivers, guardrails, inventories, predictions, problems, declared };
}

/** The difference of two sets of files, with witnesses proven by the real verifier. */
export function diffFiles(before: Files, after: Files, options: Partial<DiffOptions> = {}): Promise<PolicyDiff> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changedFiles = new Set([...names].filter((name) => before[name] !== after[name]));
  const [base, head] = [sideOf('before', before), sideOf('after', after)];
  return diffPolicies(base, head, { at: AT, prove, maxWitnesses: 20, changedFiles, notes: [], ...options });
}
