import type { StepAction } from '../../step.ts';
import { adminRequest, argument } from '../../step.ts';
import { canaryEntry, ofWhom } from '../canary-entry.ts';

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
    const path = `/denylist/${encodeURIComponent(argument(effect, 'type'))}/${encodeURIComponent(argument(effect, 'value'))}`;
    await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'DELETE',
      path,
      expected: [200, 204, 404],
    });
  },
  byHand: (effect) =>
    `DELETE ${argument(effect, 'admin')}/denylist/${encodeURIComponent(argument(effect, 'type'))}/${encodeURIComponent(argument(effect, 'value'))}`,
  isGone: async (effect, context) => {
    const { body } = await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'GET',
      path: '/denylist',
      expected: [200],
    });
    const { entries } = JSON.parse(body) as {
      readonly entries: readonly { readonly type: string; readonly value: string }[];
    };
    return !entries.some(({ type, value }) => type === effect.with['type'] && value === effect.with['value']);
  },
};
