import type { Effect } from '../../../model/drill.ts';
import type { StepAction } from '../../step.ts';
import { adminRequest, argument } from '../../step.ts';
import { argumentOf, textsOf } from '../arguments.ts';

/** Processes start in a second on an idle machine; a loaded one may take many times that. In milliseconds. */
const RESTART_TIMEOUT_MS = 30_000;

/** Restarts verifiers of the lab, so that they forget every key and verdict that they remember. */
export const restartVerifiers: StepAction = {
  uses: 'lab.restart',
  summary: 'restart verifiers of the lab',
  undoSummary: null,
  effect: ({ call, admin }) => {
    const verifiers = textsOf(argumentOf(call, 'verifiers'));
    return {
      action: 'lab.restart',
      with: { admin, verifiers },
      says: `restart ${verifiers.join(', ')}`,
      undo: 'none',
    };
  },
  apply: async (effect, context) => {
    await Promise.all(verifiersOf(effect).map((name) => restart(effect, name, context)));
    return { restarted: verifiersOf(effect).length };
  },
  undo: async () => undefined,
  isGone: async () => true,
};

async function restart(effect: Effect, name: string, context: Parameters<StepAction['apply']>[1]): Promise<void> {
  await adminRequest(
    { ...context, timeoutMs: RESTART_TIMEOUT_MS },
    {
      admin: argument(effect, 'admin'),
      method: 'POST',
      path: `/verifiers/${encodeURIComponent(name)}/restart`,
      expected: [204],
    },
  );
}

function verifiersOf(effect: Effect): readonly string[] {
  const { verifiers } = effect.with;
  return Array.isArray(verifiers) ? verifiers.map(String) : [];
}
