/**
 * What each mechanism does about each kind of leak: the one place that knows which responses there are, in which order,
 * and which of them do nothing although they look as if they did.
 */
import type { Mechanism } from '../model/mechanism.ts';
import { MECHANISMS } from '../model/mechanism.ts';
import type { Scenario } from '../model/policy.ts';
import type { MechanismFacts } from './mechanisms.ts';
import { MECHANISM_FACTS, PHASES, REACHES } from './mechanisms.ts';

/**
 * - `ends`: whoever it reaches refuses what leaked, and everything that can be made of it
 * - `ends_tokens`: what is out there is refused, but the thief can still make more
 * - `stops`: nothing more can be made of it; what is out there lives on
 * - `needed_first`: ends nothing by itself, but another mechanism may not come before it
 * - `helps`: makes the end of another mechanism come sooner, or what follows smaller
 * - `cleans`: ends what was made from tokens and would outlive them
 * - `nothing`: does not touch what leaked
 */
export const EFFECTS = ['ends', 'ends_tokens', 'stops', 'needed_first', 'helps', 'cleans', 'nothing'] as const;

export type Effect = (typeof EFFECTS)[number];

export interface ResponseOption extends MechanismFacts {
  readonly scenario: Scenario;
  readonly effect: Effect;
  /** Why it has this effect; for `nothing`, why it is no use, in words for people in a hurry. */
  readonly why: string;
  /** A section of a standard, or of our own documents. */
  readonly source: string;
}

type Cell = readonly [effect: Effect, why: string, source: string];

const KEY = 'docs/concepts.md#leaked-signing-key';
const ACCESS = 'docs/concepts.md#leaked-access-token';
const REFRESH = 'docs/concepts.md#leaked-refresh-token';
const SECRET = 'docs/concepts.md#leaked-hmac-secret';
const CLIENT = 'docs/concepts.md#compromised-client';
const SESSION = 'docs/concepts.md#stolen-session';
const RFC7009 = 'RFC 7009 section 2.1';
const RFC9700 = 'RFC 9700 section 4.14.2';

const THIEF_WRITES: string =
  'whoever has the key writes every claim: the next token has another jti, sid, sub, client_id and iat';
const NOT_THE_ISSUER: string = 'the thief signs tokens without asking the issuer';
const NOT_SIGNED: string = 'no key has leaked: the issuer signs the next token with the next key just as well';
const NOT_THE_CLIENT: string = 'the credentials of the client have not leaked';

/** Leaked: a private signing key. */
const SIGNING_KEY: Readonly<Record<Mechanism, Cell>> = {
  deny_jti: ['nothing', THIEF_WRITES, KEY],
  deny_token: ['nothing', THIEF_WRITES, KEY],
  deny_sid: ['nothing', THIEF_WRITES, KEY],
  deny_sub: ['nothing', THIEF_WRITES, KEY],
  deny_client_id: ['nothing', THIEF_WRITES, KEY],
  deny_kid: ['ends', 'a forged token must name the kid, or no key is found for it', KEY],
  cut_off_subject: ['nothing', THIEF_WRITES, KEY],
  cut_off_client: ['nothing', THIEF_WRITES, KEY],
  cut_off_all: ['nothing', THIEF_WRITES, KEY],
  revoke_token: ['nothing', NOT_THE_ISSUER, KEY],
  revoke_family: ['nothing', NOT_THE_ISSUER, KEY],
  end_session: ['nothing', NOT_THE_ISSUER, KEY],
  block_client: ['nothing', NOT_THE_ISSUER, KEY],
  rotate_client_secret: ['nothing', NOT_THE_ISSUER, KEY],
  rotate_key: [
    'needed_first',
    'the leaked key stays trusted while it is published; but without a next key its removal locks everybody out',
    KEY,
  ],
  remove_key: ['ends', 'no verifier finds the key any more, once its cache has let go of it', KEY],
  replace_secret: ['nothing', 'it is a key pair: nobody shares a secret', SECRET],
  flush_caches: ['helps', 'a restart forgets the removed key at once; before the removal it fetches it again', KEY],
  emergency_lifetime: ['nothing', 'whoever has the key writes exp', KEY],
  purge_sessions: ['cleans', 'sessions made from forged tokens outlive the key', KEY],
};

