import type { Effect } from '../../../model/drill.ts';
import type { StepAction, StepContext } from '../../step.ts';
import { adminByHand, adminRequest, argument } from '../../step.ts';
import { canaryEntry, ofWhom } from '../canary-entry.ts';
import { canariesAmong } from '../left-canaries.ts';

/** Puts the jti, sid, client_id or kid of a canary token on the denylist. */
export const addToDenylist: StepAction = {
  uses: 'denylist.add',
  summary: 'put a canary token on the denylist',
  undoSummary: 'remove the entry, read the list back',
  effect: ({ call, vault, admin, expiresAt }) => {
    const { type, value } = canaryEntry(call, vault);
    return {
      action: 'denylist.add',
      with: { admin, type, value, expires_at: expiresAt },
      says: `deny ${type} ${value.slice(0, 8)}…${ofWhom(call)}`,
      undo: 'required',
    };
  },
  apply: async (effect, context) => {
    const { admin, ...entry } = effect.with;
    const { status } = await adminRequest(context, {
      admin: String(admin),
      method: 'POST',
      path: '/denylist',
      body: entry,
      expected: [200, 201, 204],
    });
    return { status };
  },
  undo: async (effect, context) => {
    await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'DELETE',
      path: entryPath(effect),
      expected: [200, 204, 404],
    });
  },
  isGone: async (effect, context) => {
    const entries = await deniedAt(argument(effect, 'admin'), context);
    return !entries.some(({ type, value }) => type === effect.with['type'] && value === effect.with['value']);
  },
  byHand: (effect) => adminByHand(argument(effect, 'admin'), 'DELETE', entryPath(effect)),
  canaries: async ({ admin }, context) =>
    (await deniedAt(admin, context)).flatMap(({ type, value }) =>
      canariesAmong([value], ({ name }) => ({
        action: 'denylist.add',
        with: { admin, type, value },
        says: `entry ${type} ${name} on the denylist of ${admin}`,
        undo: 'required',
      })),
    ),
};

function entryPath(effect: Effect): string {
  return `/denylist/${encodeURIComponent(argument(effect, 'type'))}/${encodeURIComponent(argument(effect, 'value'))}`;
}

async function deniedAt(
  admin: string,
  context: StepContext,
): Promise<readonly { readonly type: string; readonly value: string }[]> {
  const { body } = await adminRequest(context, { admin, method: 'GET', path: '/denylist', expected: [200] });
  return (JSON.parse(body) as { readonly entries: readonly { readonly type: string; readonly value: string }[] })
    .entries;
}
