import { showText } from '../source/show-text.ts';

/** A value as a message shows it: short, quoted when it is text, and never a token or key. */
export function showValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  // Not JSON.stringify: it has no word for infinities.
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? showText(value) : 'nothing';
}
