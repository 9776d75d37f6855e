/** What a waiver lets in, and until when, in the words of the policy. */
import type { TokenPolicySpec } from '../model/policy.ts';
import type { Waiver } from '../model/waiver.ts';

/** `permits algorithms: RS256 until 2026-12-02` */
export function waiverWords({ permits, expires }: Waiver): string {
  return `permits ${permitWords(permits?.spec ?? {})} until ${expires.text}`;
}

/** `algorithms: RS256; lifetime.max: 1h`; the class of tokens is that of the change. */
function permitWords(spec: TokenPolicySpec): string {
  const leaves = leavesOf(spec, []).map(([path, value]) => `${path.join('.').replace(/^tokens\.\w+\./, '')}: ${value}`);
  return leaves.length === 0 ? 'nothing' : leaves.sort().join('; ');
}

function leavesOf(value: unknown, path: readonly string[]): readonly (readonly [readonly string[], string])[] {
  if (Array.isArray(value)) return [[path, value.map(itemWords).sort().join(', ')]];
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
}

function itemWords(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  return Object.entries(item)
    .map(([name, value]) => (name === 'issuer' ? String(value) : `${name} ${String(value)}`))
    .join(', ');
}
