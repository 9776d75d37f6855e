import type { Rule } from '../../model/finding.ts';
import type { ChannelDeclaration, Inventory, VerifierDeclaration } from '../../model/inventory.ts';
import type { EffectivePolicy } from '../../model/policy.ts';
import type { Bound } from '../../model/quantity.ts';
import { isFiniteBound, showBound, sumBounds } from '../../model/quantity.ts';
import { CLOCK_ERROR } from '../../predict/facts.ts';
import { findProduct } from '../../predict/products.ts';
import { inventoryText } from '../example-documents.ts';
import { atLeast, replace } from '../repairs.ts';

const CHANNEL = (life: string): string =>
  `- { name: denylist, type: denylist, keys: [jti], store_lag: 0s, entry_lifetime: ${life} }`;
const VERIFIER = `- name: orders
  environment: prod
  issuer: main
  library: { name: jose, version: 6.2.18 }
  settings: { leeway: 1m }
  channels:
    - { use: denylist, poll_interval: 10s, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }`;

export const rule: Rule<'estate'> = {
  id: 'revocation/denylist-ttl-short',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.6,
  confidence: 'certain',
  summary: 'Entries leave the denylist while the tokens that they name are still accepted.',
  why: 'A revoked token comes back to life when its entry is gone, long after everybody has stopped looking. The leeway of verifiers counts: they accept a token past its exp.',
  fix: 'Keep each entry until the exp of its token plus the largest leeway plus a minute, or for the longest lifetime plus that.',
  sources: ['docs/concepts.md', 'RFC 7519 section 4.1.4', 'OWASP ASVS 5.0 7.4.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'inventory.yaml': inventoryText({ channels: CHANNEL('15m'), verifiers: VERIFIER }) } }],
    good: [{ files: { 'inventory.yaml': inventoryText({ channels: CHANNEL('20m'), verifiers: VERIFIER }) } }],
  },
  *check({ inventories, policies }) {
    for (const inventory of inventories) {
      for (const channel of inventory.channels) {
        const life = channel.entryLifetime ?? null;
        if (channel.type !== 'denylist' || life === null || !isFiniteBound(life.value) || !namesTokens(channel))
          continue;
        const [longest] = inventory.verifiers
          .filter((verifier) => verifier.channels.some((use) => use.channel === channel.name))
          .map((verifier) => ({ verifier, parts: partsOf(verifier, inventory, policies) }))
          .map(({ verifier, parts }) => ({ verifier, parts, total: sumBounds(parts.map(({ value }) => value)) }))
          .toSorted((a, b) => height(b.total) - height(a.total));
        if (longest === undefined || height(longest.total) <= life.value) continue;
        const { verifier, parts, total } = longest;
        const addends = parts
          .filter(({ value }) => value !== 0)
          .map(({ label, value }) => `${label} ${showBound(value)}`);
        yield {
          at: life.at ?? channel.at,
          message: `channel "${channel.name}" forgets an entry after ${showBound(life.value)}, but verifier "${verifier.name}" accepts the token for ${isFiniteBound(total) ? `up to ${showBound(total)}` : 'ever'} (${addends.join(', ')})`,
          subject: `inventory ${inventory.name}/channels[${channel.name}].entry_lifetime`,
          value: `${life.value}<${total}`,
          ...(isFiniteBound(total) ? replace(life, atLeast(total), true) : {}),
          related: [{ at: verifier.at, message: `verifier "${verifier.name}"` }],
        };
      }
    }
  },
};

/** Entries that name a key end with the key, not with a token. */
function namesTokens({ keys }: ChannelDeclaration): boolean {
  return keys.some((key) => key !== 'kid');
}

interface Part {
  readonly label: string;
  readonly value: Bound;
}

/** How long a verifier accepts a token from the moment it was issued. What nobody declared adds nothing. */
function partsOf(
  verifier: VerifierDeclaration,
  { issuers }: Inventory,
  policies: readonly EffectivePolicy[],
): readonly Part[] {
  const { library, settings, policy } = verifier;
  const declared = issuers.find(({ name }) => name === verifier.issuer)?.accessTokenLifetime.value ?? 'unknown';
  const allowed = policies.find(({ name }) => name === policy)?.tokens.access_token?.maxLifetime;
  const lifetime = declared === 'unknown' && allowed?.origin === 'explicit' ? allowed.value : declared;
  const match = library === null ? null : findProduct(library.name, library.version);
  const product = match?.kind === 'known' ? match.product : null;
  return [
    { label: 'lifetime', value: lifetime },
    { label: 'leeway', value: settings.leeway?.value ?? product?.leeway.value ?? 'unknown' },
    {
      label: 'cached decisions',
      value: product?.verdictCache === null ? (settings.verdictCacheTtl?.value ?? 'unknown') : 'unknown',
    },
    { label: 'clock difference', value: CLOCK_ERROR.value },
  ].filter(({ value }) => value !== 'unknown');
}

function height(bound: Bound): number {
  return isFiniteBound(bound) ? bound : bound === 'unbounded' ? Infinity : 0;
}
