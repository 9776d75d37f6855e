import type { DiscoveryFacts } from '../model/discovery.ts';
import type { Estate } from '../model/finding.ts';
import type { JwksFacts } from '../model/key.ts';
import type { EffectivePolicy } from '../model/policy.ts';

/** Texts of a list member; empty when it is missing or no list. */
export function listIn({ members }: DiscoveryFacts, name: string): readonly string[] {
  const value = members[name];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

/** Members whose name ends so, with their value, in the order of their names. */
export function membersEnding({ members }: DiscoveryFacts, end: string): readonly (readonly [string, unknown])[] {
  return Object.entries(members)
    .filter(([name]) => name.endsWith(end))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Policies that trust an issuer, compared code point for code point. */
export function policiesOf(issuer: string | null, { policies }: Estate): readonly EffectivePolicy[] {
  return issuer === null
    ? []
    : policies.filter((policy) => policy.issuers.value.some((each) => each.issuer === issuer));
}

/** The key sets that belong to a document: of the same recording, or of the same issuer. */
export function keySetsOf({ file, issuer }: DiscoveryFacts, { jwks }: Estate): readonly JwksFacts[] {
  const ofFile = jwks.filter((set) => set.file === file);
  return ofFile.length > 0 ? ofFile : jwks.filter((set) => set.issuer !== null && set.issuer === issuer);
}

/** What names a document across reformatting: its issuer. */
export function documentOf({ issuer, kind }: DiscoveryFacts): string {
  return `${kind ?? 'metadata'} ${issuer ?? 'without issuer'}`;
}

/** A value from outside, for messages: quoted, its control characters escaped, cut. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > 120 ? `${value.slice(0, 119)}…` : value);
}

/** Whether an address starts with what a template fills in, so that it is none yet: `{baseUrl}/token`, `${HOST}/token`. */
export function isToFillIn(address: string): boolean {
  return /^(?:\$?\{|<)/.test(address);
}
