/** What outlives tokens: it closes by itself where something proves that it is gone. */
import type { ChecklistItem } from '../model/containment.ts';
import { toTimestamp } from '../model/instant.ts';
import type { VerifierDeclaration } from '../model/inventory.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { Scenario } from '../model/policy.ts';
import { isFiniteBound, maxBound, showBound } from '../model/quantity.ts';
import { optionFor } from '../response/response-options.ts';

export interface PurgeEvidence {
  readonly scenario: Scenario;
  readonly verifiers: readonly VerifierDeclaration[];
  /** Mechanisms of steps that were made. */
  readonly made: readonly Mechanism[];
  /** Latest instant by which every verifier refused; null while that is not proven. Milliseconds since the epoch. */
  readonly containedAt: number | null;
  /** What people say they have checked by hand. */
  readonly attested: readonly { readonly item: string; readonly by: string; readonly why: string }[];
  readonly now: number;
}

/** Items in the order in which they are worked through. */
export const CHECKLIST_IDS: readonly ChecklistItem['id'][] = [
  'refresh_families',
  'derived_sessions',
  'exchanged_tokens',
  'long_connections',
];

const SAYS: Readonly<Record<ChecklistItem['id'], string>> = {
  refresh_families: 'no refresh token of the family is alive',
  derived_sessions: 'no cookie session that was made from its tokens is alive',
  exchanged_tokens: 'no token that was exchanged for one of its tokens is alive (RFC 8693)',
  long_connections: 'no connection that was opened with its tokens is open: streams, WebSockets, tunnels',
};

export function purgeChecklist(evidence: PurgeEvidence): readonly ChecklistItem[] {
  return CHECKLIST_IDS.map((id): ChecklistItem => {
    const attested = evidence.attested.find(({ item }) => item === id);
    const judged = JUDGES[id](evidence);
    if (judged.state === 'open' && attested !== undefined) {
      return { id, says: SAYS[id], state: 'proven', why: `checked by ${attested.by}: ${attested.why}` };
    }
    return { id, says: SAYS[id], ...judged };
  });
}

type Judged = Pick<ChecklistItem, 'state' | 'why'>;

const JUDGES: Readonly<Record<ChecklistItem['id'], (evidence: PurgeEvidence) => Judged>> = {
  refresh_families: ({ scenario, made }) => {
    if (scenario === 'signing_key' || scenario === 'hmac_secret' || scenario === 'access_token') {
      return { state: 'not-concerned', why: 'what leaked renews nothing' };
    }
    const stop = made.find((mechanism) => optionFor(scenario, mechanism).effect === 'stops');
    return stop === undefined
      ? { state: 'open', why: 'no step has revoked the family, ended the session or blocked the client yet' }
      : { state: 'proven', why: `${optionFor(scenario, stop).does}: done` };
  },
  derived_sessions: (evidence) => outlived(evidence, 'sessions'),
  exchanged_tokens: ({ scenario }) => ({
    state: 'open',
    why:
      scenario === 'access_token' || scenario === 'refresh_token'
        ? 'ask the issuer whether it exchanged one; an exchanged token has a jti of its own'
        : 'ask the issuer whether it exchanged tokens of it',
  }),
  long_connections: (evidence) => outlived(evidence, 'connections'),
};

/** Sessions and connections end by a purge, or by themselves when their longest life is over. */
function outlived({ verifiers, made, containedAt, now }: PurgeEvidence, what: string): Judged {
  const longest = maxBound(verifiers.map(({ derivedSessionLifetime }) => derivedSessionLifetime.value));
  if (longest === 0 && verifiers.every(({ derivedSessionLifetime: { origin } }) => origin === 'explicit')) {
    return { state: 'not-concerned', why: `the inventory says that none of its verifiers makes ${what} from tokens` };
  }
  if (made.includes('purge_sessions')) return { state: 'proven', why: 'purged' };
  if (longest === 0)
    return { state: 'open', why: `the inventory does not say whether verifiers make ${what} from tokens` };
  if (!isFiniteBound(longest)) return { state: 'open', why: `${what} made from its tokens live for ${longest}` };
  if (containedAt === null)
    return { state: 'open', why: `they live for up to ${showBound(longest)} after containment` };
  const end = containedAt + longest;
  return end <= now
    ? { state: 'proven', why: `the last one ended by ${toTimestamp(end)}` }
    : { state: 'open', why: `the last one ends by ${toTimestamp(end)}` };
}
