import type { Witness, WitnessContext } from '../model/change.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { TokenClass } from '../model/policy.ts';
import { millis, showBound } from '../model/quantity.ts';
import { counted } from './counted.ts';
import { shortPath } from './diff-wording.ts';

/** `rejected before, accepted now` */
export function witnessTitle(accepted: 'before' | 'after'): string {
  return accepted === 'after' ? 'rejected before, accepted now' : 'accepted before, rejected now';
}

/** Values that a token shows, at most three by name: `binding.accept`, `max_age with lifetime.max`. */
export function shownValues({ paths }: Pick<Witness, 'paths'>, token: TokenClass): string {
  if (paths.length > 3) return counted(paths.length, 'value');
  return paths.map((path) => shortPath(path, token)).join(' with ');
}

/** `issued 5m31s before, ends 4m29s after`: instants of a token, seen from its use. */
export function timeWords({ claims, context }: Pick<Witness, 'claims' | 'context'>): string | null {
  const { iat, exp } = claims;
  const now = fromTimestamp(context.now);
  if (typeof iat !== 'number' || typeof exp !== 'number' || now === null) return null;
  // Tokens are made for whole seconds.
  const wholeNow = Math.floor(now / 1000) * 1000;
  const issued = wholeNow - iat * 1000;
  const left = exp * 1000 - wholeNow;
  const shown = (span: number): string => showBound(millis(Math.abs(Math.round(span))));
  return `issued ${shown(issued)} ${issued < 0 ? 'after' : 'before'}, ${left < 0 ? 'ended' : 'ends'} ${shown(left)} ${left < 0 ? 'before' : 'after'}`;
}

/** The circumstances of a use as `what: value`, in the order in which a verifier looks at them. */
export function contextWords(context: WitnessContext): readonly string[] {
  const names: readonly (readonly [string, string | undefined])[] = [
    ['at', context.now],
    ['route', context.route],
    ['client address', context.client_ip],
    ['proof of possession', context.proof],
    ['algorithm of the proof', context.proof_algorithm],
    ['age of the proof', context.proof_age],
    ['nonce in the proof', yesNo(context.proof_nonce)],
    ['token hash in the proof', yesNo(context.proof_ath)],
    ['proof shown before', yesNo(context.proof_replayed)],
    ['key from', context.key_from],
    ['kid', context.kid],
    ['key', context.key],
    ['use', context.use?.replaceAll('_', ' ')],
    ['age of the family', context.family_age],
  ];
  return names.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
}

function yesNo(value: boolean | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value ? 'yes' : 'no';
}
