import type { DiffInput } from '../diff/diff-input.ts';
import { diffPolicies } from '../diff/diff-policies.ts';
import type { EstateRead } from '../lint/read-estate.ts';
import { readEstate } from '../lint/read-whole.ts';
import type { PolicyDiff } from '../model/change.ts';
import type { Sides } from './diff-sides.ts';
import { reformattedIn } from './diff-sides.ts';

/** The comparison with what it was made from. */
export interface Compared {
  readonly diff: PolicyDiff;
  readonly base: EstateRead;
  readonly head: EstateRead;
  readonly inputs: { readonly base: DiffInput; readonly head: DiffInput };
}

/** Compares two sides that were read. */
export async function compareSides(
  sides: Sides,
  {
    now,
    maxWitnesses,
    changed,
  }: { readonly now: number; readonly maxWitnesses: number; readonly changed: ReadonlySet<string> },
): Promise<Compared> {
  const { base, head, inputs } = readInputs(sides, now);
  const diff = await diffPolicies(inputs.base, inputs.head, {
    at: now,
    // Loaded for the first token: most comparisons find nothing to prove.
    prove: async (candidate, both) => (await import('../witness/prove.ts')).prove(candidate, both),
    maxWitnesses,
    changedFiles: changed,
    notes: sides.notes,
  });
  return { diff: { ...diff, reformatted: reformattedIn(sides, new Set(diff.reformatted)) }, base, head, inputs };
}

/** What two sides hold. @param now milliseconds since the epoch */
export function readInputs(sides: Sides, now: number): Pick<Compared, 'base' | 'head' | 'inputs'> {
  const read = ({ files }: Sides['base']): EstateRead => readEstate(files, { now, parse: sides.parse });
  const [base, head] = [read(sides.base), read(sides.head)];
  return { base, head, inputs: { base: inputOf(sides.base, base), head: inputOf(sides.head, head) } };
}

function inputOf({ label, commit, problems }: Sides['base'], read: EstateRead): DiffInput {
  const { estate, waivers, guardrails, declaredPolicies } = read;
  return {
    label,
    commit,
    policies: estate.policies,
    waivers,
    guardrails,
    inventories: estate.inventories,
    predictions: estate.predictions,
    declared: declaredPolicies,
    problems: [...problems, ...read.problems],
  };
}

/** Files whose text differs between the sides. */
export function changedFiles({ base, head }: Sides): ReadonlySet<string> {
  const before = new Map(base.files.map(({ file, text }) => [file, text]));
  const after = new Map(head.files.map(({ file, text }) => [file, text]));
  return new Set([...before.keys(), ...after.keys()].filter((file) => before.get(file) !== after.get(file)));
}
