import type { Dimension } from '../model/decision.ts';
import { DIMENSIONS } from '../model/decision.ts';
import type { ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { TokenClass } from '../model/policy.ts';
import { ZERO, parseDuration } from '../model/quantity.ts';
import type { TestProof, TestTarget, TokenTest, TokenTestCase } from '../model/token-test.ts';
import { parseAddress } from './cidr.ts';
import type { Cursor } from './facts.ts';
import {
  child,
  cursorAt,
  durationOf,
  entries,
  faultAt,
  flagOf,
  isGiven,
  items,
  placeOf,
  requiredText,
  textOf,
  unknownName,
} from './facts.ts';

export interface TokenTestReading {
  readonly test: TokenTest | null;
  readonly problems: readonly Problem[];
}

/** Turns a schema-checked TokenTest into facts; with any fault there is no test, because half of one proves nothing. */
export function readTokenTest({ source, name }: ValidDocument<unknown>): TokenTestReading {
  const spec = cursorAt(source, '/spec');
  const problems: Problem[] = [];
  const subject = readSubject(spec, problems);
  const at = readTime(child(spec, 'at'), problems) ?? 0;
  const cases = items(child(spec, 'cases')).map((each) => readCase(each, { at, base: child(spec, 'base') }, problems));
  problems.push(...repeatedNames(items(child(spec, 'cases'))));
  if (problems.length > 0 || subject === null) return { test: null, problems };
  return { test: { name, file: source.file, subject, cases, at: source.locate('/metadata/name') }, problems: [] };
}

function readSubject(spec: Cursor, problems: Problem[]): TokenTest['subject'] | null {
  const policy = child(spec, 'policy');
  const target = child(spec, 'target');
  if (isGiven(policy) === isGiven(target)) {
    problems.push(
      faultAt(
        isGiven(policy) ? target : spec,
        isGiven(policy) ? 'the test names a policy and a target' : 'the test names neither a policy nor a target',
        'write policy: NAME, or target: with environment, service or route',
      ),
    );
    return null;
  }
  if (isGiven(policy)) return { policy: requiredText(policy), at: placeOf(policy) };
  return readTarget(target, problems);
}

function readTarget(target: Cursor, problems: Problem[]): TestTarget {
  const read: TestTarget = {
    environment: textOf(child(target, 'environment')),
    service: textOf(child(target, 'service')),
    route: textOf(child(target, 'route')),
    labels: Object.fromEntries(entries(child(target, 'labels')).map(([key, value]) => [key, requiredText(value)])),
    at: placeOf(target),
  };
  if (read.environment === null && read.service === null && read.route === null) {
    problems.push(faultAt(target, 'the target names no place', 'add environment:, service: or route: to it'));
  }
  return read;
}

interface Common {
  readonly at: number;
  /** What every case starts from. */
  readonly base: Cursor;
}

function readCase(each: Cursor, { at, base }: Common, problems: Problem[]): TokenTestCase {
  const context = child(each, 'context');
  const now = isGiven(child(context, 'now')) ? (readTime(child(context, 'now'), problems) ?? at) : at;
  const expect = requiredText(child(each, 'expect')) === 'accept' ? 'accept' : 'reject';
  const route = textOf(child(context, 'route'));
  return {
    name: requiredText(child(each, 'name')),
    tokenClass: (textOf(child(each, 'token')) ?? 'access_token') as TokenClass, // an enum of the schema
    token: {
      header: valuesOf(over(child(base, 'header'), child(each, 'header')), (_, { data }) => data),
      claims: valuesOf(over(child(base, 'claims'), child(each, 'claims')), (name, claim) =>
        TIMES.includes(name) ? readTimeClaim(claim, now, problems) : claim.data,
      ),
    },
    now,
    route,
    clientIp: readAddress(child(context, 'client_ip'), problems),
    proof: readProof(context, problems),
    expect,
    reasons: readReasons(child(each, 'reason'), expect, problems),
    at: placeOf(child(each, 'name')),
  };
}

/** Members of a case over those of the base; null takes one away that the base has. */
function over(base: Cursor, own: Cursor): ReadonlyMap<string, Cursor> {
  const merged = new Map(entries(base));
  for (const [name, at] of entries(own)) {
    if (at.data === null && merged.has(name)) merged.delete(name);
    else merged.set(name, at);
  }
  return merged;
}

function valuesOf(
  members: ReadonlyMap<string, Cursor>,
  valueOf: (name: string, at: Cursor) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...members].map(([name, at]) => [name, valueOf(name, at)]));
}

