import { lint } from '../lint/lint.ts';
import type { EstateInput } from '../lint/read-estate.ts';
import { readEstate } from '../lint/read-whole.ts';
import type { Finding } from '../model/finding.ts';
import { RULES } from '../rules/registry.ts';
import { infer } from './infer.ts';
import { isWaivable, waiversText } from './write-waivers.ts';

export interface FirstInput {
  /** Configuration files, recorded metadata and key sets, by their paths from the folder that is set up. */
  readonly files: readonly EstateInput[];
  /** What issuers answered just now, as histories that `audit` will go on with. */
  readonly histories: readonly EstateInput[];
  readonly owner: string;
  /** Milliseconds since the epoch: waivers begin then. */
  readonly now: number;
  /** Other documents that lint will read with these, path to text. */
  readonly beside: Readonly<Record<string, string>>;
}

export interface FirstDocuments {
  /** Path to text: policies, inventory, waivers where something violates them, histories. */
  readonly files: Readonly<Record<string, string>>;
  /** `iss` values of the policies. */
  readonly issuers: readonly string[];
  readonly verifiers: number;
  /** What the configuration violates today, silenced by the waivers. */
  readonly waived: readonly Finding[];
  /** What is wrong with what issuers serve: never waived, the audit says it every night. */
  readonly served: readonly Finding[];
}

/**
 * First documents for what runs already: the policy is the recommended one, and a Waiver for each rule silences what
 * violates it today, so that `firebreak lint` passes and fails for what comes new.
 *
 * @returns null when the sources speak of no issuer, no verifier and no verifier library
 */
export function firstDocuments({ files, histories, owner, now, beside }: FirstInput): FirstDocuments | null {
  const { estate } = readEstate([...files, ...histories], { now });
  const inference = infer(estate, { owner, isInside });
  if (inference === null) return null;
  const documents = {
    'policies/token-policy.yaml': inference.policies,
    'policies/inventory.yaml': inference.inventory,
  };
  // Exactly what lint will read: the documents, and the files that the Inventory names.
  const read = [
    ...Object.entries({ ...documents, ...beside }).map(([file, text]) => ({ file, text })),
    ...files.filter(({ file }) => inference.referenced.includes(file)),
  ];
  const waived = lint(readEstate(read, { now })).findings.filter(isWaivable);
  const waivers = waiversText(waived, { owner, now, rules: RULES });
  return {
    files: {
      ...documents,
      ...(waivers === '' ? {} : { 'policies/waivers.yaml': waivers }),
      ...Object.fromEntries(histories.map(({ file, text }) => [file, text])),
    },
    issuers: inference.issuers,
    verifiers: inference.verifiers,
    waived,
    served: histories.length === 0 ? [] : lint(readEstate(histories, { now })).findings.filter(isWaivable),
  };
}

/** Lint reads no file outside of the folder that it runs in. */
function isInside(file: string): boolean {
  return !/^(?:\/|[A-Za-z]:|\.\.(?:\/|$))/.test(file);
}
