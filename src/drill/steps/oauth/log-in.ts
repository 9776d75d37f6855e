import type { StepAction, StepContext } from '../../step.ts';
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
  undo: (effect, context) => endGrants(argument(effect, 'admin'), argument(effect, 'subject'), context),
  byHand: (effect) =>
    adminByHand(argument(effect, 'admin'), 'DELETE', `/grants/${encodeURIComponent(argument(effect, 'subject'))}`),
  isGone: (effect, context) => hasNoGrants(argument(effect, 'admin'), argument(effect, 'subject'), context),
};

/** Tokens of a fresh grant. */
export interface LoggedIn {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Logs a canary subject in at the admin interface. @throws UserError http/unexpected, http/unreachable */
export async function logInSubject(admin: string, subject: string, context: StepContext): Promise<LoggedIn> {
  const { body } = await adminRequest(context, {
    admin,
    method: 'POST',
    path: '/login',
    body: { sub: subject },
    expected: [200],
  });
  return JSON.parse(body) as LoggedIn;
}

/** Ends every grant of a canary subject; none is fine. */
export async function endGrants(admin: string, subject: string, context: StepContext): Promise<void> {
  await adminRequest(context, {
    admin,
    method: 'DELETE',
    path: `/grants/${encodeURIComponent(subject)}`,
    expected: [200, 204, 404],
  });
}

export async function hasNoGrants(admin: string, subject: string, context: StepContext): Promise<boolean> {
  const { body } = await adminRequest(context, {
    admin,
    method: 'GET',
    path: `/grants/${encodeURIComponent(subject)}`,
    expected: [200],
  });
  return (JSON.parse(body) as { readonly count: number }).count === 0;
}
