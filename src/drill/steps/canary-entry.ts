import { isCanaryName } from '../../model/canary.ts';
import type { ActionCall } from '../../model/drill.ts';
import { UserError } from '../../model/failure.ts';
import { callText } from '../step.ts';
import { argumentOf, isGiven } from './arguments.ts';
import type { Minted, Vault } from '../vault.ts';

/** Claims by which an entry can name a token; each must be one that only this run's credentials carry. */
const TYPES: readonly string[] = ['jti', 'sid', 'sub', 'client_id', 'kid'];

/** What stands for the identifier of the canary in texts of a step. */
const PLACEHOLDER = '{value}';

/** An identifier that only a credential of this run carries. */
export interface CanaryEntry {
  readonly type: string;
  readonly value: string;
}

/**
 * The identifier that a step may put on a list. It is read from a credential of this run; a drill cannot name any other.
 *
 * @throws UserError drill/not-a-canary, document/invalid
 */
export function canaryEntry(call: ActionCall, vault: Vault): CanaryEntry {
  if (call.handed !== undefined) return call.handed;
  const type = entryType(call);
  const token = vault.token(callText(call, 'of'));
  const value = valueOf(type, token);
  if (typeof value !== 'string' || value === '') {
    throw new UserError('document/invalid', `the token "${callText(call, 'of')}" has no ${type}`, {
      hint: 'choose a claim that the issuer puts into tokens',
      at: call.at,
    });
  }
  if (!isOurs(type, value, token)) {
    throw new UserError(
      'drill/not-a-canary',
      `a drill may not deny ${type} ${value}: other tokens than its own carry it`,
      {
        hint: 'register a client with oauth.register_client, log a user of the run in, or sign with a key of the run',
        at: call.at,
      },
    );
  }
  return { type, value };
}

type Token = Pick<Extract<Minted, { kind: 'token' }>, 'claims' | 'header' | 'signer'>;

function valueOf(type: string, { claims, header }: Token): unknown {
  return type === 'kid' ? header['kid'] : claims[type];
}

/** Issuers make a jti and a sid for one token or session; a user, a client and a key have many, so they must be this run's. */
function isOurs(type: string, value: string, { signer }: Token): boolean {
  if (type === 'kid') return signer !== undefined;
  return (type !== 'client_id' && type !== 'sub') || isCanaryName(value);
}

/** @throws UserError drill/not-a-canary for a claim that other tokens may carry too */
export function entryType(call: ActionCall): string {
  const type = callText(call, 'type');
  if (TYPES.includes(type)) return type;
  throw new UserError(
    'drill/not-a-canary',
    `a drill may not deny by ${type}: it could match tokens that it did not mint`,
    { hint: `choose one of ${TYPES.join(', ')}`, at: call.at },
  );
}

/** How a plan names an identifier that does not exist yet. */
export function plannedEntry(call: ActionCall): CanaryEntry {
  if (call.handed !== undefined) return call.handed;
  const type = entryType(call);
  return { type, value: `{${type} of ${callText(call, 'of')}}` };
}

/** The identifier of a call that may do without one; null when it names none. @throws UserError drill/not-a-canary */
export function entryIfAny(call: ActionCall, vault: Vault): CanaryEntry | null {
  return namesEntry(call) ? canaryEntry(call, vault) : null;
}

/** How a plan names it; null when the call names none. */
export function plannedEntryIfAny(call: ActionCall): CanaryEntry | null {
  return namesEntry(call) ? plannedEntry(call) : null;
}

function namesEntry(call: ActionCall): boolean {
  return call.handed !== undefined || isGiven(argumentOf(call, 'of'));
}

/** The identifier of a key, client or user that leaked; otherwise that of a credential of this run. */
export function handedOr(call: ActionCall, type: string, ofRun: () => string): string {
  const { handed } = call;
  if (handed === undefined) return ofRun();
  if (handed.type === type) return handed.value;
  throw new UserError('document/invalid', `${call.uses} needs a ${type}, the incident hands it a ${handed.type}`, {
    hint: `use it for a mechanism that is about a ${type}`,
    at: call.at,
  });
}

/** ` of the canary` in drills; incidents name what leaked by itself. */
export function ofWhom({ handed }: ActionCall): string {
  return handed === undefined ? ' of the canary' : '';
}

/** `canary key` in drills, `key` in incidents. */
export function canaryWord({ handed }: ActionCall, word: string): string {
  return handed === undefined ? `canary ${word}` : word;
}

/** Puts the identifier where a text says {value}. */
export function withValue(text: string, entry: CanaryEntry | null, encode: (value: string) => string = same): string {
  return entry === null ? text : text.replaceAll(PLACEHOLDER, encode(entry.value));
}

export function hasPlaceholder(text: string): boolean {
  return text.includes(PLACEHOLDER);
}

function same(value: string): string {
  return value;
}
