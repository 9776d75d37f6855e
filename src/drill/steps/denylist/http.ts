import type { ActionCall, Effect } from '../../../model/drill.ts';
import type { StepAction } from '../../step.ts';
import { dataOf } from '../../step.ts';
import { argumentOf, memberOf, statusesOr, wrong } from '../arguments.ts';
import { canaryEntry, hasPlaceholder, ofWhom, plannedEntry } from '../canary-entry.ts';
import type { RequestSpec } from '../http/request.ts';
import { CHANGED, REMOVED, asCurl, isIdempotent, readRequest, requestFor, sendRequest } from '../http/request.ts';

interface ListCall {
  readonly add: RequestSpec;
  readonly remove: RequestSpec;
  readonly check: RequestSpec & { readonly undone: readonly number[] };
}

/** Adds one entry to a denylist behind an HTTP interface. Each request must name the identifier, so none can reach others. */
export const denyOverHttp: StepAction = {
  uses: 'denylist.http.add',
  summary: 'put a canary token on a denylist over HTTP',
  undoSummary: 'remove the entry, read it back',
  isSelfContained: true,
  planned: (call) => {
    const { add, remove, check } = readList(call);
    const { value } = plannedEntry(call);
    const show = ({ method, url, body }: RequestSpec): string =>
      `${method} ${url.replaceAll('{value}', value)}${body === null ? '' : ` with ${body.replaceAll('{value}', value)}`}`;
    return {
      calls: [show(add)],
      reaches: 'the entry that this request names: a token that only this run holds',
      undo: `${show(remove)}, read back with ${show(check)}`,
    };
  },
  effect: ({ call, vault }) => {
    const { add, remove, check } = readList(call);
    const entry = canaryEntry(call, vault);
    const data: ListCall = {
      add: requestFor(add, entry),
      remove: requestFor(remove, entry),
      check: { ...requestFor(check, entry), undone: check.undone },
    };
    return {
      action: 'denylist.http.add',
      with: { ...data },
      says: `deny ${entry.type} ${entry.value.slice(0, 8)}…${ofWhom(call)} at ${new URL(add.url).host}`,
      undo: 'required',
    };
  },
  apply: async (effect, context) => {
    const { status } = await sendRequest(listOf(effect).add, context);
    return { status };
  },
  undo: async (effect, context) => void (await sendRequest(listOf(effect).remove, context)),
  isGone: async (effect, context) => {
    const { check } = listOf(effect);
    const { status } = await sendRequest(check, context);
    return check.undone.includes(status);
  },
  isRepeatable: (effect) => isIdempotent(dataOf<ListCall>(effect).add),
  byHand: (effect) => asCurl(listOf(effect).remove),
};

function listOf(effect: Effect): ListCall {
  return dataOf<ListCall>(effect);
}

/** @throws UserError document/invalid when a request does not name the identifier */
function readList(call: ActionCall): ListCall {
  const check = argumentOf(call, 'check');
  const undone = statusesOr(memberOf(check, 'undone'), [404, 410]);
  const list: ListCall = {
    add: readRequest(argumentOf(call, 'add'), { method: 'POST', expected: CHANGED }),
    remove: readRequest(argumentOf(call, 'remove'), { method: 'DELETE', expected: REMOVED }),
    check: { ...readRequest(check, { method: 'GET', expected: [...new Set([...CHANGED, ...undone])] }), undone },
  };
  for (const [name, { url, body }] of Object.entries(list)) {
    if (!hasPlaceholder(url) && !hasPlaceholder(body ?? ''))
      throw wrong(argumentOf(call, name), 'a request with {value} in its url or body');
  }
  return list;
}
