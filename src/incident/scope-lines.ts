/**
 * JSON lines of our own format, from their bytes to what a scope counts, for logs of millions of lines. Most lines do not
 * concern an incident: of them is kept only which fields they have and when they were. Uses are grouped by the bytes of
 * their values. A line that is not plain, and one that only may be a use, is read as a text.
 */
import type { Buffer } from 'node:buffer';
import type { FastLines } from '../logs/fast-lines.ts';
import { createTimeReader } from '../logs/fast-time.ts';
import { MARK_OF_PEM, MARK_OF_TOKENS, createLineMarks } from '../logs/line-marks.ts';
import { INTEGER, LIST, TEXT, WORD } from '../logs/scan-line.ts';
import { decision as decisionOf } from '../logs/values.ts';
import type { Incident } from '../model/incident.ts';
import type { ScopeGrouping } from '../model/incident-scope.ts';
import { SCOPE_GROUPS } from '../model/incident-scope.ts';
import type { RecordedDecision } from '../model/recorded-use.ts';
import { MAYBE, NO, createDirectTest } from './direct-bytes.ts';
import { ASKED_FIELDS } from './field-settings.ts';
import type { AskedField } from './field-settings.ts';
import type { UseGroups } from './group-uses.ts';
import type { KeptUses } from './keep-uses.ts';
import type { LearnedIds } from './match-use.ts';
import { learnsSessions } from './match-use.ts';
import type { Place } from './place-bytes.ts';
import { createPlaceReader } from './place-bytes.ts';
import * as member from './scanned-members.ts';
import type { SignalCounter } from './signals.ts';
import type { ByteRun } from './subjects.ts';
import type { Totals } from './totals.ts';
import type { Presence } from './presence.ts';
import { BATCH_SIZE, createUseBatch } from './use-batch.ts';

const { AGENT, AUD, CLAIMS, CLIENT, CLIENT_HASH, COUNT, DECISION, EXP, HASH, HEADER } = member;
const { ALG, IAT, IP, ISS, JTI, KID, ROUTE, SID, SUB, TARGET, TS, VERIFIER } = member;

const bitOf = (field: AskedField): number => 1 << ASKED_FIELDS.indexOf(field);
const TIME_BIT = bitOf('time');
const CLIENT_BIT = bitOf('clientId');
const IAT_BIT = bitOf('iat');
const EXP_BIT = bitOf('exp');

/** Fields that are there when their text says something, whatever it is, and what each of them adds. */
const TEXTS: readonly number[] = [IP, AGENT, ROUTE, TARGET, KID, ALG, JTI, SID, SUB, HASH];

/** Fields that say something of a token. */
const OF_TOKEN = ['alg', 'exp', 'kid', 'jti', 'sub', 'clientId', 'tokenHash'] as const;
const TOKEN_BITS = OF_TOKEN.reduce((bits, field) => bits | bitOf(field), 0);

/** What is grouped and shown; longer values are shortened, which is done with texts. */
const SHOWN: readonly number[] = [IP, AGENT, ROUTE, TARGET, VERIFIER, JTI, SUB, CLIENT, CLIENT_HASH];
const LONGEST_SHOWN = 300;

const groupOf = (by: ScopeGrouping): number => SCOPE_GROUPS.indexOf(by);
const BY_IP = groupOf('ip');
const BY_CLIENT = groupOf('client');
const BY_SUBJECT = groupOf('subject');
const BY_TOKEN = groupOf('token');
const BY_ROUTE = groupOf('route');
const BY_AGENT = groupOf('user_agent');
const BY_TARGET = groupOf('target');
const BY_VERIFIER = groupOf('verifier');

const SPACE = 0x20;
const COMMA = 0x2c;
const SLASH = 0x2f;
const DELETE = 0x7f;
const QUESTION = 0x3f;
const NUMBER_SIGN = 0x23;
const LETTER_T = 0x74;
const LETTER_F = 0x66;

const ACCEPT = new TextEncoder().encode('accept');
const REJECT = new TextEncoder().encode('reject');

/** Where a line goes to. */
export interface ScopeSinks {
  readonly presence: Presence;
  readonly ids: LearnedIds;
  /** Files with lines that ids may give away. */
  readonly derivable: Set<string>;
  readonly totals: Totals;
  readonly kept: KeptUses;
  readonly groups: UseGroups;
  readonly signals: SignalCounter;
}

