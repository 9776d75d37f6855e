import type { Fact } from '../model/fact.ts';
import { defaulted, derived, platformFixed, unknownFact } from '../model/fact.ts';
import type {
  ChannelDeclaration,
  ChannelUse,
  Inventory,
  IssuerDeclaration,
  VerifierDeclaration,
} from '../model/inventory.ts';
import type { Bound } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';
import type { Product, SettingName, Sourced } from './product.ts';
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
  readonly cooldown: Fact<Bound> | null;
  readonly fetchTimeout: Fact<Bound>;
  readonly verdictCacheTtl: Fact<Bound>;
  readonly leeway: Fact<Bound>;
  readonly deployTime: Fact<Bound>;
  /** E: how old a copy of the key set an intermediary may hand out. */
  readonly edge: { readonly maxAge: Fact<Bound>; readonly staleWhileRevalidate: Fact<Bound> };
  readonly channels: readonly UsedChannel[];
  readonly assumptions: readonly string[];
}

export type FactsReading =
  { readonly kind: 'known'; readonly facts: VerifierFacts } | { readonly kind: 'unknown'; readonly why: string };

/** Clock difference between issuer and verifier that NTP-kept machines stay within: docs/concepts.md#addends. */
export const CLOCK_ERROR: Fact<Bound> = defaulted<Bound>(
  millis(1000),
  'docs/concepts.md#addends: machines kept by NTP',
);

/** Joins what an inventory declares with what is known of the product. */
export function verifierFacts(verifier: VerifierDeclaration, inventory: Inventory): FactsReading {
  const issuer = inventory.issuers.find(({ name }) => name === verifier.issuer);
  if (issuer === undefined) return { kind: 'unknown', why: `issuer "${verifier.issuer}" is not in the inventory` };
  if (verifier.library === null) return { kind: 'unknown', why: 'no library is declared, so its caches are not known' };
  const { name, version } = verifier.library;
  const match = findProduct(name, version);
  if (match.kind === 'unknown')
    return { kind: 'unknown', why: `"${name}" is not in the product table (docs/products)` };
  if (match.kind === 'other-major')
    return {
      kind: 'unknown',
      why: `${name} ${version ?? ''} was not checked; the table knows ${match.product.checked.versions}`,
    };
  const { product } = match;
  const { settings } = verifier;
  const at = verifier.library.at;
  const pick = <T>(setting: SettingName, written: Fact<T> | null, known: Sourced<T>): Fact<T> => {
    if (written !== null && product.settings.includes(setting)) return written;
    return product.settings.includes(setting)
      ? defaulted(known.value, known.source, at)
      : platformFixed(known.value, known.source, at);
  };
  const ignored = (['keyCacheTtl', 'cooldown', 'fetchTimeout', 'leeway', 'requiresExp'] as const).filter(
    (setting) => settings[setting] !== null && !product.settings.includes(setting),
  );
  return {
    kind: 'known',
    facts: {
      verifier,
      issuer,
      product,
      keyCacheTtl: pick('keyCacheTtl', settings.keyCacheTtl, product.keyCacheTtl),
      cooldown: product.cooldown === null ? null : pick('cooldown', settings.cooldown, product.cooldown),
      fetchTimeout: pick('fetchTimeout', settings.fetchTimeout, product.fetchTimeout),
      // A decision can be cached in front of any library, by a gateway or an authorizer.
      verdictCacheTtl: settings.verdictCacheTtl ?? pick('verdictCacheTtl', null, product.verdictCacheTtl),
      leeway: pick('leeway', settings.leeway, product.leeway),
      deployTime: settings.deployTime ?? unknownFact<Bound>('unbounded', 'deploy_time is not declared', verifier.at),
      edge: { maxAge: issuer.edge.maxAge, staleWhileRevalidate: issuer.edge.staleWhileRevalidate },
      channels: verifier.channels.flatMap((use) => {
        const declaration = inventory.channels.find((channel) => channel.name === use.channel);
        return declaration === undefined ? [] : [{ declaration, use }];
      }),
      assumptions: [
        ...(match.assumption === null ? [] : [match.assumption]),
        ...ignored.map((setting) => `${name} has no setting ${snakeCase(setting)}; it is ignored`),
      ],
    },
  };
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
