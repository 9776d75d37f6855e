import type { Effect } from '../../../model/drill.ts';
import type { StepAction, StepContext } from '../../step.ts';
import { adminByHand, adminRequest, argument } from '../../step.ts';

/** Nine processes start in a second on an idle machine; a loaded one may take many times that. In milliseconds. */
const RESTART_TIMEOUT_MS = 30_000;

/**
 * Stands for what no request can take back: verifiers of the lab that have cached a canary key. It is recorded before
 * the first key is published, so it is undone last, by restarting them.
 */
export const forgetKeys: StepAction = {
  uses: 'lab.remember_keys',
  summary: 'verifiers of the lab learn canary keys; they are restarted afterwards',
  undoSummary: 'restart these verifiers',
  effect: ({ call, admin }) => ({
    action: 'lab.remember_keys',
    with: { admin, verifiers: call.with['verifiers'] },
    says: 'verifiers of the lab learn canary keys',
    undo: 'required',
  }),
  apply: async () => ({}),
  undo: async (effect, patient) => {
    const context = { ...patient, timeoutMs: RESTART_TIMEOUT_MS };
    await Promise.all(
      verifiersOf(effect).map((name) =>
        adminRequest(context, {
          admin: argument(effect, 'admin'),
          method: 'POST',
          path: `/verifiers/${encodeURIComponent(name)}/restart`,
          expected: [204, 404],
        }),
      ),
    );
  },
  byHand: (effect) =>
    verifiersOf(effect)
      .map((name) => adminByHand(argument(effect, 'admin'), 'POST', `/verifiers/${encodeURIComponent(name)}/restart`))
      .join(' && '),
  // A restart that answered has replaced the process; there is nothing further to read.
  isGone: (effect, context) => areServing(effect, context),
};

async function areServing(effect: Effect, context: StepContext): Promise<boolean> {
  const { body } = await adminRequest(context, {
    admin: argument(effect, 'admin'),
    method: 'GET',
    path: '/health',
    expected: [200],
  });
  const { verifiers } = JSON.parse(body) as { readonly verifiers: readonly { readonly name: string }[] };
  const names = verifiers.map(({ name }) => name);
  return verifiersOf(effect).every((name) => names.includes(name));
}

function verifiersOf(effect: Effect): readonly string[] {
  const { verifiers } = effect.with;
  return Array.isArray(verifiers) ? verifiers.map(String) : [];
}
