import type { ProbeVerdict } from '../model/drill.ts';
import type { HttpExchange, HttpFailureKind } from '../model/ports.ts';

export interface Classification {
  readonly verdict: ProbeVerdict;
  readonly reason: string;
}

/**
 * What one answer says about the credential. Only a clean yes is an accept and only a clean no is a refusal: outages,
 * throttling, redirects and pages in between say nothing about the token (RFC 6750 section 3.1 names the codes).
 */
export function classifyAnswer({ status, headers, body }: HttpExchange): Classification {
  if (status >= 200 && status < 300) {
    if (/^text\/html/i.test(headers['content-type'] ?? '')) return { verdict: 'unknown', reason: 'intermediary' };
    if (isCached(headers)) return { verdict: 'unknown', reason: 'cached' };
    return { verdict: 'accept', reason: 'ok' };
  }
  if (status === 401) return classifyChallenge(headers['www-authenticate'] ?? '', body);
  if (status === 403) return { verdict: 'unknown', reason: 'forbidden' };
  if (status === 429) return { verdict: 'unknown', reason: 'throttled' };
  if (status >= 300 && status < 400) return { verdict: 'unknown', reason: 'redirect' };
  if (status >= 500) return { verdict: 'unknown', reason: 'server' };
  return { verdict: 'unknown', reason: `status-${status}` };
}

function classifyChallenge(challenge: string, body: string): Classification {
  if (/use_dpop_nonce/.test(challenge)) return { verdict: 'unknown', reason: 'nonce' };
  // Natural expiry must never pass as revocation.
  if (/expired/i.test(challenge) || /"error_description"\s*:\s*"[^"]*expired/i.test(body))
    return { verdict: 'unknown', reason: 'expired' };
  return { verdict: 'reject', reason: /invalid_token/.test(challenge) ? 'invalid-token' : 'unauthorized' };
}

/** An answer from a cache in between speaks for the past. */
function isCached(headers: Readonly<Record<string, string>>): boolean {
  return Number(headers['age'] ?? 0) > 0 || /\bhit\b/i.test(headers['x-cache'] ?? '');
}

/** A request that brought no answer is an outage, never a refusal. */
export function classifyFailure(kind: HttpFailureKind): Classification {
  return { verdict: 'unknown', reason: kind };
}
