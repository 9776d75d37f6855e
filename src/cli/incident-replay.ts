/** The drill that replays an incident, as a file. */
import type { Replay } from '../incident/replay-drill.ts';
import { replayDrill } from '../incident/replay-drill.ts';
import type { DrillSpec } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import { readDrill } from '../policy/read-drill.ts';
import { validateDocument } from '../policy/validate.ts';
import { parseDocuments } from '../source/parse.ts';
import { systemFiles } from '../system/files.ts';
import type { LoadedPlan } from './incident-plan-file.ts';
import { loadContainmentPlan } from './incident-plan-file.ts';
import type { SituationOptions } from './incident-situation.ts';
import { loadSituation } from './incident-situation.ts';
import { loadEstate } from './load-estate.ts';

const DRILLS_FOLDER = 'drills';

export interface ReplayFile {
  readonly file: string;
  /** Null when no drill can replay it. */
  readonly text: string | null;
  readonly replay: Replay;
}

/** Where the drill of an incident is, unless somebody says another place. */
export function replayFileOf({ name }: Incident): string {
  return `${DRILLS_FOLDER}/incident-${name}.yaml`;
}

/** @throws UserError document/not-found without a plan, document/* */
export async function replayOf(
  named: string | undefined,
  options: SituationOptions & { readonly plan?: string },
  incident: { readonly incident: Incident; readonly folder: string },
): Promise<ReplayFile> {
  const { plan }: LoadedPlan = await loadContainmentPlan(
    { folder: incident.folder, name: incident.incident.name },
    options.plan,
  );
  const { inventory, policies } = await loadSituation(named, {
    ...options,
    environment: plan.environment,
    inventory: plan.inventory,
  });
  const found = replayDrill({
    incident: incident.incident,
    plan,
    inventory,
    policies,
    others: await drillsHere(options.policies),
  });
  const file = replayFileOf(incident.incident);
  const faults = found.drills.flatMap(({ text, name }) => faultsOf(file, text).map((fault) => `${name}: ${fault}`));
  // A step that only incidents can take in this form makes the whole drill one that cannot be run.
  const replay = faults.length === 0 ? found : { drills: [], leftOut: [...found.leftOut, ...faults] };
  const text = replay.drills.length === 0 ? null : replay.drills.map((drill) => drill.text).join('---\n');
  return { file, text, replay };
}

/** Drills of this repository. A fault in one of them is for lint to tell, and keeps nobody from replaying an incident. */
async function drillsHere(policies: readonly string[] = ['policies']): Promise<readonly DrillSpec[]> {
  if (!(await systemFiles.exists(DRILLS_FOLDER))) return [];
  try {
    return (await loadEstate([...policies, DRILLS_FOLDER])).drills;
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function faultsOf(file: string, text: string): readonly string[] {
  const { documents, problems } = parseDocuments(file, text);
  const validations = documents.map(validateDocument);
  const drills = validations.flatMap(({ document }) => (document === null ? [] : [readDrill(document)]));
  return [problems, ...validations.map((each) => each.problems), ...drills.map((each) => each.problems)]
    .flat()
    .map(({ message }) => message);
}
