import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Cutoff } from './settings.ts';
import type { Outcome } from './verifier.ts';

/** Intervals without an answer after which the list is too old to say "not revoked". */
const STALE_AFTER_INTERVALS = 3;

/** Longest first poll: while the lab starts, the machine is as busy as it will ever be. In milliseconds. */
const FIRST_POLL_MS = 10_000;

interface Entry {
  readonly type: string;
  readonly value: string;
  readonly expires_at: number;
}

export interface DenylistFollower {
  /** Holds an accepted token against the list; fails closed when the list is too old. */
  readonly judge: (token: string, accepted: Outcome) => Outcome;
}

/** Polls the denylist at a fixed interval. The first poll ends before the verifier serves. */
export async function followDenylist(
  source: { readonly url: string; readonly secret: string },
  intervalMs: number,
): Promise<DenylistFollower> {
  let entries: ReadonlySet<string> = new Set();
  let cutoffs: readonly Cutoff[] = [];
  let readAt = performance.now();

  async function poll(timeoutMs = intervalMs): Promise<void> {
    const begun = performance.now();
    const response = await fetch(source.url, {
      headers: { authorization: `Bearer ${source.secret}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`the denylist answered ${response.status}`);
    const body = (await response.json()) as { entries: readonly Entry[]; cutoffs: readonly Cutoff[] };
    const now = Date.now();
    entries = new Set(
      body.entries.filter(({ expires_at }) => expires_at * 1000 > now).map(({ type, value }) => `${type} ${value}`),
    );
    cutoffs = body.cutoffs;
    readAt = begun;
  }

  await poll(FIRST_POLL_MS);
  setInterval(() => {
    // A poll that fails leaves the list as old as it is; judge() counts the age.
    poll().catch(() => undefined);
  }, intervalMs).unref();

  return {
    judge: (token, accepted) => {
      if (performance.now() - readAt > STALE_AFTER_INTERVALS * intervalMs)
        return { kind: 'unavailable', why: 'the denylist is too old' };
      const claims = decodeJwt(token);
      const named: readonly (readonly [string, unknown])[] = [
        ['jti', claims.jti],
        ['sid', claims['sid']],
        ['sub', claims.sub],
        ['client_id', claims['client_id']],
        ['kid', decodeProtectedHeader(token).kid],
      ];
      const listed = named.some(([type, value]) => typeof value === 'string' && entries.has(`${type} ${value}`));
      // Who does not say when it was issued was issued before.
      const tooOld = cutoffs.some(
        ({ type, value, issuedBefore }) =>
          named.some((claim) => claim[0] === type && claim[1] === value) && (claims.iat ?? 0) < issuedBefore,
      );
      return listed || tooOld ? { kind: 'reject', why: 'revoked' } : accepted;
    },
  };
}
