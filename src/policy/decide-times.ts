/**
 * The clock: lifetime, age, expiry, start. Claims are NumericDates in seconds, fractions allowed (RFC 7519 section 2);
 * everything is compared in milliseconds. What is no usable number violates; it never throws.
 */
import type { DimensionCheck } from '../model/decision.ts';
import { isFiniteBound, millis, showBound } from '../model/quantity.ts';
import type { Case } from './decide-check.ts';
import { check, memberOf, showValue } from './decide-check.ts';

/** Year 275760, the end of ECMAScript time: a date behind it is a mistake or an attack on somebody's arithmetic. */
const LAST_SECOND = 8.64e12;

type Instant = { readonly ms: number } | 'absent' | 'unusable';

function instantOf({ token }: Case, claim: string): Instant {
  const value = memberOf(token.claims, claim);
  if (value === undefined) return 'absent';
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > LAST_SECOND) return 'unusable';
  return { ms: value * 1000 };
}

/** Words for a claim that has no instant: what is there instead. */
function notAnInstant(subject: Case, claim: string): string {
  return `${claim} is ${showValue(memberOf(subject.token.claims, claim))}`;
}

function span(ms: number): string {
  return Number.isFinite(ms) ? showBound(millis(Math.abs(ms))) : 'an unknown time';
}

export function* checkTimes(subject: Case): Generator<DimensionCheck> {
  yield checkLifetime(subject);
  yield checkAge(subject);
  yield checkExpiry(subject);
  yield checkNotBefore(subject);
  yield checkIssuedAt(subject);
}

/** exp - iat at most the bound; both must be there, and in this order. */
function checkLifetime(subject: Case): DimensionCheck {
  const { maxLifetime } = subject.rules;
  const exp = instantOf(subject, 'exp');
  const iat = instantOf(subject, 'iat');
  const about = { dimension: 'lifetime', member: 'exp', reference: 'RFC 7519 sections 4.1.4 and 4.1.6' } as const;
  const bound = `at most ${showBound(maxLifetime.value)} from iat to exp`;
  if (typeof exp === 'string' || typeof iat === 'string') {
    const missing = typeof exp === 'string' ? 'exp' : 'iat';
    return check(about, maxLifetime, { satisfied: false, value: notAnInstant(subject, missing), bound });
  }
  const lifetime = exp.ms - iat.ms;
  return check(about, maxLifetime, {
    satisfied: lifetime >= 0 && lifetime <= maxLifetime.value,
    value: lifetime < 0 ? `exp lies ${span(lifetime)} before iat` : span(lifetime),
    bound,
  });
}

/**
 * now - iat at most the bound plus the leeway: without the leeway a token would be too old in the same moment in
 * which its `exp` is still within it.
 */
function checkAge(subject: Case): DimensionCheck {
  const { maxAge, clockSkew } = subject.rules;
  const iat = instantOf(subject, 'iat');
  const about = { dimension: 'max_age', member: 'iat', reference: 'RFC 7519 section 4.1.6' } as const;
  const limit = maxAge.value;
  if (!isFiniteBound(limit)) {
    const value = typeof iat === 'string' ? notAnInstant(subject, 'iat') : span(subject.context.now - iat.ms);
    return check(about, maxAge, { satisfied: iat !== 'unusable', value, bound: 'any age' });
  }
  const bound = `at most ${showBound(limit)} old, ${showBound(clockSkew.value)} leeway`;
  if (typeof iat === 'string') {
    return check(about, maxAge, { satisfied: false, value: notAnInstant(subject, 'iat'), bound });
  }
  const age = subject.context.now - iat.ms;
  return check(about, maxAge, {
    satisfied: age <= limit + clockSkew.value,
    value: age < 0 ? `issued ${span(age)} in the future` : `${span(age)} old`,
    bound,
  });
}

/** RFC 7519 section 4.1.4: refused on or after `exp`, so also in the very moment in which the leeway ends. */
function checkExpiry(subject: Case): DimensionCheck {
  const { clockSkew } = subject.rules;
  const exp = instantOf(subject, 'exp');
  const about = { dimension: 'expired', member: 'exp', reference: 'RFC 7519 section 4.1.4' } as const;
  const bound = `now before exp, ${showBound(clockSkew.value)} leeway`;
  if (typeof exp === 'string') {
    return check(about, clockSkew, { satisfied: false, value: notAnInstant(subject, 'exp'), bound });
  }
  const left = exp.ms - subject.context.now;
  return check(about, clockSkew, {
    satisfied: left + clockSkew.value > 0,
    value: left > 0 ? `expires in ${span(left)}` : `expired ${span(left)} ago`,
    bound,
  });
}

/** RFC 7519 section 4.1.5: now must be `nbf` or later; the claim is optional. */
function checkNotBefore(subject: Case): DimensionCheck {
  const { clockSkew } = subject.rules;
  const nbf = instantOf(subject, 'nbf');
  const about = { dimension: 'not_yet_valid', member: 'nbf', reference: 'RFC 7519 section 4.1.5' } as const;
  const bound = `nbf not in the future, ${showBound(clockSkew.value)} leeway`;
  if (typeof nbf === 'string') {
    return check(about, clockSkew, { satisfied: nbf === 'absent', value: notAnInstant(subject, 'nbf'), bound });
  }
  return check(about, clockSkew, startOutcome(nbf.ms - subject.context.now, clockSkew.value, bound));
}

/** A token that claims to be issued in the future would look young for longer than its age limit allows. */
function checkIssuedAt(subject: Case): DimensionCheck {
  const { clockSkew } = subject.rules;
  const iat = instantOf(subject, 'iat');
  const about = { dimension: 'not_yet_valid', member: 'iat', reference: 'RFC 7519 section 4.1.6' } as const;
  const bound = `iat not in the future, ${showBound(clockSkew.value)} leeway`;
  if (typeof iat === 'string') {
    // That iat must be there is the lifetime's to say.
    return check(about, clockSkew, { satisfied: iat === 'absent', value: notAnInstant(subject, 'iat'), bound });
  }
  return check(about, clockSkew, startOutcome(iat.ms - subject.context.now, clockSkew.value, bound));
}

function startOutcome(ahead: number, skew: number, bound: string): Parameters<typeof check>[2] {
  return { satisfied: ahead <= skew, value: ahead > 0 ? `${span(ahead)} ahead` : `${span(ahead)} ago`, bound };
}
