import type { Fact } from '../model/fact.ts';
import { defaulted, derived, platformFixed, unknownFact } from '../model/fact.ts';
import type {
  ChannelDeclaration,
  ChannelUse,
  Inventory,
  IssuerDeclaration,
  VerifierDeclaration,
} from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, millis, showBound } from '../model/quantity.ts';
import type { Product, SettingName, Sourced } from './product.ts';
import { SETTINGS_OF_ANYBODY, SETTING_NAMES } from './product.ts';
import { findProduct } from './products.ts';

/** One channel as one verifier uses it. */
export interface UsedChannel {
  readonly declaration: ChannelDeclaration;
  readonly use: ChannelUse;
}

/** Everything the bounds of one verifier are made of. */
export interface VerifierFacts {
  readonly verifier: VerifierDeclaration;
  readonly issuer: IssuerDeclaration;
  readonly product: Product;
  readonly keyCacheTtl: Fact<Bound>;
  /** Null when an unknown kid never makes this product fetch. */
  readonly cooldown: Fact<Bound> | null;
  /** All attempts together. */
  readonly fetchTimeout: Fact<Bound>;
  readonly verdictCacheTtl: Fact<Bound>;
  readonly leeway: Fact<Bound>;
  readonly requiresExp: Fact<boolean>;
  readonly verifiesExp: Fact<boolean>;
  readonly staleOnError: Fact<Bound>;
  /** Null where the product has no such thing. */
  readonly lastKnownGood: Fact<Bound> | null;
  readonly upstreamCacheTtl: Fact<Bound> | null;
  readonly propagation: Fact<Bound> | null;
  /** What is made from a token and outlives it, or ends with its exp. */
  readonly session: { readonly lifetime: Fact<Bound>; readonly endsAtExp: boolean };
  /** Set where everything is computed for the time in which nothing can be fetched. */
  readonly outage: boolean;
  readonly deployTime: Fact<Bound>;
  readonly channels: readonly UsedChannel[];
  readonly assumptions: readonly string[];
}

export type FactsReading =
  | { readonly kind: 'known'; readonly facts: VerifierFacts }
  | { readonly kind: 'unknown'; readonly why: string; readonly hint: string };

/** Clock difference between issuer and verifier that NTP-kept machines stay within: docs/concepts.md#addends. */
export const CLOCK_ERROR: Fact<Bound> = defaulted<Bound>(
  millis(1000),
  'docs/concepts.md#addends: machines kept by NTP',
);

/** Joins what an inventory declares with what is known of the product. */
export function verifierFacts(verifier: VerifierDeclaration, inventory: Inventory): FactsReading {
  const issuer = inventory.issuers.find(({ name }) => name === verifier.issuer);
  if (issuer === undefined) {
    const why = `issuer "${verifier.issuer}" is not in the inventory`;
    return { kind: 'unknown', why, hint: 'acting, edge caches and lifetimes are facts of an issuer' };
  }
  if (verifier.library === null) {
    return { kind: 'unknown', why: 'no library is declared', hint: 'how keys are cached is a fact of a library' };
  }
  const match = findProduct(verifier.library.name, verifier.library.version);
  if (match.kind === 'unknown') return match;
  const { product } = match;
  const assumptions = [
    ...(match.assumption === null ? [] : [match.assumption]),
    ...(product.assumes ?? []),
    ...ignored(verifier, product),
  ];
  return {
    kind: 'known',
    facts: {
      verifier,
      issuer,
      product,
      ...settingsOf(verifier, product, verifier.library.at),
      session: sessionOf(verifier, product),
      outage: false,
      deployTime:
        verifier.settings.deployTime ?? unknownFact<Bound>('unbounded', 'deploy_time is not declared', verifier.at),
      channels: verifier.channels.flatMap((use) => {
        const declaration = inventory.channels.find((channel) => channel.name === use.channel);
        return declaration === undefined ? [] : [{ declaration, use }];
      }),
      assumptions,
    },
  };
}

type Settings = Pick<
  VerifierFacts,
  | 'keyCacheTtl'
  | 'cooldown'
  | 'fetchTimeout'
  | 'verdictCacheTtl'
  | 'leeway'
  | 'requiresExp'
  | 'verifiesExp'
  | 'staleOnError'
  | 'lastKnownGood'
  | 'upstreamCacheTtl'
  | 'propagation'
>;

