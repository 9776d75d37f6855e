import type { Approval } from '../model/approval.ts';
import type { FileTexts } from '../model/document.ts';
import type { DrillSpec } from '../model/drill.ts';
import type { Problem } from '../model/failure.ts';
import { UserError } from '../model/failure.ts';
import type { Guardrail } from '../model/guardrail.ts';
import type { Inventory } from '../model/inventory.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import type { Revocation } from '../model/revocation.ts';
import type { StoredResult } from '../model/stored-result.ts';
import type { Waiver } from '../model/waiver.ts';
import { loadFiles } from './load.ts';
import { readWithReferenced } from './load-referenced.ts';

/** The documents of a repository, valid as a whole. */
export interface LoadedEstate {
  readonly policies: readonly EffectivePolicy[];
  readonly inventories: readonly Inventory[];
  readonly drills: readonly DrillSpec[];
  readonly predictions: readonly Prediction[];
  /** Results of drills that are recorded beside the policies. */
  readonly drillResults: readonly StoredResult[];
  readonly revocations: readonly Revocation[];
  readonly waivers: readonly Waiver[];
  readonly guardrails: readonly Guardrail[];
  readonly approvals: readonly Approval[];
}

/**
 * Reads policies, inventories and drills for commands that act on them. Nothing is acted on while any document has a
 * fault.
 *
 * @param now milliseconds since the epoch; waivers that ended before cannot be at fault
 * @throws UserError document/invalid with every problem of every file
 */
export async function loadEstate(paths: readonly string[], now: number = Date.now()): Promise<LoadedEstate> {
  const files = (await loadFiles(paths)).filter(({ file }) => !/\.(?:jwt|key|pem|jwks?)$/i.test(file));
  const { read } = await readWithReferenced(files, { now });
  const { estate, drills, waivers, guardrails, problems, texts } = read;
  if (problems.length > 0) throw new InvalidDocuments(problems, texts);
  const { policies, inventories, predictions, drillResults = [], revocations = [], approvals = [] } = estate;
  return { policies, inventories, drills, predictions, drillResults, revocations, waivers, guardrails, approvals };
}

/** Documents with faults, and the texts to show them in. */
export class InvalidDocuments extends UserError {
  readonly texts: FileTexts;

  constructor(problems: readonly Problem[], texts: FileTexts) {
    super(
      'document/invalid',
      problems.length === 1 ? 'a document has a fault' : `documents have ${problems.length} faults`,
      {
        problems,
        hint: 'correct them; nothing was done',
      },
    );
    this.texts = texts;
  }
}

/** The one inventory of a file. @throws UserError document/not-found */
export async function loadInventoryFile(path: string): Promise<Inventory> {
  const { inventories } = await loadEstate([path]);
  const [inventory] = inventories;
  if (inventory === undefined) {
    throw new UserError('document/not-found', `${path} holds no Inventory`, { hint: 'name the file that does' });
  }
  return inventory;
}
