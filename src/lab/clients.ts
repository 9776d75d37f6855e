/** The one scope that the lab's resource servers know. */
export const SCOPE = 'orders:read';

/** A resource server that asks the issuer about every token (RFC 7662): its access tokens are opaque. */
export const INTROSPECTED_AUDIENCE = 'https://ledger.firebreak.test';

/** What that resource server calls itself at the issuer. */
export const RESOURCE_SERVER = 'ledger';

/** Public client of the log-in flow (authorization code with PKCE, rotating refresh tokens). */
export const PUBLIC_CLIENT = 'drill-spa';

/** Nothing listens there: the flow ends at this redirect. */
export const REDIRECT_URI = 'https://client.firebreak.test/callback';
