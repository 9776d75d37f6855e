/**
 * Decides a use of which only a part is known: the decision of the policy itself on what is known, and no guess about
 * the rest. A check whose input is unknown is undecided; one known violation rejects whatever the others would say.
 */
import type { Dimension, DimensionCheck, TokenContext } from '../model/decision.ts';
import type { EffectivePolicy, EffectiveTokenClass, TokenClass } from '../model/policy.ts';
import { isFiniteBound } from '../model/quantity.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import { decide } from '../policy/decide.ts';
import type { TokenReading } from './token-of-use.ts';
import { tokenOfUse } from './token-of-use.ts';

/** A check that cannot be made because the log does not say enough. */
export interface Undecided {
  readonly dimension: Dimension;
  readonly member: string | null;
  /** Two checks with one key have the same outcome for the same use, whatever policy they come from. */
  readonly key: string;
}

/** What was violated, as `algorithm` or `required_claim sub`. */
export type Cause = string;

export type UseDecision =
  | { readonly verdict: 'accept' }
  | { readonly verdict: 'reject'; readonly causes: readonly Cause[] }
  | { readonly verdict: 'unknown'; readonly undecided: readonly Undecided[] };

/**
 * The decision on a use. Agrees with `decide` when everything is known, and a field that is hidden turns an answer into
 * `unknown` at most, never into the opposite.
 */
export function decideUse(
  policy: EffectivePolicy,
  use: RecordedUse,
  tokenClass: TokenClass = 'access_token',
): UseDecision {
  const reading = tokenOfUse(use);
  const context: TokenContext = { ...reading.context, tokenClass };
  const { checks } = decide(policy, reading.token, context);
  const causes: Cause[] = [];
  const undecided: Undecided[] = [];
  for (const check of checks) {
    // Made up together with the proof; `hiddenChecks` has them.
    if (check.dimension === 'dpop' && reading.unknown.has('proof kind')) continue;
    if (isUndecided(check, policy, reading)) undecided.push(undecidedOf(check));
    else if (!check.satisfied) causes.push(causeOf(check));
  }
  if (causes.length > 0) return { verdict: 'reject', causes };
  const rules = policy.tokens[tokenClass];
  if (rules !== undefined) undecided.push(...hiddenChecks(policy, rules, reading));
  return undecided.length === 0 ? { verdict: 'accept' } : { verdict: 'unknown', undecided: distinct(undecided) };
}

function causeOf({ dimension, member }: DimensionCheck): Cause {
  return WITH_MEMBER.has(dimension) && member !== null ? `${dimension} ${member}` : dimension;
}

const WITH_MEMBER: ReadonlySet<Dimension> = new Set<Dimension>(['required_claim', 'claim_value', 'key_source', 'dpop']);

function undecidedOf({ dimension, member, bound, from }: DimensionCheck): Undecided {
  return undecidedBy(dimension, member, [bound, from.value]);
}

function undecidedBy(dimension: Dimension, member: string | null, bound: readonly unknown[]): Undecided {
  return { dimension, member, key: JSON.stringify([dimension, member, ...bound]) };
}

function distinct(list: readonly Undecided[]): readonly Undecided[] {
  return [...new Map(list.map((one) => [one.key, one])).values()];
}

/** Whether an input of the check is unknown, so that its outcome means nothing. */
function isUndecided(check: DimensionCheck, policy: EffectivePolicy, reading: TokenReading): boolean {
  const { unknown } = reading;
  const member = check.member ?? '';
  switch (check.dimension) {
    case 'token_class':
    case 'format':
    case 'signature':
      return false;
    case 'route':
      return unknown.has('route') && policy.appliesTo.routes !== 'all';
    case 'algorithm':
    case 'key_strength':
    case 'typ':
    case 'crit':
    case 'kid':
      return unknown.has(`header ${member}`);
    case 'key_source':
      return unknown.has(`presence ${member}`);
    case 'issuer':
    case 'audience':
    case 'claim_value':
      return unknown.has(`claim ${member}`);
    case 'required_claim':
      return unknown.has(`claim ${member}`) && !reading.named(member);
    case 'lifetime':
      return unknown.has('claim exp') || unknown.has('claim iat');
    case 'max_age':
    case 'expired':
      return unknown.has(`claim ${member}`) || unknown.has('time');
    case 'not_yet_valid':
      // A claim that is not there never starts in the future, whatever the time.
      return unknown.has(`claim ${member}`) || (unknown.has('time') && reading.has(member));
    case 'binding':
      // With the best proof there could be it is refused already, or the proof does not matter.
      return unknown.has('claim cnf') || (unknown.has('proof key') && check.satisfied && reading.has('cnf'));
    case 'dpop':
      return unknown.has(`proof ${member}`);
    case 'ip':
      return unknown.has('ip') || (unknown.has('claim cnf') && !isWritten(check));
  }
}

