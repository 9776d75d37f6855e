import type { ConfigSubject, LibraryConfig } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import type { Estate } from '../model/finding.ts';
import type { IssuerGroup } from './issuer-groups.ts';
import { issuerGroups } from './issuer-groups.ts';
import { inventoryLines } from './write-inventory.ts';
import { policyLines } from './write-policy.ts';
import { comment } from './yaml-lines.ts';

export interface InferOptions {
  readonly owner: string;
  /** Whether lint may read a file: only what lies in the folder that firebreak will run in. */
  readonly isInside: (file: string) => boolean;
}

/** A first set of documents, as text. */
export interface Inference {
  /** TokenPolicies, one for each issuer. */
  readonly policies: string;
  readonly inventory: string;
  /** `iss` values of the policies. */
  readonly issuers: readonly string[];
  /** How many the Inventory lists. */
  readonly verifiers: number;
  /** Files that the Inventory refers to, sorted: what lint reads with it. */
  readonly referenced: readonly string[];
}

/** Path from `policies/` to the schemas of an installed package, for editors. */
const SCHEMAS = '../node_modules/firebreak/schema/v1alpha1';

/**
 * Makes a first policy and inventory out of what configuration files, recorded metadata and key sets say. The policy is
 * the recommended one, tighter where the configuration is: what the configuration violates is for Waivers. Whatever is
 * inferred has a comment that names its source; secrets are never read into facts, so none can be copied.
 *
 * @returns null when the sources speak of no issuer, no verifier and no verifier library
 */
export function infer(estate: Estate, { owner, isInside }: InferOptions): Inference | null {
  const groups = issuerGroups(estate);
  const libraries = groups.some(({ verifiers }) => verifiers.length > 0) ? [] : librariesOf(estate.configs);
  const all = groups.length === 0 && libraries.length > 0 ? [PLACEHOLDER] : groups;
  if (all.length === 0) return null;
  const policies = all.map((group) => policyLines(group, owner).join('\n'));
  return {
    policies: `${header('token-policy', POLICY_COMMENT)}${policies.join('\n---\n')}\n`,
    inventory: `${header('inventory', INVENTORY_COMMENT)}${inventoryLines({ groups: all, libraries, owner, isInside }).join('\n')}\n`,
    issuers: all.map(({ issuer }) => issuer),
    verifiers: all.reduce((count, { verifiers }) => count + verifiers.length, 0) + libraries.length,
    referenced: [
      ...new Set(all.flatMap(({ configs, verifiers }) => [...configs, ...verifiers].map(({ file }) => file))),
    ]
      .filter(isInside)
      .sort(),
  };
}

const POLICY_COMMENT =
  'What verifiers may accept, and how fast a leak must end. Inferred once: from now on this file is the source.';
const INVENTORY_COMMENT = 'Who issues and who verifies tokens. Predictions are made from this file and those it names.';

function header(schema: string, text: string): string {
  return `# yaml-language-server: $schema=${SCHEMAS}/${schema}.json\n${comment(text)}\n`;
}

/** Stands for the issuer of services of which only the library is known. */
const PLACEHOLDER: IssuerGroup = {
  name: 'main',
  issuer: 'https://id.example.com',
  issuerNote: 'not visible in any source: write what your tokens say in iss',
  configs: [],
  clients: [],
  verifiers: [],
  served: null,
  discovery: null,
};

/** Libraries that a service asks for itself and whose caches are known, each once. */
function librariesOf(configs: readonly ConfigSubject[]): readonly LibraryConfig[] {
  const found = configs
    .filter((config) => config.kind === 'library')
    .filter(({ product, facts }) => product !== null && knownValue(facts.direct) !== false);
  return [...new Map(found.map((library) => [library.product?.id, library])).values()];
}
