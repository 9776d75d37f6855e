import type { Interval, Probe, UnitResult } from '../model/drill.ts';

/**
 * Why a credential came to be refused, judged by what else the unit refused at that moment: control and bystander probes
 * nearest in time. Without them "the token was revoked" equals "the server refuses everything".
 */
export function attribute({ upper }: Interval, probes: readonly Probe[]): UnitResult['attribution'] {
  if (upper === 'unbounded') return 'none';
  const nearest = (role: Probe['role']): Probe | undefined =>
    probes
      .filter((probe) => probe.role === role && probe.phase === 'observe')
      .toSorted((a, b) => Math.abs(a.received - upper) - Math.abs(b.received - upper))[0];
  const witnesses = [nearest('control'), nearest('bystander')].filter((probe) => probe !== undefined);
  if (witnesses.some(({ verdict }) => verdict === 'reject')) return 'collateral';
  return witnesses.some(({ verdict }) => verdict === 'accept') ? 'revocation' : 'unattributed';
}
