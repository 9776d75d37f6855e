import type { Interval, Probe, UnitResult } from '../model/drill.ts';
import { WATCH_GAP_MS } from './load.ts';

/** Farther away than this a witness says nothing about the moment of the refusal: two of its gaps and an answer, in ms. */
const NEAR_MS = 2 * WATCH_GAP_MS + 500;

/**
 * Why a credential came to be refused, judged by what else the unit refused at that moment: control and bystander probes
 * nearest in time; one without a clear answer says nothing, the next may. Without them "the token was revoked" equals "the server refuses everything".
 */
export function attribute({ upper }: Interval, probes: readonly Probe[]): UnitResult['attribution'] {
  if (upper === 'unbounded') return 'none';
  const nearest = (role: Probe['role']): Probe | undefined =>
    probes
      .filter(
        (probe) =>
          probe.role === role &&
          probe.verdict !== 'unknown' &&
          (probe.phase === 'observe' || probe.phase === 'after') &&
          Math.abs(probe.received - upper) <= NEAR_MS,
      )
      .toSorted((a, b) => Math.abs(a.received - upper) - Math.abs(b.received - upper))[0];
  const witnesses = [nearest('control'), nearest('bystander')].filter((probe) => probe !== undefined);
  if (witnesses.some(({ verdict }) => verdict === 'reject')) return 'collateral';
  return witnesses.some(({ verdict }) => verdict === 'accept') ? 'revocation' : 'unattributed';
}
