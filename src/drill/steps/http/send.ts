import type { ActionCall, Effect } from '../../../model/drill.ts';
import type { PlannedCall, StepAction, StepContext } from '../../step.ts';
import { dataOf } from '../../step.ts';
import { argumentOf, isGiven, memberOf, reasonWithoutUndo, statusesOr } from '../arguments.ts';
import type { CanaryEntry } from '../canary-entry.ts';
import { entryIfAny, plannedEntryIfAny } from '../canary-entry.ts';
import type { RequestSpec } from './request.ts';
import {
  CHANGED,
  REMOVED,
  asCurl,
  isIdempotent,
  readRequest,
  requestFor,
  sendRequest,
  showRequest,
} from './request.ts';

/** Everything a call of `http` says, read once. */
interface HttpCall {
  readonly request: RequestSpec;
  readonly undo: RequestSpec | null;
  /** Why nothing is put back; null when something is. */
  readonly reason: string | null;
  readonly check: (RequestSpec & { readonly undone: readonly number[] }) | null;
}

/** Sends a request to any interface that changes who is accepted, and another one that takes it back. */
export const sendHttp: StepAction = {
  uses: 'http',
  summary: 'send an HTTP request',
  undoSummary: 'send the request that undoes it',
  isSelfContained: true,
  planned: planHttp,
  effect: ({ call, vault }) => {
    const read = readHttp(call);
    const entry = entryIfAny(call, vault);
    return {
      action: 'http',
      with: { ...aboutEntry(read, entry) },
      says: showRequest(read.request),
      undo: read.undo === null ? 'none' : 'required',
    };
  },
  apply: async (effect, context) => {
    const { status } = await sendRequest(dataOf<HttpCall>(effect).request, context);
    return { status };
  },
  undo: async (effect, context) => {
    const { undo } = dataOf<HttpCall>(effect);
    if (undo !== null) await sendRequest(undo, context);
  },
  isGone: isUndone,
  isRepeatable: (effect) => isIdempotent(dataOf<HttpCall>(effect).request),
  byHand: (effect) => {
    const { undo } = dataOf<HttpCall>(effect);
    return undo === null ? 'nothing to undo' : asCurl(undo);
  },
};

/** Asks the given check; without one, the accepted undo request is all there is to know. */
async function isUndone(effect: Effect, context: StepContext): Promise<boolean> {
  const { check } = dataOf<HttpCall>(effect);
  if (check === null) return true;
  const { status } = await sendRequest(check, context);
  return check.undone.includes(status);
}

/** @throws UserError document/invalid */
function readHttp(call: ActionCall): HttpCall {
  const reason = reasonWithoutUndo(call);
  const check = argumentOf(call, 'check');
  const undone = statusesOr(memberOf(check, 'undone'), [404, 410]);
  return {
    request: readRequest(argumentOf(call, 'request'), { method: 'POST', expected: CHANGED }),
    undo: reason === null ? readRequest(argumentOf(call, 'undo'), { method: 'DELETE', expected: REMOVED }) : null,
    reason,
    check: isGiven(check)
      ? { ...readRequest(check, { method: 'GET', expected: [...new Set([...CHANGED, ...undone])] }), undone }
      : null,
  };
}

function aboutEntry({ request, undo, reason, check }: HttpCall, entry: CanaryEntry | null): HttpCall {
  return {
    request: requestFor(request, entry),
    undo: undo === null ? null : requestFor(undo, entry),
    reason,
    check: check === null ? null : { ...requestFor(check, entry), undone: check.undone },
  };
}

function planHttp(call: ActionCall): PlannedCall {
  const { request, undo, reason, check } = readHttp(call);
  const entry = plannedEntryIfAny(call);
  // Braces of the placeholder stay readable: this URL is never sent.
  const show = (spec: RequestSpec): string =>
    `${spec.method} ${entry === null ? spec.url : spec.url.replaceAll('{value}', entry.value)}`;
  const verified = check === null ? 'not read back, because no check is given' : `read back with ${show(check)}`;
  return {
    calls: [show(request)],
    reaches: `whatever ${new URL(request.url).host} does with it: this program cannot tell, so review it`,
    undo: undo === null ? null : `${show(undo)}, ${verified}`,
    ...(reason === null ? {} : { stays: reason }),
  };
}
