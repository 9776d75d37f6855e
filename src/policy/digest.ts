import { createHash } from 'node:crypto';
import type { EffectivePolicy, EffectiveTokenClass } from '../model/policy.ts';

/**
 * Canonical JSON: members sorted by their UTF-16 code units, no white space, numbers and strings as ECMAScript writes
 * them (RFC 8785 section 3.2). Members whose value is undefined are left out, as JSON.stringify does.
 *
 * @throws RangeError for NaN and the infinities, which JSON cannot hold
 * @throws TypeError for functions, symbols and bigints
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`not a JSON number: ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => canonicalJson(item === undefined ? null : item)).join(',')}]`;
  }
  if (typeof value !== 'object') throw new TypeError(`not a JSON value: ${typeof value}`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of the UTF-8 text, 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * SHA-256 over the canonical JSON of the effective values: no positions, no origins, no names, lists as sets. Equal
 * digests mean that the policies accept and promise the same for the same targets, however they were written.
 */
function policyDigest(policy: Omit<EffectivePolicy, 'digest'>): string {
  const { enforcement, appliesTo, final, issuers, tokens, issuance, keys, jwksCache, objectives, channels, drills } =
    policy;
  return sha256Hex(
    canonicalJson(
      asSets({
        enforcement: enforcement.value,
        appliesTo,
        final: final.map(({ value }) => value),
        issuers: issuers.value,
        tokens: mapMembers(tokens, rulesOf),
        // Not a member of policies that say nothing of it, whose digests are older than it.
        ...(Object.keys(issuance).length === 0 ? {} : { issuance: mapMembers(issuance, valuesOf) }),
        keys: valuesOf(keys),
        jwksCache: valuesOf(jwksCache),
        objectives: mapMembers(objectives, (objective) => ({ max: objective?.max.value, of: objective?.of })),
        channels: channels.map(({ type, endpoint, keys: named, pollInterval, maxPropagation, failMode }) => ({
          type,
          endpoint,
          keys: named,
          pollInterval: pollInterval?.value ?? null,
          maxPropagation: maxPropagation?.value ?? null,
          failMode: failMode.value,
        })),
        drills: drills.map(({ drill, every }) => ({ drill, every })),
      }),
    ),
  );
}

/** The digest is worked out when somebody asks: most runs never do. */
export function withDigest(parts: Omit<EffectivePolicy, 'digest'>): EffectivePolicy {
  let digest: string | null = null;
  return {
    ...parts,
    get digest() {
      return (digest ??= policyDigest(parts));
    },
  };
}

/** Authorities are no member where nobody names any: digests of such policies are older than it. */
function rulesOf(rules: EffectiveTokenClass | undefined): unknown {
  const isSaid = rules !== undefined && rules.mtlsCaBundles.contributions.length > 0;
  return valuesOf(isSaid ? rules : { ...rules, mtlsCaBundles: undefined });
}

/** The values of an object of facts; members that are no facts stay. */
function valuesOf(facts: object | undefined): unknown {
  return mapMembers({ ...facts }, (fact: unknown) =>
    typeof fact === 'object' && fact !== null && 'value' in fact ? fact.value : fact,
  );
}

function mapMembers<V>(members: Readonly<Record<string, V>>, map: (member: V) => unknown): unknown {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, map(member)]));
}

/** No list of a policy has an order that means anything: sorts them and drops what stands there twice. */
function asSets(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = new Map(
      value.map((item: unknown) => {
        const set = asSets(item);
        return [canonicalJson(set), set];
      }),
    );
    return [...items.keys()].sort().map((key) => items.get(key));
  }
  if (typeof value === 'object' && value !== null) return mapMembers({ ...value }, asSets);
  return value;
}
