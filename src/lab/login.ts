import { createHash, randomBytes } from 'node:crypto';
import { PUBLIC_CLIENT, REDIRECT_URI, SCOPE } from './clients.ts';

/** Redirects of one log-in: authorization, interaction, resume, client. More means a loop. */
const MAX_REDIRECTS = 8;

/** Tokens of one fresh grant. */
export interface LoggedIn {
  readonly access_token: string;
  readonly refresh_token: string;
}

/**
 * Runs the real authorization-code flow with PKCE (RFC 7636) as a browser would, following redirects with cookies, for
 * a subject that the lab's log-in page accepts without asking.
 */
export async function logIn(issuerUrl: string, subject: string, resource: string): Promise<LoggedIn> {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: PUBLIC_CLIENT,
    response_type: 'code',
    scope: `openid ${SCOPE}`,
    redirect_uri: REDIRECT_URI,
    resource,
    login_hint: subject,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const code = await followToCode(new URL(`/auth?${query.toString()}`, issuerUrl), issuerUrl);
  const response = await fetch(`${issuerUrl}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: PUBLIC_CLIENT,
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    }),
  });
  if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`);
  return (await response.json()) as LoggedIn;
}

async function followToCode(start: URL, issuerUrl: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let step = 0; step < MAX_REDIRECTS; step += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      // The issuer's cookies are marked secure; it learns the outer scheme as it would behind a proxy.
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'x-forwarded-proto': 'https',
      },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const split = pair.indexOf('=');
      cookies.set(pair.slice(0, split), pair.slice(split + 1));
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`log-in stopped at ${url.pathname} with ${response.status}`);
    const next = new URL(location, url);
    const code = next.searchParams.get('code');
    if (location.startsWith(REDIRECT_URI)) {
      if (code === null)
        throw new Error(`log-in was refused: ${next.searchParams.get('error_description') ?? 'no reason given'}`);
      return code;
    }
    // Absolute locations name the issuer as the outside sees it.
    url = new URL(`${next.pathname}${next.search}`, issuerUrl);
  }
  throw new Error('log-in did not end');
}
