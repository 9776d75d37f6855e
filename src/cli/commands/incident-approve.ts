import { UserError } from '../../model/failure.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { appendRecord, authorOf } from '../incident-folder.ts';
import { loadContainmentPlan } from '../incident-plan-file.ts';
import { loadNamedIncident } from '../incident-situation.ts';
import type { Io } from '../io.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';

type Options = CommandOptions & { readonly plan?: string };

/**
 * `firebreak incident approve [INCIDENT]`: writes into the journal of who approves that exactly this text of the plan may be
 * run. Sign the commit: the journal says who, not that it is true.
 *
 * @throws UserError document/*, usage/bad-argument when nobody is named
 */
export async function runIncidentApprove(io: Io, [named]: readonly string[], given: object): Promise<ExitCode> {
  const options: Options = given;
  const { incident, folder } = await loadNamedIncident(named);
  const { plan, sha256 } = await loadContainmentPlan({ folder, name: incident.name }, options.plan);
  const author = await authorOf(options.by, '');
  if (author === '') {
    throw new UserError('usage/bad-argument', 'nobody is named who approves', { hint: 'name yourself: --by @name' });
  }
  const data = { plan: plan.file, sha256 };
  const journal = await appendRecord(folder, { author, event: 'approved', data, now: readNow(options.now) });
  io.out(
    `${author} approves ${plan.file} (sha256:${sha256.slice(0, 12)}) with its ${plan.steps.length} steps\n  wrote ${journal}\n`,
  );
  return EXIT.done;
}
