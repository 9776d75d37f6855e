import type { DrillSpec } from '../model/drill.ts';
import { MOST_SPELLINGS } from '../token/forge.ts';
import { gapAt } from './schedule.ts';

/** Gaps of the credentials that only keep watch, in milliseconds. */
export const WATCH_GAP_MS = 500;
export const NEGATIVE_GAP_MS = 2000;

/** Calibration before and after, late checks and recovery of one unit: generous, because they try again. */
const CHECKS_PER_UNIT = 40;

/** Requests of the densest second and of the whole run, from the schedule alone. */
export function estimateLoad(drill: DrillSpec, units: number): { readonly perSecond: number; readonly total: number } {
  const { observe, credentials } = drill;
  if (observe.attacks.length > 0) return estimateAttacks(drill, units);
  const watched = credentials.filter(({ role }) => role === 'control' || role === 'bystander').length;
  const negative = credentials.filter(({ role }) => role === 'negative').length;
  const canaries = credentials.filter(({ role }) => role === 'canary').length;
  const recovering = observe.arms.includes('busy') ? credentials.filter(({ role }) => role === 'recovery').length : 0;
  const perSecondWatch =
    watched / (WATCH_GAP_MS / 1000) + negative / (NEGATIVE_GAP_MS / 1000) + recovering / (WATCH_GAP_MS / 1000);
  const perSecond = Math.ceil(units * (canaries / (observe.minGap / 1000) + perSecondWatch));
  const wait = observe.phase?.within ?? 0;
  let canaryProbes = wait / observe.minGap;
  for (let at = 0; at < observe.horizon; at += gapAt(at, observe)) canaryProbes += 1;
  const perArm =
    units * (canaries * canaryProbes + (perSecondWatch * (wait + observe.horizon)) / 1000 + CHECKS_PER_UNIT);
  return { perSecond, total: Math.ceil(perArm * observe.arms.length) };
}

/** Attacks keep to the rate by themselves: what is over it waits. Each is followed by a good token. */
function estimateAttacks(
  { observe, credentials }: DrillSpec,
  units: number,
): { readonly perSecond: number; readonly total: number } {
  const kinds = observe.attacks.reduce((sum, attack) => sum + attack.kinds.length, 0);
  const probes = kinds * observe.repeats * (MOST_SPELLINGS + 1);
  return {
    perSecond: observe.requestsPerSecond,
    total: units * (probes + CHECKS_PER_UNIT + credentials.length),
  };
}
