import type { DiscoveryKind } from '../model/discovery.ts';

/** An address under which an issuer may publish its metadata. */
export interface WellKnown {
  readonly kind: DiscoveryKind;
  readonly url: string;
}

/**
 * Where the metadata of an issuer may be, in the order of preference. OpenID Connect Discovery 1.0 section 4 appends
 * the well-known path to the issuer; RFC 8414 section 3 puts it between host and path; for issuers with a path both are
 * seen for both (RFC 8414 section 5). A slash at the end of the path is left out, as both say.
 */
export function wellKnownUrls(issuer: string): readonly WellKnown[] {
  const url = new URL(issuer);
  const path = url.pathname.replace(/\/$/, '');
  const appended = (name: string): string => `${url.origin}${path}/.well-known/${name}`;
  const inserted = (name: string): string => `${url.origin}/.well-known/${name}${path}`;
  const openid = [appended('openid-configuration'), inserted('openid-configuration')];
  const oauth = [inserted('oauth-authorization-server'), appended('oauth-authorization-server')];
  return [
    ...[...new Set(openid)].map((each): WellKnown => ({ kind: 'openid', url: each })),
    ...[...new Set(oauth)].map((each): WellKnown => ({ kind: 'oauth', url: each })),
  ];
}

/**
 * Name of the history file of an issuer: its host, then port and path in so far as it has them. Whatever a file name
 * cannot hold is a hyphen.
 */
export function historyFileName(issuer: string): string {
  const url = new URL(issuer);
  const parts = [url.hostname.replace(/^\[|\]$/g, ''), url.port, ...url.pathname.split('/')];
  const name = parts.filter((part) => part !== '').join('_');
  return `${name.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 200)}.ndjson`;
}