/** Written networks bind every request; unwritten ones only those that nothing but the address speaks for. */
function isWritten({ from }: DimensionCheck): boolean {
  return 'contributions' in from && Array.isArray(from.contributions) && from.contributions.length > 0;
}

/** Checks that `decide` makes only once it sees what is unknown here. */
function hiddenChecks(
  policy: EffectivePolicy,
  rules: EffectiveTokenClass,
  { unknown }: TokenReading,
): readonly Undecided[] {
  const hidden: Undecided[] = [];
  if (unknown.has('header alg')) hidden.push(undecidedBy('key_strength', 'alg', [policy.keys.curves.value]));
  if (!unknown.has('proof kind')) return hidden;
  const { dpopAlgorithms, dpopMaxProofAge, dpopRequireNonce, dpopRequireAth, clockSkew } = rules;
  return [
    ...hidden,
    undecidedBy('dpop', 'alg', [dpopAlgorithms.value]),
    undecidedBy('dpop', 'iat', [dpopMaxProofAge.value, clockSkew.value]),
    undecidedBy('dpop', 'nonce', [dpopRequireNonce.value]),
    undecidedBy('dpop', 'ath', [dpopRequireAth.value]),
  ];
}

/** What a decision looks at, so that equal uses are decided once. */
export interface DecisionInputs {
  /** Limits of exp - iat, in milliseconds; likewise the others. A value counts by the limits it is above. */
  readonly lifetime: readonly number[];
  /** Of now - iat. */
  readonly age: readonly number[];
  /** Of exp - now. */
  readonly left: readonly number[];
  /** Of iat - now and nbf - now. */
  readonly ahead: readonly number[];
  /** Patterns that routes are held against, a trailing `*` stands for any rest; a route counts by which of them cover it. */
  readonly routes: readonly string[];
  readonly ip: boolean;
  /** Whether it matters which target and verifier were asked, as it does where policies are chosen by them. */
  readonly target: boolean;
  /** Claims that must be there. */
  readonly claims: readonly string[];
  /** Claims that must have certain values. */
  readonly claimValues: readonly string[];
}

/** What `decideUse` looks at under a policy. */
export function inputsOf(policy: EffectivePolicy, tokenClass: TokenClass = 'access_token'): DecisionInputs {
  const rules = policy.tokens[tokenClass];
  const places = { routes: policy.appliesTo.routes === 'all' ? [] : policy.appliesTo.routes, target: false };
  if (rules === undefined)
    return { ...places, lifetime: [], age: [], left: [], ahead: [], ip: false, claims: [], claimValues: [] };
  const skew = rules.clockSkew.value;
  const maxAge = rules.maxAge.value;
  return {
    ...places,
    lifetime: [rules.maxLifetime.value],
    age: isFiniteBound(maxAge) ? [maxAge + skew] : [],
    left: [0 - skew],
    ahead: [skew],
    ip: rules.ipCidrs.contributions.length > 0 || rules.bindingAccept.value.includes('ip'),
    claims: rules.requiredClaims.value,
    claimValues: Object.keys(rules.claimValues.value),
  };
}

/** What either of several decisions looks at. */
export function joinInputs(inputs: readonly DecisionInputs[]): DecisionInputs {
  const all = (pick: (one: DecisionInputs) => readonly number[]): readonly number[] =>
    [...new Set(inputs.flatMap(pick))].sort((a, b) => a - b);
  const names = (pick: (one: DecisionInputs) => readonly string[]): readonly string[] =>
    [...new Set(inputs.flatMap(pick))].sort();
  return {
    lifetime: all(({ lifetime }) => lifetime),
    age: all(({ age }) => age),
    left: all(({ left }) => left),
    ahead: all(({ ahead }) => ahead),
    routes: names(({ routes }) => routes),
    target: inputs.some(({ target }) => target),
    ip: inputs.some(({ ip }) => ip),
    claims: names(({ claims }) => claims),
    claimValues: names(({ claimValues }) => claimValues),
  };
}
