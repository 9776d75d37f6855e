import { join } from 'node:path';
import { planContainment } from '../../incident/plan-containment.ts';
import { planFileText } from '../../incident/write-plan.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { planJson } from '../../report/incident-plan-json.ts';
import { planPretty } from '../../report/incident-plan.ts';
import { systemFiles } from '../../system/files.ts';
import type { KnownIds } from '../../incident/known-ids.ts';
import { madeSteps } from '../../incident/made-steps.ts';
import { appendRecord, authorOf, readAllRecords } from '../incident-folder.ts';
import { PLAN_FILE, knownIds, loadSituation } from '../incident-situation.ts';
import { formatsOf } from '../../report/formats.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import { sha256Of } from '../../incident/write-incident.ts';

/** What this command is given beside what all commands are. */
type Options = CommandOptions & { readonly about?: readonly string[]; readonly plan?: string };

/**
 * `firebreak incident plan [INCIDENT]`: proposes the fastest complete set of responses with what each verifier is promised,
 * who else is hit and what stays open, and writes the plan that `contain` runs. Nothing is sent anywhere.
 *
 * @returns 0 when every verifier is reached, 1 when something stays open
 * @throws UserError document/*, usage/*, file/*
 */
export async function runIncidentPlan(io: Io, [named]: readonly string[], given: object): Promise<ExitCode> {
  const options: Options = given;
  const targets = readOutputs(options, formatsOf('incident plan'), 'pretty');
  const now = readNow(options.now);
  const situation = await loadSituation(named, options);
  const { incident, folder } = situation;
  const file = options.plan ?? join(folder, PLAN_FILE);
  const started = madeSteps(await readAllRecords(folder)).size > 0;
  if (started && (await systemFiles.exists(file)) && options.force !== true) {
    throw new UserError(
      'usage/bad-argument',
      `containment of "${incident.name}" has begun by ${file}; it was not replaced`,
      {
        hint: 'go on with it: firebreak incident contain; or write another one: --plan FILE',
      },
    );
  }
  const { known, affected } = await knownIds(situation, options.about ?? []);
  const proposal = planContainment({ ...situation, known, affected, file, now });
  const text = planFileText(proposal.plan, proposal.steps);
  await systemFiles.writeAtomically(file, text);
  const author = await authorOf(options.by, incident.lead);
  const exposed = proposal.verifiers.filter((each) => each.exposed !== null).map(({ verifier }) => verifier);
  const data = {
    plan: file,
    sha256: sha256Of(text),
    steps: proposal.plan.steps.map(({ id }) => id),
    names: namesOf(known),
    exposed,
  };
  await appendRecord(folder, { author, event: 'planned', data, now });
  await writeOutputs(
    targets,
    (format, terminal) =>
      format === 'json'
        ? planJson(proposal)
        : planPretty(proposal, paintFor(io, 'out', terminal ? options.color : 'never'), folder),
    io,
  );
  return exposed.length > 0 ? EXIT.findings : EXIT.done;
}

/** What plans of this incident may name; `contain` refuses everything else. */
function namesOf(known: KnownIds): readonly string[] {
  return Object.entries(known).map(([type, value]) => `${type} ${value}`);
}
