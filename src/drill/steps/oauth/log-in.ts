import type { StepAction } from '../../step.ts';
import { adminByHand, adminRequest, argument, callText } from '../../step.ts';

/** Logs a canary subject in; the grant is this run's and is ended afterwards with everything derived from it. */
export const logIn: StepAction = {
  uses: 'oauth.log_in',
  summary: 'log a canary subject in and get a refresh token',
  undoSummary: 'end the grants of the subject, read them back',
  effect: ({ call, admin }) => {
    const subject = callText(call, 'subject');
    return {
      action: 'oauth.log_in',
      with: { admin, subject },
      says: `log in canary subject ${subject}`,
      undo: 'required',
    };
  },
  // The answer holds tokens, so the runner sends this request itself and keeps them in the vault.
  apply: async () => ({}),
  undo: async (effect, context) => {
    await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'DELETE',
      path: `/grants/${encodeURIComponent(argument(effect, 'subject'))}`,
      expected: [200, 204, 404],
    });
  },
  byHand: (effect) =>
    adminByHand(argument(effect, 'admin'), 'DELETE', `/grants/${encodeURIComponent(argument(effect, 'subject'))}`),
  isGone: async (effect, context) => {
    const { body } = await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'GET',
      path: `/grants/${encodeURIComponent(argument(effect, 'subject'))}`,
      expected: [200],
    });
    return (JSON.parse(body) as { readonly count: number }).count === 0;
  },
};
