/** Which signals a single use gives, so that whoever reads the list sees which of its lines point at somebody else. */
import type { ScopeGroup, ScopeUse, SignalKind } from '../model/incident-scope.ts';
import { livesTooLong } from './lives-too-long.ts';
import type { SignalRules } from './signals.ts';

/**
 * The uses, each with its signals. What lies between uses, impossible travel and many subjects behind one address, is no
 * signal of one of them.
 *
 * @param uses by time
 */
export function withSignals(
  uses: readonly ScopeUse[],
  groups: readonly ScopeGroup[],
  rules: Pick<SignalRules, 'leaked' | 'maxLifetime'>,
): readonly ScopeUse[] {
  const isNew = newValues(groups);
  let shown = 0;
  return uses.map((use) => {
    const isReuse = rules.leaked.kind === 'refresh_token' && !use.isDerived && (shown += use.count) > 1;
    const signals: SignalKind[] = [
      ...(use.isForged ? ['never_issued' as const] : []),
      ...(isReuse ? ['refresh_reuse' as const] : []),
      ...(isNew('network', use.network, use) ? ['new_network' as const] : []),
      ...(isNew('user_agent', use.userAgent, use) ? ['new_user_agent' as const] : []),
      ...(livesTooLong(use, rules.maxLifetime) ? ['lifetime_over_policy' as const] : []),
    ];
    return signals.length === 0 ? use : { ...use, signals };
  });
}

function newValues(
  groups: readonly ScopeGroup[],
): (by: ScopeGroup['by'], value: string | null, use: ScopeUse) => boolean {
  const found = new Set(groups.filter((group) => group.isNew).map(({ by, value }) => `${by} ${value}`));
  return (by, value, { when }) => value !== null && when === 'after' && found.has(`${by} ${value}`);
}
