import type { Location } from './location.ts';

/** Which registered document it is: OpenID Connect Discovery 1.0 or RFC 8414; null for a file that does not say. */
export type DiscoveryKind = 'openid' | 'oauth';

/** One discovery document: recorded in a file, or fetched by an audit and kept in the history. */
export interface DiscoveryFacts {
  readonly file: string;
  readonly kind: DiscoveryKind | null;
  /** Address it was fetched from; null for a file that does not say. */
  readonly url: string | null;
  /** The issuer that was asked for it: what its `issuer` must be, code point for code point; null when nobody asked. */
  readonly expectedIssuer: string | null;
  /** Its `issuer`; null when it is missing or no text. */
  readonly issuer: string | null;
  readonly jwksUri: string | null;
  readonly members: Readonly<Record<string, unknown>>;
  /** Members written more than once at the top level. */
  readonly duplicateMembers: readonly string[];
  readonly at: Location;
  /** Place of the value of a member; of the document when it has none. */
  readonly locate: (member: string) => Location;
}
