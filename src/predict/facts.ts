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
import { SETTING_NAMES } from './product.ts';
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
  const assumptions = [...(match.assumption === null ? [] : [match.assumption]), ...ignored(verifier, product)];
  return {
    kind: 'known',
    facts: {
      verifier,
      issuer,
      product,
      ...settingsOf(verifier, product, verifier.library.at),
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
  'keyCacheTtl' | 'cooldown' | 'fetchTimeout' | 'verdictCacheTtl' | 'leeway' | 'requiresExp'
>;

function settingsOf(verifier: VerifierDeclaration, product: Product, at: Location): Settings {
  const { settings } = verifier;
  /** What is written counts where the product has such a setting; else its default does, or its fixed behaviour. */
  const pick = <T>(setting: SettingName, written: Fact<T> | null, known: Sourced<T>): Fact<T> => {
    if (known.value === 'unknown' && written === null) return unknownFact(known.value, known.source, at);
    if (product.settings[setting] === undefined) return platformFixed(known.value, known.source, at);
    return written ?? defaulted(known.value, known.source, at);
  };
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
  };
}

/** A bound that is a part anyway goes on without its unknown parts; one that is a guarantee must not. */
function knownPart(fact: Fact<Bound>, { isPartial }: VerifierDeclaration): Fact<Bound> {
  if (isPartial !== true || fact.value !== 'unknown') return fact;
  return derived<Bound>(millis(0), `not counted: ${fact.source ?? 'unknown'}`, fact.at);
}

function allAttempts(one: Fact<Bound>, { fetchAttempts, fetchTimeout }: Product): Fact<Bound> {
  if (fetchAttempts === 1 || !isFiniteBound(one.value)) return one;
  const source = `${fetchAttempts} attempts of ${showBound(one.value)}; ${one.source ?? fetchTimeout.source}`;
  return derived<Bound>(millis(one.value * fetchAttempts), source, one.at);
}

function ignored({ settings }: VerifierDeclaration, product: Product): readonly string[] {
  return SETTING_NAMES.filter(
    // Where the product caches no decisions, somebody in front of it can.
    (setting) =>
      setting !== 'verdictCacheTtl' && (settings[setting] ?? null) !== null && product.settings[setting] === undefined,
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
