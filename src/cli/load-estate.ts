import type { DrillSpec } from '../model/drill.ts';
import type { ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import { UserError } from '../model/failure.ts';
import type { Inventory } from '../model/inventory.ts';
import type { EffectivePolicy, TokenPolicySpec } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import { readDrill } from '../policy/read-drill.ts';
import { readInventory } from '../policy/read-inventory.ts';
import { resolvePolicies } from '../policy/resolve.ts';
import { checkNames, claimsToBeOurs, validateDocument } from '../policy/validate.ts';
import { predict } from '../predict/predict.ts';
import { parseDocuments } from '../source/parse.ts';
import type { LoadedFile } from './load.ts';
import { loadFiles } from './load.ts';

/** The documents of a repository, valid as a whole. */
export interface LoadedEstate {
  readonly policies: readonly EffectivePolicy[];
  readonly inventories: readonly Inventory[];
  readonly drills: readonly DrillSpec[];
  readonly predictions: readonly Prediction[];
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Reads policies, inventories and drills for commands that act on them. Nothing is acted on while any document has a
 * fault.
 *
 * @throws UserError document/invalid with every problem of every file
 */
export async function loadEstate(paths: readonly string[]): Promise<LoadedEstate> {
  const files = (await loadFiles(paths)).filter(({ file }) => /\.(ya?ml|json)$/i.test(file));
  const problems: Problem[] = [];
  const documents = files.flatMap((file) => validDocuments(file, problems));
  problems.push(...checkNames(documents.filter(({ kind }) => kind !== 'TokenPolicy')));
  const { policies, problems: unresolved } = resolvePolicies(
    documents.filter(({ kind }) => kind === 'TokenPolicy') as readonly ValidDocument<TokenPolicySpec>[],
  ); // the schema of the kind was checked
  problems.push(...unresolved);
  const inventories = documents
    .filter(({ kind }) => kind === 'Inventory')
    .flatMap((document) => {
      const reading = readInventory(document);
      problems.push(...reading.problems);
      return reading.inventory === null ? [] : [reading.inventory];
    });
  const drills = documents
    .filter(({ kind }) => kind === 'Drill')
    .flatMap((document) => {
      const reading = readDrill(document);
      problems.push(...reading.problems);
      return reading.drill === null ? [] : [reading.drill];
    });
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  if (problems.length > 0) throw new InvalidDocuments(problems, texts);
  return { policies, inventories, drills, predictions: predict(inventories, policies), texts };
}

/** Documents with faults, and the texts to show them in. */
export class InvalidDocuments extends UserError {
  readonly texts: ReadonlyMap<string, string>;

  constructor(problems: readonly Problem[], texts: ReadonlyMap<string, string>) {
    super(
      'document/invalid',
      problems.length === 1 ? 'a document has a fault' : `documents have ${problems.length} faults`,
      { problems, hint: 'correct them; nothing was done' },
    );
    this.texts = texts;
  }
}

/** The one inventory of a file. @throws UserError document/not-found */
export async function loadInventoryFile(path: string): Promise<Inventory> {
  const { inventories } = await loadEstate([path]);
  const [inventory] = inventories;
  if (inventory === undefined)
    throw new UserError('document/not-found', `${path} holds no Inventory`, { hint: 'name the file that does' });
  return inventory;
}

function validDocuments({ file, text, named }: LoadedFile, problems: Problem[]): readonly ValidDocument<unknown>[] {
  const parsed = parseDocuments(file, text);
  const ours = named || parsed.documents.some(({ data }) => claimsToBeOurs(data)) || text.includes('firebreak.dev/');
  // A file of somebody else is none of our business, unless the user named it.
  if (!ours) return [];
  problems.push(...parsed.problems);
  return parsed.documents.flatMap((source) => {
    const { document, problems: found } = validateDocument(source);
    problems.push(...found);
    return document === null ? [] : [document];
  });
}
