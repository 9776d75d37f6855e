import type { AgentPlan } from './messages.ts';

/** What an agent allows, whatever a coordinator says. It is the agent's own, and no message changes it. */
export interface AgentLimits {
  readonly id: string;
  /** Why a URL may not be asked, by the agent's list of hosts; null when it may. */
  readonly refusalOf: (url: string) => string | null;
  readonly maxPerSecond: number;
  readonly maxDuration: number;
}

/** A plan older or newer than this is not for now, in milliseconds: clocks differ, and plans are not kept. */
const MAX_AGE_MS = 300_000;

/** What may be asked of a verifier: probing reads. */
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];

/**
 * Why an agent does not take a plan; null when it does. A valid signature says who made a plan, not that it is harmless.
 *
 * @param now milliseconds since the epoch
 */
export function refusalOf(plan: AgentPlan, limits: AgentLimits, now: number): string | null {
  if (!/^[a-z0-9-]{1,100}$/.test(plan.run)) return 'the name of its run is none';
  if (plan.agent !== limits.id) return `the plan is for agent "${plan.agent}"`;
  if (Math.abs(now - plan.issuedAt) > MAX_AGE_MS)
    return `the plan was made ${Math.round((now - plan.issuedAt) / 1000)} s ago by this clock; at most ${MAX_AGE_MS / 1000} s are allowed`;
  for (const { id, url, method, vantage } of plan.units) {
    if (vantage !== limits.id) return `${id} is not for this agent`;
    const refusal = limits.refusalOf(url);
    if (refusal !== null) return `${id}: ${refusal}`;
    if (!METHODS.includes(method)) return `${id}: method ${method} is none of ${METHODS.join(', ')}`;
  }
  if (plan.budget.perSecond > limits.maxPerSecond)
    return `the plan asks for ${plan.budget.perSecond} requests/s, ${limits.maxPerSecond} are allowed`;
  if (plan.maxDuration > limits.maxDuration)
    return `the plan may take ${plan.maxDuration / 1000} s, ${limits.maxDuration / 1000} s are allowed`;
  return null;
}
