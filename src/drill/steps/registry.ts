import type { ActionCall } from '../../model/drill.ts';
import { UserError } from '../../model/failure.ts';
import type { StepAction } from '../step.ts';
import { addToDenylist } from './denylist/add.ts';
import { denyInFile } from './denylist/file.ts';
import { denyInHaproxy } from './denylist/haproxy.ts';
import { denyOverHttp } from './denylist/http.ts';
import { denyInRedis } from './denylist/redis.ts';
import { runCommand } from './exec/run.ts';
import { commitFile } from './git/commit.ts';
import { revertCommit } from './git/revert.ts';
import { sendHttp } from './http/send.ts';
import { addKey } from './jwks/add-key.ts';
import { JWKS_STORE_ACTIONS } from './jwks/in-store.ts';
import { removeKey } from './jwks/remove-key.ts';
import { rotateKey as rotateKeySet } from './jwks/rotate.ts';
import { disableKey, rotateKey } from './keycloak/keys.ts';
import { revokeSessions } from './keycloak/sessions.ts';
import { disableKeycloakClient, pushNotBefore } from './keycloak/setting.ts';
import { forgetKeys } from './lab/forget-keys.ts';
import { restartVerifiers } from './lab/restart.ts';
import { askPerson } from './manual/ask.ts';
import { disableClient, registerClient, requestToken } from './oauth/clients.ts';
import { endSession } from './oauth/end-session.ts';
import { introspectToken } from './oauth/introspect.ts';
import { logInAgain } from './oauth/log-in-again.ts';
import { logIn } from './oauth/log-in.ts';
import { refreshGrant, reuseRefreshToken } from './oauth/refresh.ts';
import { addSecret, removeSecret } from './secrets/secrets.ts';
import { revokeGrant } from './oauth/revoke.ts';
import { sweepReuse } from './oauth/sweep-reuse.ts';
import { runPlugin } from './plugin/run.ts';

/** Actions that reach their target by themselves, whatever the issuer offers. */
const SELF_CONTAINED: readonly StepAction[] = [
  ...JWKS_STORE_ACTIONS,
  denyInRedis,
  denyInHaproxy,
  denyInFile,
  denyOverHttp,
  commitFile,
  revertCommit,
  pushNotBefore,
  disableKeycloakClient,
  disableKey,
  rotateKey,
  revokeSessions,
  sendHttp,
  runCommand,
  askPerson,
  runPlugin,
];

/** Actions that only incidents take: they reach more than a run could have minted. */
const FOR_INCIDENTS: readonly StepAction[] = [rotateKeySet, restartVerifiers];

/** Every action a drill can take, by the name that `uses` gives it. */
export const STEP_ACTIONS: readonly StepAction[] = [
  addKey,
  removeKey,
  addToDenylist,
  logIn,
  logInAgain,
  refreshGrant,
  reuseRefreshToken,
  sweepReuse,
  revokeGrant,
  introspectToken,
  endSession,
  registerClient,
  disableClient,
  requestToken,
  addSecret,
  removeSecret,
  forgetKeys,
  ...FOR_INCIDENTS,
  ...SELF_CONTAINED,
];

/** Actions that drills write themselves; the others belong to the runner. */
const WRITABLE: readonly string[] = [
  addKey,
  removeKey,
  addToDenylist,
  logInAgain,
  refreshGrant,
  reuseRefreshToken,
  sweepReuse,
  revokeGrant,
  introspectToken,
  endSession,
  disableClient,
  requestToken,
  addSecret,
  removeSecret,
  ...SELF_CONTAINED,
].map(({ uses }) => uses);

/** Actions that know what to do about something that leaked. */
const AGAINST_LEAKS: readonly string[] = [
  removeKey,
  addToDenylist,
  endSession,
  disableClient,
  removeSecret,
  ...FOR_INCIDENTS,
  ...SELF_CONTAINED,
].flatMap(({ uses }) => (uses.endsWith('.add_key') ? [] : [uses]));

/** The action of a response to a leak. @throws UserError document/invalid */
export function responseActionOf(call: ActionCall): StepAction {
  const action = STEP_ACTIONS.find(({ uses }) => uses === call.uses && AGAINST_LEAKS.includes(uses));
  if (action !== undefined) return action;
  throw new UserError('document/invalid', `there is no action "${call.uses}" against a leak`, {
    hint: `choose one of ${AGAINST_LEAKS.join(', ')}`,
    at: call.at,
  });
}

/** The action of a step. @throws UserError document/invalid */
export function actionOf(call: ActionCall): StepAction {
  const action = STEP_ACTIONS.find(({ uses }) => uses === call.uses && WRITABLE.includes(uses));
  if (action === undefined) {
    throw new UserError('document/invalid', `there is no action "${call.uses}"`, {
      hint: `choose one of ${WRITABLE.join(', ')}`,
      at: call.at,
    });
  }
  return action;
}

/** The action that made an effect, for undoing it. */
export function actionNamed(uses: string): StepAction {
  const action = STEP_ACTIONS.find((candidate) => candidate.uses === uses);
  if (action === undefined)
    throw new UserError('drill/clean-up-incomplete', `this version does not know the action "${uses}" of the journal`, {
      hint: 'recover with the version that ran the drill',
    });
  return action;
}
