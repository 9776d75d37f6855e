import type { StepAction } from '../../step.ts';
import { callText } from '../../step.ts';
import { canaryWord, handedOr } from '../canary-entry.ts';
import { isKeyGone, removePublishedKey } from './add-key.ts';

/** Takes a canary key out of the issuer's key set. Nothing is left behind that would need undoing. */
export const removeKey: StepAction = {
  uses: 'jwks.remove_key',
  summary: 'take a canary key out of the key set of the issuer',
  undoSummary: null,
  effect: ({ call, vault, admin }) => {
    const kid = handedOr(call, 'kid', () => vault.key(callText(call, 'key')).kid);
    return {
      action: 'jwks.remove_key',
      with: { admin, kid },
      says: `remove ${canaryWord(call, 'key')} ${kid}`,
      undo: 'none',
    };
  },
  apply: removePublishedKey,
  undo: async () => undefined,
  isGone: isKeyGone,
};
