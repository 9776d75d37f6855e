import { UserError } from '../model/failure.ts';
import type { Files } from '../model/ports.ts';
import { HttpFailure } from '../model/ports.ts';
import { checkConfirmed } from './confirmation.ts';
import { unfinishedRuns } from './recover.ts';
import type { DrillRunInput } from './run-input.ts';
import type { StepContext } from './step.ts';
import { adminRequest } from './step.ts';
import { actionOf } from './steps/registry.ts';
import { resolveUrl } from './urls.ts';

/** What must hold before anything is touched: confirmation, the right issuer, the safety lever. @throws UserError drill/* */
export async function checkGuards({ plan, confirm, lab }: DrillRunInput, files: Files): Promise<void> {
  const { environment, issuer, drill } = plan;
  if (plan.needsConfirmation) {
    checkConfirmed(environment, { typed: confirm, name: environment.name, at: drill.at });
  }
  if (lab !== null && environment.class === 'lab' && lab.issuer.issuer !== issuer.issuer) {
    throw new UserError(
      'drill/wrong-environment',
      `the running lab's issuer is ${lab.issuer.issuer}, the inventory says ${issuer.issuer}`,
      { hint: 'restart the lab from this inventory', at: issuer.at },
    );
  }
  await checkLever(drill.guards.safetyLever, files);
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
  if (plan.issuer.admin !== null)
    await adminRequest(context, { admin: plan.issuer.admin, method: 'GET', path: '/keys', expected: [200] });
  for (const { call } of [...plan.drill.warmup, ...plan.drill.method])
    if (call !== null) await actionOf(call).reach?.(call, context);
  for (const { url, method } of plan.units) {
    try {
      await context.http.send({ url: resolveUrl(url, lab), method, timeoutMs: context.timeoutMs });
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

/** @throws UserError drill/safety-lever when the file of the lever exists */
export async function checkLever(lever: string | null, files: Files): Promise<void> {
  if (lever !== null && (await files.exists(lever))) {
    throw new UserError('drill/safety-lever', `the safety lever ${lever} is pulled: no drill may run`, {
      hint: 'remove the file when drills may run again',
    });
  }
}
