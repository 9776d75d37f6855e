import type { Waiver } from '../model/waiver.ts';

/** What a waiver permits, a line for each field, as its author wrote it: `tokens.access_token.algorithms RS256`. */
export function permittedText({ permits }: Waiver): readonly string[] {
  return permits === null ? [] : linesOf(permits.spec, []);
}

function linesOf(value: unknown, path: readonly string[]): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${path.join('.')} ${textOf(value)}`];
  return Object.entries(value).flatMap(([key, member]) => linesOf(member, [...path, key]));
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object' && value !== null && 'issuer' in value) return String(value.issuer);
  return String(value);
}
