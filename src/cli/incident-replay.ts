/** The drill that replays an incident, as a file. */
import type { Replay } from '../incident/replay-drill.ts';
import { replayDrill } from '../incident/replay-drill.ts';
import type { Incident } from '../model/incident.ts';
import { readDrill } from '../policy/read-drill.ts';
import { validateDocument } from '../policy/validate.ts';
import { parseDocuments } from '../source/parse.ts';
import type { LoadedPlan } from './incident-plan-file.ts';
import { loadContainmentPlan } from './incident-plan-file.ts';
import type { SituationOptions } from './incident-situation.ts';
import { loadSituation } from './incident-situation.ts';

export interface ReplayFile {
  readonly file: string;
  /** Null when no drill can replay it. */
  readonly text: string | null;
  readonly replay: Replay;
}

/** Where the drill of an incident is, unless somebody says another place. */
export function replayFileOf({ name }: Incident): string {
  return `drills/incident-${name}.yaml`;
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
  const found = replayDrill({ incident: incident.incident, plan, inventory, policies });
  const file = replayFileOf(incident.incident);
  const faults = found.drills.flatMap(({ text, name }) => faultsOf(file, text).map((fault) => `${name}: ${fault}`));
  // A step that only incidents can take in this form makes the whole drill one that cannot be run.
  const replay = faults.length === 0 ? found : { drills: [], leftOut: [...found.leftOut, ...faults] };
  const text = replay.drills.length === 0 ? null : replay.drills.map((drill) => drill.text).join('---\n');
  return { file, text, replay };
}

function faultsOf(file: string, text: string): readonly string[] {
  const { documents, problems } = parseDocuments(file, text);
  const validations = documents.map(validateDocument);
  const drills = validations.flatMap(({ document }) => (document === null ? [] : [readDrill(document)]));
  return [problems, ...validations.map((each) => each.problems), ...drills.map((each) => each.problems)]
    .flat()
    .map(({ message }) => message);
}
