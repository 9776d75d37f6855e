/** What holds of each mechanism, whoever has it and whatever leaked. */
import type { Mechanism } from '../model/mechanism.ts';
import type { ChannelKey, ChannelType } from '../model/policy.ts';

/**
 * When a mechanism has its turn. What is out there is refused first, because that is fastest; then nothing new is minted;
 * then keys and secrets are replaced and caches told; what was made from tokens is purged last, when nothing can make it
 * again.
 */
export const PHASES = ['deny', 'stop', 'replace', 'flush', 'purge'] as const;

export type Phase = (typeof PHASES)[number];

/** Who is hit by it beside the thief, from the fewest to the most. */
export const REACHES = ['token', 'session', 'family', 'subject', 'client', 'key', 'replica', 'issuer'] as const;

export type Reach = (typeof REACHES)[number];

export interface MechanismFacts {
  readonly mechanism: Mechanism;
  /** As an instruction: `put its jti on the denylist` */
  readonly does: string;
  readonly phase: Phase;
  readonly reach: Reach;
  /** Who else is hit, in words. */
  readonly collateral: string;
  /** How it is taken back, in words; null for what cannot be. */
  readonly undo: string | null;
  /** What a list must be able to name to carry it; null for what needs no list. */
  readonly key: ChannelKey | null;
  /** Kinds of channels that carry it to verifiers; empty for what is done at the issuer or at the verifier itself. */
  readonly carriers: readonly ChannelType[];
}

const LISTS: readonly ChannelType[] = ['denylist', 'status_list'];
const SESSION_LISTS: readonly ChannelType[] = ['denylist', 'backchannel_logout', 'ssf_caep'];

