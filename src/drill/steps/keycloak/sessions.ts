import type { StepAction } from '../../step.ts';
import { dataOf } from '../../step.ts';
import { argumentOf, textOf } from '../arguments.ts';
import type { KeycloakPlace } from './admin-api.ts';
import { findUser, openAdminApi, placeOf, requireMark, showRealm } from './admin-api.ts';

interface Sessions {
  readonly place: KeycloakPlace;
  readonly user: string;
}

/**
 * Ends every session of one user, with the refresh tokens of it; Keycloak then says of its access tokens that they are not
 * active. A session cannot be given back: the user logs in again.
 */
export const revokeSessions: StepAction = {
  uses: 'keycloak.revoke_sessions',
  summary: 'end the sessions of a user of Keycloak',
  undoSummary: null,
  isSelfContained: true,
  planned: (call) => {
    const what = `user ${textOf(argumentOf(call, 'user'))} in ${showRealm(placeOf(call))}`;
    return {
      calls: [`POST logout of ${what}`],
      reaches: `${what}; the realm must carry the attribute firebreak.drill`,
      undo: null,
      stays: 'sessions that have ended are not given back: the user logs in again',
    };
  },
  reach: async (call, context) => {
    const place = placeOf(call);
    const api = await openAdminApi(place, context);
    await requireMark(api, place, null);
    await findUser(api, textOf(argumentOf(call, 'user')));
  },
  effect: ({ call }) => {
    const place = placeOf(call);
    const user = textOf(argumentOf(call, 'user'));
    return {
      action: 'keycloak.revoke_sessions',
      with: { place, user },
      says: `end the sessions of user ${user} in ${showRealm(place)}`,
      undo: 'none',
    };
  },
  apply: async (effect, context) => {
    const { place, user } = dataOf<Sessions>(effect);
    const api = await openAdminApi(place, context);
    await requireMark(api, place, null);
    const { id } = await findUser(api, user);
    await api.change('POST', `/users/${id}/logout`);
    return { sessions: await sessionsLeft(api.get(`/users/${id}/sessions`)) };
  },
  undo: async () => undefined,
  isGone: async () => true,
};

async function sessionsLeft(answer: Promise<unknown>): Promise<number> {
  const sessions = await answer;
  return Array.isArray(sessions) ? sessions.length : -1;
}
