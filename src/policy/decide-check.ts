/** What every part of the decision shares: making a check, and showing values nobody vouches for. */
import type { DimensionCheck, TokenContext, UnverifiedToken } from '../model/decision.ts';
import type { Fact } from '../model/fact.ts';
import type { EffectivePolicy, EffectiveTokenClass } from '../model/policy.ts';

/** One use of a token of a governed class, under one policy. */
export interface Case {
  readonly policy: EffectivePolicy;
  readonly rules: EffectiveTokenClass;
  readonly token: UnverifiedToken;
  readonly context: TokenContext;
}

export interface Outcome {
  readonly satisfied: boolean;
  readonly value: string;
  readonly bound: string;
}

export function check(
  { dimension, member, reference }: Pick<DimensionCheck, 'dimension' | 'member' | 'reference'>,
  from: Fact<unknown>,
  { satisfied, value, bound }: Outcome,
): DimensionCheck {
  // One shape for all of them: made for every token of a log, and a spread takes many times as long.
  return { dimension, member, reference, satisfied, value, bound, from };
}

const MAX_SHOWN = 80;

// Control, format and other invisible characters: a token must not write to the terminal of whoever looks at it.
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A value of a token for people: short, one line, no control characters. Objects are named, not printed. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'absent';
  if (typeof value === 'string') return value === '' ? 'an empty string' : clean(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (!Array.isArray(value)) return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  if (value.length === 0) return 'an empty list';
  const shown = value.slice(0, 5).map((item: unknown) => (Array.isArray(item) ? 'a list' : showValue(item)));
  return clean(value.length > 5 ? `${shown.join(', ')} and ${value.length - 5} more` : shown.join(', '));
}

function clean(text: string): string {
  const short = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  // What nearly every text consists of is told faster than by classes of Unicode.
  if (/^[ -~]*$/.test(short)) return short;
  return short.replaceAll(
    INVISIBLE,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** Allowed values for people. */
export function showAllowed(values: readonly string[]): string {
  return values.length === 0 ? 'nothing' : values.map(clean).join(', ');
}

/** A member of the token's own, never one of the prototype. */
export function memberOf(members: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
