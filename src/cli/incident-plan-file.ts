/** The plan beside an incident. */
import { join } from 'node:path';
import { sha256Of } from '../incident/write-incident.ts';
import type { ContainmentPlan } from '../model/containment.ts';
import { UserError } from '../model/failure.ts';
import { readContainmentPlan } from '../policy/read-containment-plan.ts';
import { validateDocument } from '../policy/validate.ts';
import { decodeText } from '../source/decode.ts';
import { parseDocuments } from '../source/parse.ts';
import { systemFiles } from '../system/files.ts';
import { PLAN_FILE } from './incident-situation.ts';

export interface LoadedPlan {
  readonly plan: ContainmentPlan;
  /** Of the text: what is approved is exactly this. */
  readonly sha256: string;
}

/** @throws UserError document/not-found, document/invalid with every fault */
export async function loadContainmentPlan(
  { folder, name }: { readonly folder: string; readonly name: string },
  given: string | undefined,
): Promise<LoadedPlan> {
  const file = given ?? join(folder, PLAN_FILE);
  if (!(await systemFiles.exists(file))) {
    throw new UserError('document/not-found', `there is no plan ${file}`, {
      hint: `make one: firebreak incident plan ${folder}`,
    });
  }
  const text = decodeText(file, await systemFiles.readBytes(file));
  const { documents, problems: unparsed } = parseDocuments(file, text);
  const problems = [...unparsed];
  for (const source of documents) {
    const { document, problems: invalid } = validateDocument(source);
    problems.push(...invalid);
    if (document?.kind !== 'ContainmentPlan') continue;
    const { plan, problems: faults } = readContainmentPlan(document);
    problems.push(...faults);
    if (plan === null || problems.length > 0) continue;
    if (plan.incident === name) return { plan, sha256: sha256Of(text) };
    throw new UserError('document/invalid', `${file} is a plan for incident "${plan.incident}", not "${name}"`, {
      hint: 'name the plan of this incident: --plan FILE',
    });
  }
  if (problems.length > 0) throw new UserError('document/invalid', `${file} has faults`, { problems });
  throw new UserError('document/not-found', `${file} holds no ContainmentPlan`, {
    hint: `make one: firebreak incident plan ${folder}`,
  });
}
