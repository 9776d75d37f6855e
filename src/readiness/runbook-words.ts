import { quoted } from '../drill/steps/http/request.ts';
import type { Scenario } from '../model/policy.ts';
import type { RunbookCommand, RunbookStep, RunbookVariable } from '../model/runbook.ts';

/** A step that says nothing yet. */
export const SILENT_STEP: Omit<RunbookStep, 'key' | 'title' | 'section' | 'activity' | 'who'> = {
  says: [],
  commands: [],
  wider: [],
  within: null,
  collateral: null,
  undo: null,
  source: null,
};

/** What only the day can tell. */
export const VARIABLES = {
  INCIDENT: 'folder of the incident: incidents/inc-2031',
  SINCE: 'when it leaked, or the earliest it can have: 2026-11-30T08:00:00Z, or 6h for six hours ago',
  LEAD: 'who leads: a mail address, or @name',
  LOGS: 'access logs from before the leak until now: files, folders or globs',
  ISSUER_LOG: 'log in which the issuer writes every token that it issues; tells forged ones',
  LIVE_LOG: 'an access log that grows',
  ISSUER: 'iss of the tokens',
  KID: 'kid of what leaked',
  TOKEN_FILE: 'file with the leaked token and nothing else; - is standard input',
  WITNESS_FILE: 'file with a token of your own that the same steps end: of the same session, client or key',
  CLIENT_ID: 'client_id of the client',
  SID: 'sid of the session',
} as const;

export type VariableName = keyof typeof VARIABLES;

export interface VariablePart {
  readonly variable: VariableName;
}

export function variable(name: VariableName): VariablePart {
  return { variable: name };
}

/** A command of a shell: every word is quoted where it needs to be, because names come out of files. */
export function shell(...words: readonly (string | VariablePart)[]): RunbookCommand {
  return { kind: 'shell', parts: words.map((word) => (typeof word === 'string' ? quoted(word) : word)) };
}

/** What a person does; names of people are words of their own, so that they can be copied. */
export function person(...words: readonly string[]): RunbookCommand {
  return { kind: 'person', parts: words };
}

/** The variables of commands, in the order of their table. */
export function variablesOf(commands: readonly RunbookCommand[]): readonly RunbookVariable[] {
  const used = new Set(
    commands.flatMap(({ parts }) => parts.flatMap((part) => (typeof part === 'string' ? [] : [part.variable]))),
  );
  return Object.entries(VARIABLES).flatMap(([name, says]) => (used.has(name) ? [{ name, says }] : []));
}

/** How each leak is named to `firebreak incident open`. */
export const LEAKED_WORDS: Readonly<Record<Scenario, readonly (string | VariablePart)[]>> = {
  signing_key: ['kid', variable('KID')],
  access_token: ['token', variable('TOKEN_FILE')],
  refresh_token: ['refresh_token', variable('TOKEN_FILE')],
  hmac_secret: ['hmac_secret', variable('KID')],
  client: ['client_id', variable('CLIENT_ID')],
  user_session: ['sid', variable('SID')],
};

interface ScenarioWords {
  readonly title: string;
  readonly slug: string;
  readonly summary: readonly string[];
  /** How the hole is closed, before anything is replaced. */
  readonly patch: string;
}

/** What a person who was woken up must know first. */
export const SCENARIO_WORDS: Readonly<Record<Scenario, ScenarioWords>> = {
  signing_key: {
    title: 'Leaked signing key',
    slug: 'leaked-signing-key',
    summary: [
      'Whoever has the key makes valid tokens: for any user, with any lifetime, without asking the issuer.',
      'It ends when no verifier trusts the key any more. A new key alone ends nothing.',
    ],
    patch:
      'find how the key got out (image, backup, repository, key server) and close that way, or the next key goes the same',
  },
  access_token: {
    title: 'Leaked access token',
    slug: 'leaked-access-token',
    summary: [
      'Whoever has the token is its user until it is refused or expires.',
      'Nothing new can be made of it, so refusing this one token is enough.',
    ],
    patch:
      'find how the token got out (log, referrer, proxy, browser) and close that way, or the next token goes the same',
  },
  refresh_token: {
    title: 'Leaked refresh token',
    slug: 'leaked-refresh-token',
    summary: [
      'Whoever has it gets new access tokens, again and again, until the issuer refuses it.',
      'The last access token lives on after that: two things must end, first the refresh token, then what was made of it.',
    ],
    patch: 'find how the token got out (device, backup, log) and close that way, or the next one goes the same',
  },
  hmac_secret: {
    title: 'Leaked HMAC secret',
    slug: 'leaked-hmac-secret',
    summary: [
      'Whoever has the secret makes valid tokens: for any user, with any lifetime, without asking anybody.',
      'It is in the configuration of everybody who signs or verifies with it, and ends when all of them run without it.',
    ],
    patch:
      'find how the secret got out (repository, environment, image) and close that way, or the next secret goes the same',
  },
  client: {
    title: 'Compromised client',
    slug: 'compromised-client',
    summary: [
      'Whoever has the credentials of the client gets tokens as that client, until the issuer refuses them.',
      'The tokens that it has live on after that.',
    ],
    patch: 'find how the credentials got out and close that way, or the new ones go the same',
  },
  user_session: {
    title: 'Stolen session',
    slug: 'stolen-session',
    summary: [
      'Whoever has the session is its user, and gets new tokens until the session ends at the issuer.',
      'The tokens that are out live on after that.',
    ],
    patch:
      'find how the session was taken (malware, phishing proxy, shared device) and close that way, or the next one goes the same',
  },
};
