import { isAbsolute } from 'node:path';
import { pathsOf } from '../lint/config-inventory.ts';
import type { Problem } from '../model/failure.ts';
import type { ConfigReference, Inventory } from '../model/inventory.ts';
import { readInventory } from '../policy/read-inventory.ts';
import { claimsToBeOurs, validateDocument } from '../policy/validate.ts';
import type { ParsedFile } from '../source/parse.ts';
import { brokenReference } from './load-referenced.ts';
import type { SideFile } from './side-files.ts';
import type { SideTexts } from './side-texts.ts';

/** A configuration file that an Inventory names and that is not there yet. */
export interface MissingReference {
  readonly reference: ConfigReference;
  /** What the reference may mean, best first; none for a place outside of the folder that firebreak runs in. */
  readonly candidates: readonly string[];
}

/** References of the inventories of a side to files that it does not hold. Faulty inventories say nothing. */
export function missingReferences(
  files: readonly SideFile[],
  parse: (file: string, text: string) => ParsedFile,
): readonly MissingReference[] {
  const known = new Set(files.map(({ file }) => file));
  return files
    .filter(({ text }) => text.includes('firebreak.dev/') && text.includes('Inventory'))
    .flatMap(({ file, text }) => inventoriesIn(parse(file, text)))
    .flatMap((inventory) => referencesOf(inventory))
    .filter(({ paths }) => !paths.some((path) => known.has(path)))
    .map(({ reference, paths }) => ({
      reference,
      candidates: isAbsolute(reference.file) ? [] : paths.filter((path) => path.split('/')[0] !== '..'),
    }));
}

function inventoriesIn({ documents }: ParsedFile): readonly Inventory[] {
  return documents
    .filter(({ data }) => claimsToBeOurs(data))
    .flatMap((source) => validateDocument(source).document ?? [])
    .filter(({ kind }) => kind === 'Inventory')
    .flatMap((document) => readInventory(document).inventory ?? []);
}

/** Of verifiers, whose predictions hang on them, and of issuers, whose lifetimes do. */
function referencesOf(
  inventory: Inventory,
): readonly { readonly reference: ConfigReference; readonly paths: readonly string[] }[] {
  return [...inventory.issuers, ...inventory.verifiers]
    .flatMap(({ configs = [] }) => configs)
    .map((reference) => ({ reference, paths: pathsOf(reference, inventory) }));
}

/** References that led to nothing that could be read, or was said to be unreadable: what their verifiers do is not known. */
export function unreadReferences(
  missing: readonly MissingReference[],
  { files, leftOut, problems }: SideTexts,
): readonly Problem[] {
  const read = new Set([...files, ...problems.flatMap(({ at }) => at ?? [])].map(({ file }) => file));
  return missing
    .filter(({ candidates }) => !candidates.some((file) => read.has(file)))
    .map(({ reference, candidates }) => {
      const out = leftOut.find(({ file }) => candidates.includes(file));
      if (out === undefined) return brokenReference(reference, { isOutside: candidates.length === 0 });
      const message = `${out.file} is not read: ${out.reason}`;
      return { code: 'document/not-found', message, hint: 'name the file itself', at: reference.at };
    });
}