/** Leaked: one access or ID token. */
const ACCESS_TOKEN: Readonly<Record<Mechanism, Cell>> = {
  deny_jti: ['ends', 'its jti names this token and no other', ACCESS],
  deny_token: ['ends', 'its hash names this token and no other', ACCESS],
  deny_sid: ['ends', 'the token belongs to the session', ACCESS],
  deny_sub: ['ends', 'the token belongs to the user', ACCESS],
  deny_client_id: ['ends', 'the token belongs to the client', ACCESS],
  deny_kid: ['ends', 'the token names the key, as do all others that it signed', ACCESS],
  cut_off_subject: ['ends', 'the token was issued before now', 'docs/render.md#a-revocation'],
  cut_off_client: ['ends', 'the token was issued before now', 'docs/render.md#a-revocation'],
  cut_off_all: ['ends', 'the token was issued before now', 'docs/render.md#a-revocation'],
  revoke_token: [
    'ends',
    'verifiers that ask the issuer about each token are told; others check it by themselves',
    ACCESS,
  ],
  revoke_family: [
    'nothing',
    'an access token lives on by itself after its refresh token is dead, unless the issuer says otherwise',
    RFC7009,
  ],
  end_session: [
    'nothing',
    'an access token is checked without the session: it lives until exp',
    'OpenID Connect Back-Channel Logout 1.0 section 2.7',
  ],
  block_client: ['nothing', 'a blocked client gets no new tokens; the one that is out lives until exp', CLIENT],
  rotate_client_secret: ['nothing', 'the token is used without the credentials of the client', CLIENT],
  rotate_key: ['nothing', 'the key that signed it stays published, so that tokens of others stay good', KEY],
  remove_key: ['ends', 'the key that signed it is no longer found', KEY],
  replace_secret: ['ends', 'the secret that signed it is no longer known', SECRET],
  flush_caches: ['helps', 'remembered verdicts are forgotten; the token itself is still good without an entry', ACCESS],
  emergency_lifetime: ['nothing', 'its exp is written in it already', 'RFC 7519 section 4.1.4'],
  purge_sessions: ['cleans', 'sessions made from the token outlive it', ACCESS],
};

/** Leaked: a refresh token. The thief mints access tokens of unknown jti with it. */
const REFRESH_TOKEN: Readonly<Record<Mechanism, Cell>> = {
  deny_jti: ['nothing', 'the thief renews: the next access token has a jti that nobody knows', REFRESH],
  deny_token: ['nothing', 'verifiers see access tokens, never the refresh token', REFRESH],
  deny_sid: ['ends_tokens', 'every access token of the family carries its sid', REFRESH],
  deny_sub: ['ends_tokens', 'every access token of the family carries its sub', REFRESH],
  deny_client_id: ['ends_tokens', 'every access token of the family carries its client_id', REFRESH],
  deny_kid: ['nothing', NOT_SIGNED, REFRESH],
  cut_off_subject: ['ends_tokens', 'what was minted before now is refused; after it the thief mints again', REFRESH],
  cut_off_client: ['ends_tokens', 'what was minted before now is refused; after it the thief mints again', REFRESH],
  cut_off_all: ['ends_tokens', 'what was minted before now is refused; after it the thief mints again', REFRESH],
  revoke_token: ['nothing', 'the thief renews: the next access token is another one', REFRESH],
  revoke_family: ['stops', 'the refresh token and what it was rotated into are dead at the issuer', RFC9700],
  end_session: ['stops', 'the issuer ends the grants and refresh tokens of the session', SESSION],
  block_client: ['stops', 'the issuer refuses the refresh tokens of a client that it refuses', 'RFC 6749 section 6'],
  rotate_client_secret: [
    'helps',
    'a confidential client must authenticate to renew, so the thief needs the new secret too; a public client need not',
    'RFC 6749 section 6',
  ],
  rotate_key: ['nothing', NOT_SIGNED, 'docs/concepts.md#leaked-refresh-token'],
  remove_key: ['nothing', NOT_SIGNED, 'docs/concepts.md#leaked-refresh-token'],
  replace_secret: ['nothing', NOT_SIGNED, REFRESH],
  flush_caches: ['helps', 'remembered verdicts about its access tokens are forgotten', REFRESH],
  emergency_lifetime: ['helps', 'what is minted from now on lives shorter', REFRESH],
  purge_sessions: ['cleans', 'sessions made from its access tokens outlive them', REFRESH],
};

/** Leaked: a shared secret that signs. */
const HMAC_SECRET: Readonly<Record<Mechanism, Cell>> = {
  ...SIGNING_KEY,
  deny_kid: ['ends', 'a forged token must name the kid of the secret; one without kid cannot be denied', SECRET],
  rotate_key: ['nothing', 'a shared secret is in configurations, not in the key set', SECRET],
  remove_key: ['nothing', 'a shared secret is in configurations, not in the key set', SECRET],
  replace_secret: ['ends', 'whoever verifies no longer knows the secret', SECRET],
  flush_caches: ['nothing', 'a restart reads the same configuration with the same secret again', SECRET],
};

