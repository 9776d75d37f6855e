/** The one scope that the lab's resource servers know. */
export const SCOPE = 'orders:read';

/** Public client of the log-in flow (authorization code with PKCE, rotating refresh tokens). */
export const PUBLIC_CLIENT = 'drill-spa';

/** Nothing listens there: the flow ends at this redirect. */
export const REDIRECT_URI = 'https://client.firebreak.test/callback';