/** @param asksIssuer whether tokens are held against a log of the issuer, which is done with texts */
export function createScopeLines(
  incident: Incident,
  asksIssuer: boolean,
  { presence, ids, derivable, totals, kept, groups, signals }: ScopeSinks,
): FastLines {
  const { leaked, since } = incident;
  const reader = member.createMemberReader();
  const { isSaid, kind, start: startOf, end: endOf, integer } = reader;
  const test = createDirectTest(incident, reader);
  const tokens = createLineMarks(MARK_OF_TOKENS);
  const keys = createLineMarks(MARK_OF_PEM);
  const readTime = createTimeReader();
  const readPlace = createPlaceReader();
  const hasSessions = learnsSessions(leaked);
  const subject: { bytes: Uint8Array; start: number; end: number } = { bytes: new Uint8Array(0), start: 0, end: 0 };
  const batch = createUseBatch();
  let file = '';
  let uses = 0;
  let silent = 0;
  let isDerivable = false;
  /** Where the use came from that is being looked at. */
  let place: Place | null = null;

  /** Bits of the fields that are there, without the time and the numbers. */
  const textsOf = (client: number): number => {
    let bits = client === -1 ? 0 : CLIENT_BIT;
    for (let at = 0; at < TEXTS.length; at += 1) {
      const field = TEXTS[at] ?? 0;
      // Members stand in the order of the fields.
      if (isSaid(field)) bits |= 1 << field;
    }
    return bits;
  };

  const clientOf = (): number => (isSaid(CLIENT) ? CLIENT : isSaid(CLIENT_HASH) ? CLIENT_HASH : -1);

  /** Whether there is an address, and not only the blanks and commas of an empty list of them. */
  const isAddress = (bytes: Buffer): boolean => {
    const first = bytes[startOf(IP)] ?? 0;
    return !isSaid(IP) || (first > SPACE && first < DELETE && first !== COMMA);
  };

  /** Whether the values of a use can be counted and shown as they are. */
  const isShowable = (bytes: Buffer, length: number): boolean => {
    place = isSaid(IP) ? readPlace(bytes, startOf(IP), endOf(IP)) : null;
    if (isSaid(ROUTE) && bytes[startOf(ROUTE)] !== SLASH) return false;
    if (place !== null && !place.isPlain) return false;
    if (!isSaid(JTI) && isSaid(HASH)) return false;
    if (length <= LONGEST_SHOWN) return true;
    for (const shown of SHOWN) if (kind(shown) === TEXT && endOf(shown) - startOf(shown) > LONGEST_SHOWN) return false;
    return true;
  };

  const readDecision = (bytes: Buffer): RecordedDecision | null => {
    if (kind(DECISION) === TEXT) {
      if (reader.equals(DECISION, ACCEPT)) return 'accept';
      if (reader.equals(DECISION, REJECT)) return 'reject';
      return decisionOf(bytes.toString('utf8', startOf(DECISION), endOf(DECISION)));
    }
    if (kind(DECISION) !== WORD) return null;
    const letter = bytes[startOf(DECISION)];
    return letter === LETTER_T ? 'accept' : letter === LETTER_F ? 'reject' : null;
  };

  const endOfPath = (bytes: Buffer): number => {
    const end = endOf(ROUTE);
    let at = startOf(ROUTE);
    while (at < end && bytes[at] !== QUESTION && bytes[at] !== NUMBER_SIGN) at += 1;
    return at;
  };

  /** Remembers where the value of a member is, for the next time that groups are counted. */
  const put = (by: number, field: number, end: number): void => {
    const [starts, ends] = [batch.starts[by], batch.ends[by]];
    if (starts === undefined || ends === undefined) return;
    starts[batch.size] = isSaid(field) ? startOf(field) : -1;
    ends[batch.size] = end;
  };

  const countSubject = (bytes: Buffer, ip: ByteRun | null, count: number): void => {
    if (ip === null || !isSaid(SUB)) return;
    subject.bytes = bytes;
    subject.start = startOf(SUB);
    subject.end = endOf(SUB);
    signals.subjects.addBytes(ip, subject, count);
  };

  const learn = (bytes: Buffer): void => {
    if (isSaid(JTI)) ids.jtis.addBytes(bytes, startOf(JTI), endOf(JTI));
    if (isSaid(HASH)) ids.hashes.addBytes(bytes, startOf(HASH), endOf(HASH));
    if (hasSessions && isSaid(SID)) ids.sids.addBytes(bytes, startOf(SID), endOf(SID));
  };

  const addUse = (bytes: Buffer, time: number, count: number, client: number): void => {
    const when = time < since ? 'before' : 'after';
    learn(bytes);
    totals.addDirect(time, when, count, readDecision(bytes));
    if (when === 'after' && place !== null) countSubject(bytes, place.ip, count);
    batch.times[batch.size] = time;
    batch.counts[batch.size] = count;
    batch.areBefore[batch.size] = when === 'before' ? 1 : 0;
    put(BY_IP, IP, endOf(IP));
    put(BY_AGENT, AGENT, endOf(AGENT));
    put(BY_ROUTE, ROUTE, isSaid(ROUTE) ? endOfPath(bytes) : 0);
    put(BY_TARGET, TARGET, endOf(TARGET));
    put(BY_VERIFIER, VERIFIER, endOf(VERIFIER));
    put(BY_CLIENT, client === -1 ? CLIENT : client, client === -1 ? 0 : endOf(client));
    put(BY_SUBJECT, SUB, endOf(SUB));
    put(BY_TOKEN, JTI, endOf(JTI));
    batch.size += 1;
    if (batch.size === BATCH_SIZE) countGroups(bytes);
  };

  const countGroups = (bytes: Buffer): void => {
    if (batch.size > 0) groups.addBatch(batch, bytes);
    batch.size = 0;
  };

  const line = (bytes: Buffer, start: number, end: number, number: number): number => {
    const lineEnd = reader.scan(bytes, start, end);
    if (lineEnd === -1 || tokens.isWithin(bytes, start, lineEnd) || keys.isWithin(bytes, start, lineEnd)) return -1;
    const time = kind(TS) === TEXT ? readTime(bytes, startOf(TS), endOf(TS)) : -1;
    const count = reader.isAbsent(COUNT) ? 1 : integer(COUNT);
    if (time === -1 || count === null || count < 1 || kind(IAT) === TEXT || kind(EXP) === TEXT) return -1;
    if (!isAddress(bytes)) return -1;
    const fits = test.fits();
    const match = fits ? test.matches() : NO;
    if (match === MAYBE || (match !== NO && (asksIssuer || !isShowable(bytes, lineEnd - start)))) return -1;

    const client = clientOf();
    const fields =
      textsOf(client) | TIME_BIT | (kind(IAT) === INTEGER ? IAT_BIT : 0) | (kind(EXP) === INTEGER ? EXP_BIT : 0);
    const hasList = kind(AUD) === TEXT || kind(AUD) === LIST || kind(CLAIMS) === LIST || kind(HEADER) === LIST;
    if ((fields & TOKEN_BITS) === 0 && !hasList && !isSaid(ISS)) {
      // A line without a token, or one of another format.
      if (member.TELLING.every(reader.isAbsent)) return -1;
      silent += 1;
      return lineEnd;
    }
    uses += 1;
    presence.addBits({ fields, time, iat: integer(IAT) ?? NaN }, file);
    if (match === NO) {
      if (!isDerivable && fits && test.mayDerive()) {
        isDerivable = true;
        derivable.add(file);
      }
      return lineEnd;
    }
    addUse(bytes, time, count, client);
    const when = time < since ? 'before' : 'after';
    signals.addLine({ file, line: number, count, iat: integer(IAT), exp: integer(EXP), isDerived: false });
    const where = { time, when, file, line: number } as const;
    if (!kept.skips(where)) kept.addLine(where, bytes, start, lineEnd);
    return lineEnd;
  };

  return {
    line,
    startBlock: (bytes, start) => {
      tokens.startBlock(bytes, start);
      keys.startBlock(bytes, start);
    },
    startFile: (name) => {
      file = name;
      uses = 0;
      silent = 0;
      isDerivable = derivable.has(name);
    },
    endBlock: countGroups,
    uses: () => uses,
    silent: () => silent,
  };
}
