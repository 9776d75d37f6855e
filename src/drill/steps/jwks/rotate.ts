import type { StepAction } from '../../step.ts';
import { adminRequest, argument, callText } from '../../step.ts';
import { handedOr } from '../canary-entry.ts';

/**
 * Lets the issuer sign with its next key. It names the key that it turns away from, so that a second call changes
 * nothing: a rotation made twice would retire the key that users have just been given tokens under.
 */
export const rotateKey: StepAction = {
  uses: 'jwks.rotate',
  summary: 'sign with the next key of the issuer',
  undoSummary: null,
  effect: ({ call, admin }) => {
    const kid = handedOr(call, 'kid', () => callText(call, 'from'));
    return { action: 'jwks.rotate', with: { admin, from: kid }, says: `sign with the key after ${kid}`, undo: 'none' };
  },
  apply: async (effect, context) => {
    const { status } = await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'POST',
      path: '/rotate',
      body: { from: argument(effect, 'from') },
      expected: [200],
    });
    return { status };
  },
  undo: async () => undefined,
  isGone: async () => true,
};