/** Claims that are NumericDates (RFC 7519 section 4.1, OpenID Connect Core section 2). */
const TIMES: readonly string[] = ['exp', 'nbf', 'iat', 'auth_time'];

const RELATIVE = /^([+-])(.+)$/;

/** A NumericDate in seconds for `-10s`; anything that does not look like a duration is left as it is, for it may be meant. */
function readTimeClaim(at: Cursor, now: number, problems: Problem[]): unknown {
  const text = textOf(at);
  if (text === null) return at.data;
  const [, sign, length = ''] = RELATIVE.exec(text) ?? [];
  const duration = parseDuration(length);
  if (sign !== undefined && duration !== undefined) return (sign === '-' ? now - duration : now + duration) / 1000;
  if (sign !== undefined || parseDuration(text) !== undefined) {
    problems.push(
      faultAt(
        at,
        `the time ${text} is no distance from the instant of the case`,
        'write it with sign and unit: -10s, +3m',
      ),
    );
  }
  return text;
}

function readTime(at: Cursor, problems: Problem[]): number | null {
  const time = fromTimestamp(requiredText(at));
  if (time === null) {
    problems.push(faultAt(at, `there is no time ${requiredText(at)}`, 'write a time that a calendar has'));
  }
  return time;
}

function readAddress(at: Cursor, problems: Problem[]): string | null {
  const address = textOf(at);
  if (address !== null && parseAddress(address) === null) {
    problems.push(faultAt(at, `${address} is no address`, 'write it as 203.0.113.7 or 2001:db8::1'));
  }
  return address;
}

function readProof(context: Cursor, problems: Problem[]): TestProof | null {
  const kind = textOf(child(context, 'proof'));
  const stray = entries(context).find(
    ([key]) => key.startsWith('proof_') && (kind === null || (kind === 'mtls' && key !== 'proof_key')),
  );
  if (stray !== undefined) {
    const [key, at] = stray;
    problems.push(faultAt(at, `${key} speaks of a DPoP proof, and there is none`, 'add proof: dpop, or remove it'));
  }
  if (kind === null) return null;
  return {
    kind: kind === 'mtls' ? 'mtls' : 'dpop',
    key: textOf(child(context, 'proof_key')) === 'other' ? 'other' : 'token',
    algorithm: textOf(child(context, 'proof_algorithm')),
    age: durationOf(child(context, 'proof_age')) ?? ZERO,
    hasNonce: flagOf(child(context, 'proof_nonce'))?.value ?? true,
    hasAth: flagOf(child(context, 'proof_ath'))?.value ?? true,
  };
}

/** What a policy can decide; the signature is not part of a test, its keys are nowhere. */
const REASONS: readonly Dimension[] = DIMENSIONS.filter((dimension) => dimension !== 'signature');

function readReasons(
  reason: Cursor,
  expect: TokenTestCase['expect'],
  problems: Problem[],
): readonly Dimension[] | null {
  if (!isGiven(reason)) return null;
  if (expect === 'accept') {
    problems.push(faultAt(reason, 'an accepted token has no reason', 'remove reason, or expect: reject'));
    return null;
  }
  const written = textOf(reason) === null ? items(reason) : [reason];
  return written.flatMap((at) => {
    const dimension = REASONS.find((known) => known === textOf(at));
    if (dimension !== undefined) return [dimension];
    problems.push(unknownName(at, 'dimension', REASONS));
    return [];
  });
}

function repeatedNames(cases: readonly Cursor[]): readonly Problem[] {
  const seen = new Map<string, number>();
  return cases.flatMap((each) => {
    const at = child(each, 'name');
    const name = requiredText(at);
    const before = seen.get(name);
    if (before !== undefined) {
      return [faultAt(at, `there are two cases "${name}", the first at line ${before}`, 'rename one of the two')];
    }
    seen.set(name, placeOf(at).line);
    return [];
  });
}
