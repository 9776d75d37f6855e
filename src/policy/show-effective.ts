/** Effective values as text for messages: `5m`, `ES256, PS256`, `acr: phr; tier: gold`. */
import { showLocation } from '../model/location.ts';
import type { Resolved } from '../model/policy.ts';
import { millis, showBound } from '../model/quantity.ts';
import { showAllowed, showValue } from './decide-check.ts';

/** The value and where it is written, or that it is a default. */
export function showSaid({ value, contributions, at }: Resolved<unknown>, path: string): string {
  const shown = showEffective(path, value);
  return contributions.length === 0 || at === null ? `default ${shown}` : `${shown} (${showLocation(at)})`;
}

/** The value of the field at a path: durations with their unit, lists with commas. */
export function showEffective(path: string, value: unknown): string {
  if (Array.isArray(value)) return showAllowed(value.map(nameOf));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${name}: ${showEffective(path, member)}`);
    return members.length === 0 ? 'nothing' : members.join('; ');
  }
  return typeof value === 'number' && !COUNTS.has(path) ? showBound(millis(value)) : showValue(value);
}

/** Numbers that are no durations. */
const COUNTS: ReadonlySet<string> = new Set(['keys.min_rsa_bits']);

function nameOf(item: unknown): string {
  return typeof item === 'object' && item !== null && 'issuer' in item ? String(item.issuer) : String(item);
}
