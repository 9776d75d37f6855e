import type { StepAction } from '../../step.ts';
import { adminRequest, argument, callText } from '../../step.ts';
import { handedOr } from '../canary-entry.ts';

/**
 * Ends the session of a canary subject at the issuer, with its grants and refresh tokens, as an administrator would. The
 * subject was logged in by this run, so nothing is left behind that would need undoing.
 */
export const endSession: StepAction = {
  uses: 'oauth.end_session',
  summary: 'end the session of a canary subject with its grants and refresh tokens',
  undoSummary: null,
  effect: ({ call, vault, admin }) => {
    const subject = handedOr(call, 'sub', () => vault.grant(callText(call, 'grant')).subject);
    return {
      action: 'oauth.end_session',
      with: { admin, subject },
      says: `end the session of ${subject}`,
      undo: 'none',
    };
  },
  apply: async (effect, context) => {
    const { status } = await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'DELETE',
      path: `/grants/${encodeURIComponent(argument(effect, 'subject'))}`,
      expected: [200, 204, 404],
    });
    return { status };
  },
  undo: async () => undefined,
  isGone: async () => true,
};
