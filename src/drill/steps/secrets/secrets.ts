import { UserError } from '../../../model/failure.ts';
import type { Effect } from '../../../model/drill.ts';
import type { StepAction, StepAnswer, StepContext } from '../../step.ts';
import { adminByHand, adminRequest, argument, callText } from '../../step.ts';
import { canaryWord, handedOr } from '../canary-entry.ts';
import { canariesAmong } from '../left-canaries.ts';

/** Deploys a shared secret of this run to every verifier that holds secrets in its configuration. */
export const addSecret: StepAction = {
  uses: 'secrets.add',
  summary: 'deploy a canary secret to the verifiers that hold secrets',
  undoSummary: 'deploy without the secret, read the names back',
  effect: ({ call, vault, admin }) => {
    const key = callText(call, 'key');
    const { kid, secret } = vault.key(key);
    if (secret === undefined) {
      throw new UserError('document/invalid', `key "${key}" is no shared secret`, {
        hint: 'make it by key.generate with alg: HS256',
        at: call.at,
      });
    }
    return {
      action: 'secrets.add',
      // The secret itself is not part of the effect: journals hold no secrets.
      with: { admin, kid, key },
      says: `deploy canary secret ${kid}`,
      undo: 'required',
    };
  },
  apply: async (effect, context) => {
    const secret = context.vault?.key(argument(effect, 'key')).secret;
    if (secret === undefined) throw new Error('a secret can only be deployed by the run that made it');
    const { status } = await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'POST',
      path: '/secrets',
      body: { kid: argument(effect, 'kid'), secret: secret.reveal() },
      expected: [200, 204],
    });
    return { status };
  },
  undo: async (effect, context) => void (await withoutSecret(effect, { ...context, timeoutMs: DEPLOY_TIMEOUT_MS })),
  byHand: (effect) =>
    adminByHand(argument(effect, 'admin'), 'DELETE', `/secrets/${encodeURIComponent(argument(effect, 'kid'))}`),
  isGone: async (effect, context) => {
    return !(await deployedSecrets(argument(effect, 'admin'), context)).includes(argument(effect, 'kid'));
  },
  canaries: async ({ admin }, context) =>
    canariesAmong(await deployedSecrets(admin, context), ({ name }) => ({
      action: 'secrets.add',
      with: { admin, kid: name },
      says: `canary secret ${name} in the configuration of verifiers behind ${admin}`,
      undo: 'required',
    })),
};

async function deployedSecrets(admin: string, context: StepContext): Promise<readonly string[]> {
  const { body } = await adminRequest(context, { admin, method: 'GET', path: '/secrets', expected: [200] });
  return (JSON.parse(body) as { readonly kids: readonly string[] }).kids;
}

/** Deploys the configuration without a canary secret: what ends a leaked one. */
export const removeSecret: StepAction = {
  uses: 'secrets.remove',
  summary: 'deploy without a canary secret to the verifiers that hold secrets',
  undoSummary: null,
  effect: ({ call, vault, admin }) => {
    const kid = handedOr(call, 'kid', () => vault.key(callText(call, 'key')).kid);
    return {
      action: 'secrets.remove',
      with: { admin, kid },
      says: `deploy without ${canaryWord(call, 'secret')} ${kid}`,
      undo: 'none',
    };
  },
  apply: withoutSecret,
  undo: async () => undefined,
  isGone: async () => true,
};

/** Restarting processes with a new configuration takes seconds on a busy machine. In milliseconds. */
const DEPLOY_TIMEOUT_MS = 30_000;

async function withoutSecret(effect: Effect, context: StepContext): Promise<StepAnswer> {
  const { status } = await adminRequest(context, {
    admin: argument(effect, 'admin'),
    method: 'DELETE',
    path: `/secrets/${encodeURIComponent(argument(effect, 'kid'))}`,
    expected: [200, 204, 404],
  });
  return { status };
}