function settingsOf(verifier: VerifierDeclaration, product: Product, at: Location): Settings {
  const { settings } = verifier;
  /** What is written counts where the product has such a setting; else its default does, or its fixed behaviour. */
  const pick = <T>(setting: SettingName, written: Fact<T> | null | undefined, known: Sourced<T>): Fact<T> => {
    const given = product.settings[setting] === undefined ? null : (written ?? null);
    if (known.value === 'unknown' && given === null) return unknownFact(known.value, known.source, at);
    if (product.settings[setting] === undefined) return platformFixed(known.value, known.source, at);
    return given ?? defaulted(known.value, known.source, at);
  };
  /** A fact that few products have. Where a product has the setting and no value of its own, what is written counts. */
  const rare = (setting: SettingName, written: Fact<Bound> | null | undefined, known: Sourced<Bound> | undefined) =>
    known === undefined ? null : pick(setting, written, known);
  return {
    keyCacheTtl: pick('keyCacheTtl', settings.keyCacheTtl, product.keyCacheTtl),
    cooldown: product.cooldown === null ? null : pick('cooldown', settings.cooldown, product.cooldown),
    fetchTimeout: knownPart(
      allAttempts(pick('fetchTimeout', settings.fetchTimeout, product.fetchTimeout), product),
      verifier,
    ),
    // A decision can be cached in front of any product, by a gateway or an authorizer.
    verdictCacheTtl: settings.verdictCacheTtl ?? pick('verdictCacheTtl', null, product.verdictCacheTtl),
    leeway: knownPart(pick('leeway', settings.leeway, product.leeway), verifier),
    requiresExp: pick('requiresExp', settings.requiresExp, product.requiresExp),
    // Whatever a product does by itself, a check can be switched off, and a cache in front of it can serve stale.
    verifiesExp: settings.verifiesExp ?? pick('verifiesExp', null, product.verifiesExp ?? EXP_IS_CHECKED),
    staleOnError: settings.staleOnError ?? pick('staleOnError', null, product.staleOnError),
    lastKnownGood: rare('lastKnownGood', settings.lastKnownGood, product.lastKnownGood),
    // A second cache can stand in front of any product, as a proxy with a cache does.
    upstreamCacheTtl: settings.upstreamCacheTtl ?? rare('upstreamCacheTtl', null, product.upstreamCacheTtl),
    propagation: rare('propagation', settings.propagation, product.propagation),
  };
}

/** A bound that is a part anyway goes on without its unknown parts; one that is a guarantee must not. */
function knownPart(fact: Fact<Bound>, { isPartial }: VerifierDeclaration): Fact<Bound> {
  if (isPartial !== true || fact.value !== 'unknown') return fact;
  return derived<Bound>(millis(0), `not counted: ${fact.source ?? 'unknown'}`, fact.at);
}

const EXP_IS_CHECKED: Sourced<boolean> = { value: true, source: 'exp is checked when present' };

/** What an inventory declares; else what the product is known to make from tokens. */
function sessionOf(verifier: VerifierDeclaration, { session }: Product): VerifierFacts['session'] {
  const { derivedSessionLifetime, library, at } = verifier;
  const isDeclared = derivedSessionLifetime.origin === 'explicit' || derivedSessionLifetime.value !== 0;
  if (session === undefined || isDeclared) {
    return { lifetime: derivedSessionLifetime, endsAtExp: session?.endsAtExp ?? false };
  }
  const { value, source } = session.lifetime;
  const place = library?.at ?? at;
  const lifetime =
    value === 'unknown' ? unknownFact<Bound>(value, source, place) : defaulted<Bound>(value, source, place);
  return { lifetime: knownPart(lifetime, verifier), endsAtExp: session.endsAtExp };
}

function allAttempts(one: Fact<Bound>, { fetchAttempts, fetchTimeout }: Product): Fact<Bound> {
  if (fetchAttempts === 1 || !isFiniteBound(one.value)) return one;
  const source = `${fetchAttempts} attempts of ${showBound(one.value)}; ${one.source ?? fetchTimeout.source}`;
  return derived<Bound>(millis(one.value * fetchAttempts), source, one.at);
}

/** What somebody wrote for a product that has no such setting. */
function ignored({ settings }: VerifierDeclaration, product: Product): readonly string[] {
  return SETTING_NAMES.filter(
    (setting) =>
      !SETTINGS_OF_ANYBODY.includes(setting) &&
      settings[setting]?.origin === 'explicit' &&
      product.settings[setting] === undefined,
  ).map((setting) => `${product.id} has no setting ${snakeCase(setting)}; it is ignored`);
}

/** Poll interval, or for pushed channels the time until a lost message is made up for. */
export function channelDelay({ declaration, use }: UsedChannel): Fact<Bound> {
  const { interval } = use;
  if (declaration.delivery === 'push' && interval.value === 'unknown') {
    return derived<Bound>(
      'unbounded',
      'a lost message is never made up for: no reconcile interval is declared',
      use.at,
    );
  }
  return interval;
}

function snakeCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