/** Leaked: what a client authenticates with. */
const CLIENT_CREDENTIALS: Readonly<Record<Mechanism, Cell>> = {
  deny_jti: ['nothing', 'the thief asks for another token, with a jti that nobody knows', CLIENT],
  deny_token: ['nothing', 'the thief asks for another token', CLIENT],
  deny_sid: ['nothing', 'the thief asks for tokens of another session, or of none', CLIENT],
  deny_sub: ['nothing', 'tokens of the client can be of any of its users', CLIENT],
  deny_client_id: ['ends_tokens', 'every token of the client carries its client_id (RFC 9068 section 2.2)', CLIENT],
  deny_kid: ['nothing', NOT_SIGNED, CLIENT],
  cut_off_subject: ['nothing', 'tokens of the client can be of any of its users', CLIENT],
  cut_off_client: ['ends_tokens', 'what was minted before now is refused; after it the thief mints again', CLIENT],
  cut_off_all: ['ends_tokens', 'what was minted before now is refused; after it the thief mints again', CLIENT],
  revoke_token: ['nothing', 'the thief asks for another token', CLIENT],
  revoke_family: ['nothing', 'the thief needs no refresh token: the credentials themselves get tokens', CLIENT],
  end_session: ['nothing', 'the thief needs no session: the credentials themselves get tokens', CLIENT],
  block_client: ['stops', 'the issuer refuses the client', 'RFC 6749 section 5.2'],
  rotate_client_secret: ['stops', 'the old credentials are refused', 'RFC 6749 section 5.2'],
  rotate_key: ['nothing', NOT_SIGNED, CLIENT],
  remove_key: ['nothing', NOT_SIGNED, CLIENT],
  replace_secret: ['nothing', NOT_SIGNED, CLIENT],
  flush_caches: ['helps', 'remembered verdicts about its tokens are forgotten', CLIENT],
  emergency_lifetime: ['helps', 'what is minted from now on lives shorter', CLIENT],
  purge_sessions: ['cleans', 'sessions made from its tokens outlive them', CLIENT],
};

/** Stolen: the session of a user at the issuer. */
const USER_SESSION: Readonly<Record<Mechanism, Cell>> = {
  deny_jti: ['nothing', 'the session gets another token, with a jti that nobody knows', SESSION],
  deny_token: ['nothing', 'the session gets another token', SESSION],
  deny_sid: ['ends_tokens', 'every token of the session carries its sid', SESSION],
  deny_sub: ['ends_tokens', 'every token of the session carries its sub', SESSION],
  deny_client_id: ['nothing', 'a session gets tokens for any client', SESSION],
  deny_kid: ['nothing', NOT_SIGNED, SESSION],
  cut_off_subject: ['ends_tokens', 'what was minted before now is refused; after it the session mints again', SESSION],
  cut_off_client: ['nothing', 'a session gets tokens for any client', SESSION],
  cut_off_all: ['ends_tokens', 'what was minted before now is refused; after it the session mints again', SESSION],
  revoke_token: ['nothing', 'the session gets another token', SESSION],
  revoke_family: ['nothing', 'the session gets another refresh token', SESSION],
  end_session: ['stops', 'the session is dead at the issuer, and what hangs on it', SESSION],
  block_client: ['nothing', NOT_THE_CLIENT, SESSION],
  rotate_client_secret: ['nothing', NOT_THE_CLIENT, SESSION],
  rotate_key: ['nothing', NOT_SIGNED, SESSION],
  remove_key: ['nothing', NOT_SIGNED, SESSION],
  replace_secret: ['nothing', NOT_SIGNED, SESSION],
  flush_caches: ['helps', 'remembered verdicts about its tokens are forgotten', SESSION],
  emergency_lifetime: ['helps', 'what is minted from now on lives shorter', SESSION],
  purge_sessions: ['cleans', 'sessions of applications outlive the one at the issuer', SESSION],
};

const CELLS: Readonly<Record<Scenario, Readonly<Record<Mechanism, Cell>>>> = {
  signing_key: SIGNING_KEY,
  access_token: ACCESS_TOKEN,
  refresh_token: REFRESH_TOKEN,
  hmac_secret: HMAC_SECRET,
  client: CLIENT_CREDENTIALS,
  user_session: USER_SESSION,
};

/**
 * Every option about one kind of leak, in the order in which they are used: by phase, and within a phase the one that
 * hits the fewest others first.
 */
export function responseOptions(scenario: Scenario): readonly ResponseOption[] {
  return MECHANISMS.map((mechanism) => optionFor(scenario, mechanism)).sort(
    (a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) || compareWithin(a, b),
  );
}

/** What one mechanism does about one kind of leak. */
export function optionFor(scenario: Scenario, mechanism: Mechanism): ResponseOption {
  const [effect, why, source] = CELLS[scenario][mechanism];
  return { ...MECHANISM_FACTS[mechanism], scenario, effect, why, source };
}

/** What is needed first comes first, whomever it hits; otherwise whoever hits the fewest. */
function compareWithin(a: ResponseOption, b: ResponseOption): number {
  const rank = ({ effect }: ResponseOption): number => (effect === 'needed_first' ? 0 : 1);
  return rank(a) - rank(b) || REACHES.indexOf(a.reach) - REACHES.indexOf(b.reach);
}
