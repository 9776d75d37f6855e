import type { Effect } from '../../../model/drill.ts';
import type { StepAction, StepAnswer, StepContext } from '../../step.ts';
import { adminByHand, adminRequest, argument, callText } from '../../step.ts';
import { canariesAmong } from '../left-canaries.ts';

/** Publishes the public half of a key of this run in the issuer's key set. */
export const addKey: StepAction = {
  uses: 'jwks.add_key',
  summary: 'publish a canary key in the key set of the issuer',
  undoSummary: 'remove the key, read the key set back',
  effect: ({ call, vault, admin }) => {
    const key = vault.key(callText(call, 'key'));
    return {
      action: 'jwks.add_key',
      with: { admin, kid: key.kid, jwk: key.publicJwk },
      says: `publish canary key ${key.kid}`,
      undo: 'required',
    };
  },
  apply: async (effect, context) => {
    const { status } = await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'POST',
      path: '/keys',
      body: { jwk: effect.with['jwk'] },
      expected: [200, 201, 204],
    });
    return { status };
  },
  undo: async (effect, context) => void (await removePublishedKey(effect, context)),
  isGone: isKeyGone,
  byHand: (effect) => adminByHand(argument(effect, 'admin'), 'DELETE', keyPath(effect)),
  canaries: async ({ admin }, context) =>
    canariesAmong(await publishedKids(admin, context), ({ name }) => ({
      action: 'jwks.add_key',
      with: { admin, kid: name },
      says: `canary key ${name} in the key set of ${admin}`,
      undo: 'required',
    })),
};

/** Takes the key of an effect out of the key set; one that is not there is fine. */
export async function removePublishedKey(effect: Effect, context: StepContext): Promise<StepAnswer> {
  const { status } = await adminRequest(context, {
    admin: argument(effect, 'admin'),
    method: 'DELETE',
    path: keyPath(effect),
    expected: [200, 204, 404],
  });
  return { status };
}

function keyPath(effect: Effect): string {
  return `/keys/${encodeURIComponent(argument(effect, 'kid'))}`;
}

/** Reads the published kids and looks for the one of the effect. */
export async function isKeyGone(effect: Effect, context: StepContext): Promise<boolean> {
  return !(await publishedKids(argument(effect, 'admin'), context)).includes(argument(effect, 'kid'));
}

async function publishedKids(admin: string, context: StepContext): Promise<readonly string[]> {
  const { body } = await adminRequest(context, { admin, method: 'GET', path: '/keys', expected: [200] });
  return (JSON.parse(body) as { readonly kids: readonly string[] }).kids;
}