/** Facts that hold whatever leaked, in the order in which mechanisms are used. */
export const MECHANISM_FACTS: Readonly<Record<Mechanism, MechanismFacts>> = {
  deny_jti: {
    mechanism: 'deny_jti',
    does: 'put its jti on the denylist',
    phase: 'deny',
    reach: 'token',
    collateral: 'nobody: a jti names one token (RFC 7519 section 4.1.7)',
    undo: 'take the entry off the list',
    key: 'jti',
    carriers: LISTS,
  },
  deny_token: {
    mechanism: 'deny_token',
    does: 'put its hash on the denylist',
    phase: 'deny',
    reach: 'token',
    collateral: 'nobody: a hash names one token',
    undo: 'take the entry off the list',
    key: 'token',
    carriers: LISTS,
  },
  deny_sid: {
    mechanism: 'deny_sid',
    does: 'put its sid on the denylist',
    phase: 'deny',
    reach: 'session',
    collateral: 'one user in one session: logs in again',
    undo: 'take the entry off the list',
    key: 'sid',
    carriers: SESSION_LISTS,
  },
  deny_sub: {
    mechanism: 'deny_sub',
    does: 'put its sub on the denylist',
    phase: 'deny',
    reach: 'subject',
    collateral: 'everything of one user, also what is made by a new log-in, until the entry is taken off',
    undo: 'take the entry off the list',
    key: 'sub',
    carriers: SESSION_LISTS,
  },
  deny_client_id: {
    mechanism: 'deny_client_id',
    does: 'put its client_id on the denylist',
    phase: 'deny',
    reach: 'client',
    collateral: 'every user of the client, also those who log in again, until the entry is taken off',
    undo: 'take the entry off the list',
    key: 'client_id',
    carriers: ['denylist'],
  },
  deny_kid: {
    mechanism: 'deny_kid',
    does: 'put its kid on the denylist',
    phase: 'deny',
    reach: 'key',
    collateral: 'everybody whose token that key signed: they need a token under the next key, so rotate at once',
    undo: 'take the entry off the list; never while the key can still sign',
    key: 'kid',
    carriers: ['denylist'],
  },
  cut_off_subject: {
    mechanism: 'cut_off_subject',
    does: 'refuse tokens of its subject that were issued before now',
    phase: 'deny',
    reach: 'subject',
    collateral: 'every session of one user: a new log-in works',
    undo: 'take the cut-off back',
    key: 'sub',
    carriers: ['denylist'],
  },
  cut_off_client: {
    mechanism: 'cut_off_client',
    does: 'refuse tokens of its client that were issued before now',
    phase: 'deny',
    reach: 'client',
    collateral: 'every user of the client: a new log-in works',
    undo: 'take the cut-off back',
    key: 'client_id',
    carriers: ['denylist'],
  },
  cut_off_all: {
    mechanism: 'cut_off_all',
    does: 'refuse every token that was issued before now',
    phase: 'deny',
    reach: 'issuer',
    collateral: 'every user of the issuer at once: expect a rush of log-ins',
    undo: 'take the cut-off back',
    key: null,
    carriers: ['denylist'],
  },
  revoke_token: {
    mechanism: 'revoke_token',
    does: 'revoke the access token at the issuer',
    phase: 'stop',
    reach: 'token',
    collateral: 'nobody: it is one token',
    undo: null,
    key: null,
    carriers: ['introspection'],
  },
  revoke_family: {
    mechanism: 'revoke_family',
    does: 'revoke the refresh token with its family',
    phase: 'stop',
    reach: 'family',
    collateral: 'one user on one device: logs in again',
    undo: null,
    key: null,
    carriers: [],
  },
  end_session: {
    mechanism: 'end_session',
    does: 'end the session at the issuer',
    phase: 'stop',
    reach: 'subject',
    collateral: 'one user: logs in again',
    undo: null,
    key: null,
    carriers: [],
  },
  block_client: {
    mechanism: 'block_client',
    does: 'block the client at the issuer',
    phase: 'stop',
    reach: 'client',
    collateral: 'every user of the client, until it has new credentials',
    undo: 'register or enable the client again, with new credentials',
    key: null,
    carriers: [],
  },
  rotate_client_secret: {
    mechanism: 'rotate_client_secret',
    does: 'give the client new credentials',
    phase: 'stop',
    reach: 'client',
    collateral: 'every deployment of the client that has the old credentials, until it is deployed',
    undo: null,
    key: null,
    carriers: [],
  },
  rotate_key: {
    mechanism: 'rotate_key',
    does: 'sign with the next key',
    phase: 'replace',
    reach: 'issuer',
    collateral: 'verifiers that do not know the next key yet refuse new tokens until they fetch it',
    undo: null,
    key: null,
    carriers: [],
  },
  remove_key: {
    mechanism: 'remove_key',
    does: 'take the key out of the key set',
    phase: 'replace',
    reach: 'key',
    collateral: 'everybody whose token that key signed: they need a new one',
    undo: null,
    key: null,
    carriers: ['jwks_removal'],
  },
  replace_secret: {
    mechanism: 'replace_secret',
    does: 'deploy without the secret wherever it is configured',
    phase: 'replace',
    reach: 'key',
    collateral: 'everybody whose token was made with the secret: they need a new one',
    undo: null,
    key: null,
    carriers: ['redeploy'],
  },
  flush_caches: {
    mechanism: 'flush_caches',
    does: 'restart verifiers, so that they forget keys and verdicts',
    phase: 'flush',
    reach: 'replica',
    collateral: 'requests under way at the moment of the restart, and a rush of fetches after it',
    undo: null,
    key: null,
    carriers: ['redeploy'],
  },
  emergency_lifetime: {
    mechanism: 'emergency_lifetime',
    does: 'mint tokens with the emergency lifetime',
    phase: 'stop',
    reach: 'issuer',
    collateral: 'every client renews more often: expect more load at the issuer',
    undo: 'put the lifetime from before back',
    key: null,
    carriers: ['short_lifetime'],
  },
  purge_sessions: {
    mechanism: 'purge_sessions',
    does: 'end what was made from tokens: cookie sessions, exchanged tokens, connections',
    phase: 'purge',
    reach: 'subject',
    collateral: 'the users whose sessions are purged: they log in again',
    undo: null,
    key: null,
    carriers: [],
  },
};
