import type { ExpectedAnswer, StepSpec } from '../model/drill.ts';
import type { Arm } from '../model/prediction.ts';
import type { Clock } from '../model/ports.ts';
import type { EffectLog } from './effects.ts';
import type { Journal } from './journal.ts';
import { performCall } from './perform.ts';
import type { Plan } from './plan.ts';
import type { StepContext } from './step.ts';
import type { Vault } from './vault.ts';

/** Instants of containment in run time: the leak is known, the first byte leaves, the answer is in. */
export interface Marks {
  readonly t0: number;
  readonly tAct: number;
  readonly tAck: number;
}

export interface MethodTools {
  readonly plan: Plan;
  readonly clock: Clock;
  readonly origin: number;
  readonly journal: Journal;
  readonly effects: EffectLog;
  readonly context: StepContext;
  readonly expiresAt: number;
  readonly signal: AbortSignal;
  /** Asked before every step. @throws when the run must not go on */
  readonly mayAct: () => Promise<void>;
}

/** Takes one step with its intent on disk first; null when it calls nothing or expects nothing. */
export async function takeStep(step: StepSpec, vault: Vault, tools: MethodTools): Promise<ExpectedAnswer | null> {
  if (step.call === null) return null;
  tools.signal.throwIfAborted();
  await tools.mayAct();
  const { effect, answer: got } = await performCall(step.call, {
    issuer: tools.plan.issuer,
    effects: tools.effects,
    context: { ...tools.context, timeoutMs: step.timeout },
    vault,
    expiresAt: tools.expiresAt,
  });
  const { expect: expected } = step;
  if (expected === null) return null;
  const met = Object.entries(expected).every(([name, value]) => got[name] === value);
  return { step: step.id, says: effect.says, expected, got, met, at: step.at };
}

/** Takes the steps of the method in their order and notes when each mark was passed. */
export async function takeMethod(
  arm: Arm,
  vault: Vault,
  tools: MethodTools,
): Promise<{ readonly marks: Marks; readonly answers: readonly ExpectedAnswer[] }> {
  const { clock, origin, journal, plan } = tools;
  const now = (): number => clock.monotonic() - origin;
  const answers: ExpectedAnswer[] = [];
  let t0 = now();
  let tAct = t0;
  let tAck = t0;
  if (!plan.drill.method.some(({ mark }) => mark === 'leak-known'))
    await journal.record({ type: 'mark', arm, mark: 't0', at: t0 });
  for (const step of plan.drill.method) {
    if (step.mark === 'leak-known') {
      t0 = now();
      await journal.record({ type: 'mark', arm, mark: 't0', at: t0 });
    }
    if (step.containment) {
      tAct = now();
      await journal.record({ type: 'mark', arm, mark: 't_act', at: tAct });
    }
    const answer = await takeStep(step, vault, tools);
    if (answer !== null) answers.push(answer);
    if (step.containment) {
      tAck = now();
      await journal.record({ type: 'mark', arm, mark: 't_ack', at: tAck });
    }
  }
  return { marks: { t0, tAct, tAck }, answers };
}
