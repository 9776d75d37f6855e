/**
 * Several policies that hold for one target: their meet. It accepts no token that one of them refuses. The lattices are
 * those of documents; what differs is that defaults hold, because every policy is already whole.
 */
import { compareText } from '../model/compare-text.ts';
import type { Location } from '../model/location.ts';
import type {
  Contribution,
  EffectiveChannel,
  EffectivePolicy,
  EffectiveTokenClass,
  Resolved,
  TokenClass,
} from '../model/policy.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';
import type { Fact } from '../model/fact.ts';
import type { Millis } from '../model/quantity.ts';
import type { CombinedFields } from './combine.ts';
import { combineFields, isWritten } from './combine.ts';
import { withDigest } from './digest.ts';
import type { Lattice } from './meet.ts';
import { atMost, labels as labelLattice, patterns, strictest, union } from './meet.ts';
import type { PolicyDimension } from './meet-field.ts';
import { tokenDimensions } from './meet-tokens.ts';

/**
 * The meet of effective policies; null without any, the policy itself for one. Idempotent, commutative and associative up
 * to the digest.
 *
 * - A default of one policy holds like a written value: adding a policy to a target must not loosen what is there.
 * - Issuers, audiences, networks, the format and curves that a policy does not write leave the choice to the others.
 * - A class of tokens that a policy does not govern leaves it to those that do.
 * - Two formats, or two pinned key addresses of one issuer, exclude each other: the class, or the issuer, is refused.
 */
export function meetPolicies(list: readonly EffectivePolicy[]): EffectivePolicy | null {
  const policies = [...list].sort((a, b) => compareText(a.name, b.name));
  const [first, ...others] = policies;
  if (first === undefined || others.length === 0) return first ?? null;
  const fields = combineFields(policies, meetValues);
  const parts: Omit<EffectivePolicy, 'digest'> = {
    name: distinct(policies.map(({ name }) => name)).join(' + '),
    owner: distinct(policies.flatMap(({ owner }) => owner ?? [])).join(', ') || null,
    labels: policies.map(({ labels }) => labels).reduce(labelLattice.meet),
    at: first.at,
    file: first.file,
    chain: distinct(policies.flatMap(({ chain }) => chain)),
    appliesTo: meetScopes(policies),
    final: distinctContributions(policies.flatMap(({ final }) => final)),
    ...fields,
    tokens: withoutContradictions(policies, fields.tokens),
    channels: meetChannels(policies),
    drills: meetDrills(policies),
    locate: first.locate,
  };
  return withDigest(parts);
}

/** The meet of the values that policies have for one field, with everything that was said about it. */
export function meetValues<T>({ lattice, silence }: PolicyDimension<T>, values: readonly Resolved<T>[]): Resolved<T> {
  const written = values.filter(isWritten);
  const heard = silence !== 'holds' && written.length > 0 ? written : values;
  const bound = heard.reduce((held, next) => narrow(lattice, held, next));
  return { ...bound, contributions: distinctContributions(heard.flatMap(({ contributions }) => contributions)) };
}

function narrow<T>({ meet, equals }: Lattice<T>, held: Resolved<T>, next: Resolved<T>): Resolved<T> {
  const value = meet(held.value, next.value);
  if (!equals(value, held.value)) return { ...next, value };
  // Of two equal values the written one is the better explanation.
  return !isWritten(held) && isWritten(next) && equals(value, next.value) ? { ...next, value: held.value } : held;
}

/** A class whose tokens are JWTs by one policy and opaque by another has none left. */
function withoutContradictions(
  policies: readonly EffectivePolicy[],
  tokens: CombinedFields['tokens'],
): CombinedFields['tokens'] {
  return Object.fromEntries(
    TOKEN_CLASSES.flatMap((tokenClass): readonly (readonly [TokenClass, EffectiveTokenClass])[] => {
      const rules = tokens[tokenClass];
      if (rules === undefined) return [];
      const formats = policies.flatMap((policy) => policy.tokens[tokenClass]?.format ?? []).filter(isWritten);
      const { conflict } = tokenDimensions(tokenClass).format.lattice;
      const other = formats.find(({ value }) => conflict(rules.format.value, value) !== null);
      return [[tokenClass, other === undefined ? rules : { ...rules, present: { ...other, value: false } }]];
    }),
  );
}

function meetScopes(policies: readonly EffectivePolicy[]): EffectivePolicy['appliesTo'] {
  const scopes = policies.map(({ appliesTo }) => appliesTo);
  return {
    environments: scopes.map(({ environments }) => environments).reduce(meetSelectors),
    services: scopes.map(({ services }) => services).reduce(meetSelectors),
    routes: scopes.map(({ routes }) => routes).reduce(meetSelectors),
    labels: scopes.map(({ labels }) => labels).reduce(labelLattice.meet),
  };
}

type Selector = EffectivePolicy['appliesTo']['routes'];

function meetSelectors(a: Selector, b: Selector): Selector {
  if (a === 'all' || b === 'all') return a === 'all' ? b : a;
  return patterns.meet(a, b);
}

/** The same type at the same endpoint is one channel; the others join. */
function meetChannels(policies: readonly EffectivePolicy[]): readonly EffectiveChannel[] {
  const byName = new Map<string, EffectiveChannel>();
  for (const channel of policies.flatMap(({ channels }) => channels)) {
    const name = `${channel.type} ${channel.endpoint ?? ''}`;
    const held = byName.get(name);
    byName.set(name, held === undefined ? channel : meetChannel(held, channel));
  }
  return [...byName.entries()].sort(([a], [b]) => compareText(a, b)).map(([, channel]) => channel);
}

const interval = atMost<Millis>();
const failMode = strictest<'closed' | 'open'>(['closed', 'open']);

function meetChannel(a: EffectiveChannel, b: EffectiveChannel): EffectiveChannel {
  return {
    ...a,
    keys: union<EffectiveChannel['keys'][number]>().meet(a.keys, b.keys),
    pollInterval: meetFacts(interval, a.pollInterval, b.pollInterval),
    maxPropagation: meetFacts(interval, a.maxPropagation, b.maxPropagation),
    failMode: meetFacts(failMode, a.failMode, b.failMode) ?? a.failMode,
  };
}

function meetFacts<T>({ meet, equals }: Lattice<T>, a: Fact<T> | null, b: Fact<T> | null): Fact<T> | null {
  if (a === null || b === null) return a ?? b;
  return equals(meet(a.value, b.value), a.value) ? a : b;
}

/** Promises of all of them; two different cadences of one drill are two promises. */
function meetDrills(policies: readonly EffectivePolicy[]): EffectivePolicy['drills'] {
  const drills = new Map(
    policies.flatMap((policy) => policy.drills).map((each) => [`${each.drill} ${each.every}`, each]),
  );
  return [...drills.values()].sort((a, b) => compareText(a.drill, b.drill) || a.every - b.every);
}

/** Policies of one target often share a base, whose words must not stand there twice. */
function distinctContributions(contributions: readonly Contribution[]): readonly Contribution[] {
  const key = ({ policy, at }: Contribution): string => JSON.stringify([policy, placeKey(at)]);
  return [...new Map(contributions.map((said) => [key(said), said])).values()];
}

function placeKey({ file, line, column }: Location): readonly [string, number, number] {
  return [file, line, column];
}

function distinct(list: readonly string[]): readonly string[] {
  return [...new Set(list)];
}
