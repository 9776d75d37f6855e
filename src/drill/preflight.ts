import { UserError } from '../model/failure.ts';
import type { Files } from '../model/ports.ts';
import { HttpFailure } from '../model/ports.ts';
import { checkConfirmed } from './confirmation.ts';
import { unfinishedRuns } from './recover.ts';
import { scrub } from './scrub.ts';
import { checkIssuer } from './issuer-identity.ts';
import { checkPermission } from './permission.ts';
import type { Plan } from './plan.ts';
import type { DrillPorts, DrillRunInput } from './run-input.ts';
import type { StepContext } from './step.ts';
import { adminRequest } from './step.ts';
import { actionOf } from './steps/registry.ts';
import { placeOf } from './urls.ts';

/** What must hold before anything is touched: confirmation, the right issuer, the safety lever. @throws UserError drill/* */
export async function checkGuards(input: DrillRunInput, { files, clock }: GuardPorts): Promise<void> {
  checkConfirmation(input);
  checkLab(input);
  checkPermission(input, clock.wall());
  await checkLevers(input.plan, files);
}

/** @throws UserError drill/confirmation-needed */
export function checkConfirmation({ plan, confirm }: Pick<DrillRunInput, 'plan' | 'confirm'>): void {
  const { environment, drill } = plan;
  if (plan.needsConfirmation) checkConfirmed(environment, { typed: confirm, name: environment.name, at: drill.at });
}

/** Whether the lab that runs is the one of the inventory. @throws UserError drill/wrong-environment */
export function checkLab({ plan: { environment, issuer }, lab }: Pick<DrillRunInput, 'plan' | 'lab'>): void {
  if (lab === null || environment.class !== 'lab' || lab.issuer.issuer === issuer.issuer) return;
  throw new UserError(
    'drill/wrong-environment',
    `the running lab's issuer is ${lab.issuer.issuer}, the inventory says ${issuer.issuer}`,
    { hint: 'restart the lab from this inventory', at: issuer.at },
  );
}

type GuardPorts = Pick<DrillPorts, 'files' | 'clock'>;

/** The levers of the drill and of its environment. */
export function leversOf({ drill, environment }: Plan): readonly string[] {
  return [drill.guards.safetyLever, environment.drills?.safetyLever ?? null].flatMap((lever) => lever ?? []);
}

/** Asked under the lease, so that a run that still goes on is not taken for one that died. @throws UserError drill/unfinished-run */
export async function checkUnfinished(stateDir: string, files: Files): Promise<void> {
  const unfinished = await unfinishedRuns(stateDir, files);
  if (unfinished.length === 0) return;
  throw new UserError(
    'drill/unfinished-run',
    `an earlier run may have left something behind: ${unfinished.map(({ runId }) => runId).join(', ')}`,
    { hint: 'firebreak drill recover' },
  );
}

/** Nothing is changed unless every host may be spoken to: what cannot be reached now could not be put back later. */
export async function checkReach({ plan, lab }: DrillRunInput, context: StepContext): Promise<void> {
  await checkIssuer(plan, context);
  if (plan.issuer.admin !== null)
    await adminRequest(context, { admin: plan.issuer.admin, method: 'GET', path: '/keys', expected: [200] });
  for (const { call } of [...plan.drill.warmup, ...plan.drill.method])
    if (call !== null) await actionOf(call).reach?.(call, context);
  for (const { url, method, vantage, address } of plan.units) {
    // What agents may ask is on their own lists; this process may have no way there.
    if (vantage !== undefined) continue;
    const place = placeOf(url, lab);
    try {
      await context.http.send({
        url: place.url,
        ...(place.ca === undefined ? {} : { tls: { ca: place.ca } }),
        method,
        timeoutMs: context.timeoutMs,
        ...(address === undefined ? {} : { address }),
      });
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      // A unit that does not answer is left out by calibration; one that must not be asked stops the run.
      if (error.kind === 'not-allowed') {
        throw new UserError('drill/host-not-allowed', error.message, {
          hint: 'add the host or network to allow of the environment, if it belongs there',
          cause: error,
        });
      }
    }
  }
}

/** @throws UserError drill/safety-lever when the file of a lever exists or cannot be looked at */
export async function checkLevers(plan: Plan, files: Files): Promise<void> {
  const pulled = await pulledLever(leversOf(plan), files);
  if (pulled === null) return;
  throw new UserError('drill/safety-lever', `the safety lever ${pulled}: no drill may run`, {
    hint: 'remove the file when drills may run again',
  });
}

/** Longest reason that is read and shown. */
const MAX_REASON = 200;

/**
 * The first pulled lever as words, `stop.txt is pulled (maintenance)`; null when none is. What cannot be looked at counts as
 * pulled: somebody may have pulled it.
 */
export async function pulledLever(levers: readonly string[], files: Files): Promise<string | null> {
  for (const lever of levers) {
    const pulled = await lookAt(lever, files);
    if (pulled !== null) return pulled;
  }
  return null;
}

async function lookAt(lever: string, files: Files): Promise<string | null> {
  try {
    const text = new TextDecoder().decode(await files.readBytes(lever, 64 * 1024));
    const reason = scrub(text, []).replaceAll(/\s+/g, ' ').trim().slice(0, MAX_REASON);
    return `${lever} is pulled${reason === '' ? '' : ` (${reason})`}`;
  } catch (error) {
    if (error instanceof UserError && error.code === 'file/missing') return null;
    return `${lever} cannot be looked at, which counts as pulled`;
  }
}
