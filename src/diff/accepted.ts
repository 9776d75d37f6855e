/** From an effective policy to the tokens it accepts. The counterpart of src/policy/decide.ts; tests hold the two together. */
import type { EffectivePolicy, EffectiveTokenClass, TokenClass } from '../model/policy.ts';
import { isFiniteBound } from '../model/quantity.ts';
import { parseCidr } from '../policy/cidr.ts';
import { isAsymmetric } from '../policy/decide-binding.ts';
import { STANDARD_PARAMETERS } from '../policy/decide-header.ts';
import { CURVE_OF_ALGORITHM } from '../policy/defaults.ts';
import type { AddressSet } from './address-set.ts';
import { EVERY_ADDRESS, addressesOf } from './address-set.ts';
import type { Box } from './box.ts';
import { commonClaims, type ClaimRegion, type ClaimRegions } from './claim-region.ts';
import type { Interval } from './interval.ts';
import { EVERY_NUMBER } from './interval.ts';
import type { KeyedSet } from './keyed-set.ts';
import type { SetFamily } from './set-family.ts';
import { ANY_SET, commonSets, noSets, setsMeeting, setsOf, setsWithin, singletons } from './set-family.ts';
import { timeZone } from './time-zone.ts';
import type { ValueSet } from './value-set.ts';
import { EVERY_VALUE, noValues, valuesOf } from './value-set.ts';

/** Boxes of policies that were looked at; a policy never changes. */
const KNOWN = new WeakMap<EffectivePolicy, Partial<Record<TokenClass, readonly Box[]>>>();

/** The boxes of one class of tokens; none when no token of it can pass. The same objects for the same policy. */
export function acceptedBoxes(policy: EffectivePolicy, tokenClass: TokenClass): readonly Box[] {
  const known = KNOWN.get(policy) ?? {};
  const boxes = known[tokenClass] ?? boxesOf(policy, tokenClass);
  if (known[tokenClass] === undefined) KNOWN.set(policy, { ...known, [tokenClass]: boxes });
  return boxes;
}

function boxesOf(policy: EffectivePolicy, tokenClass: TokenClass): readonly Box[] {
  const rules = policy.tokens[tokenClass];
  if (rules === undefined || !rules.present.value) return [];
  const common = commonParts(policy, rules);
  if (common === null) return [];
  // A DPoP proof has limits of its own, which say nothing about tokens without one.
  const bound = bindings(rules);
  return [
    { ...common, ...PLAIN, binding: valuesOf(bound.filter((method) => method !== 'dpop')) },
    { ...common, ...proofParts(rules), binding: valuesOf(bound.filter((method) => method === 'dpop')) },
  ].filter(({ binding, proofAlgorithm }) => !noValues(binding) && !noValues(proofAlgorithm));
}

type ProofParts = Pick<Box, 'proofAlgorithm' | 'proofAge' | 'proofNonce' | 'proofAth' | 'proofUse'>;

const PLAIN: ProofParts = {
  proofAlgorithm: EVERY_VALUE,
  proofAge: EVERY_NUMBER,
  proofNonce: EVERY_VALUE,
  proofAth: EVERY_VALUE,
  proofUse: EVERY_VALUE,
};

const PRESENT: ValueSet = valuesOf(['present']);
const OPTIONAL: ValueSet = valuesOf(['present', 'absent']);
const FIRST: ValueSet = valuesOf(['first']);
const FIRST_OR_REPLAYED: ValueSet = valuesOf(['first', 'replayed']);

function proofParts(rules: EffectiveTokenClass): ProofParts {
  return {
    proofAlgorithm: valuesOf(rules.dpopAlgorithms.value.filter(isAsymmetric)),
    proofAge: { min: 0 - rules.clockSkew.value, max: rules.dpopMaxProofAge.value },
    proofNonce: rules.dpopRequireNonce.value ? PRESENT : OPTIONAL,
    proofAth: rules.dpopRequireAth.value ? PRESENT : OPTIONAL,
    proofUse: rules.dpopReplayCache.value === 'required' ? FIRST : FIRST_OR_REPLAYED,
  };
}

/** Unbound tokens pass as bearer tokens, or held to their address where networks are written. */
function bindings({ bindingAccept, ipCidrs, requiredClaims }: EffectiveTokenClass): readonly string[] {
  const accept = bindingAccept.value;
  const mustBeBound = requiredClaims.value.includes('cnf');
  const heldToAddress = accept.includes('ip') && ipCidrs.contributions.length > 0;
  const unbound = !mustBeBound && (accept.includes('bearer') || heldToAddress);
  return [...accept.filter((method) => method === 'dpop' || method === 'mtls'), ...(unbound ? ['bearer'] : [])];
}

function commonParts(
  policy: EffectivePolicy,
  rules: EffectiveTokenClass,
): Omit<Box, 'binding' | keyof ProofParts> | null {
  const skew = rules.clockSkew.value;
  const maxAge = rules.maxAge.value;
  const claims = claimParts(rules);
  const times = timeZone(
    { min: 0, max: rules.maxLifetime.value },
    { min: 0 - skew, max: isFiniteBound(maxAge) ? maxAge + skew : Infinity },
    // Refused in the very millisecond in which the leeway ends.
    { min: -Infinity, max: skew - 1 },
  );
  const audience = claims === null ? [] : commonSets(audienceSets(rules), claims.audience);
  const issuer = issuerPairs(policy, rules);
  const signature = signaturePairs(policy, rules);
  const typ = valuesOf(rules.typ.value);
  const keySource = valuesOf(policy.keys.sources.value);
  const address = addressSet(rules);
  if (claims === null || times === null || noSets(audience) || issuer.size === 0 || signature.size === 0) return null;
  if (noValues(typ) || noValues(keySource) || (!address.unknown && address.ranges.length === 0)) return null;
  return {
    format: valuesOf([rules.format.value]),
    issuer,
    signature,
    typ,
    keySource,
    address,
    audience,
    times,
    start: { mayBeAbsent: !rules.requiredClaims.value.includes('nbf'), ahead: { min: -Infinity, max: skew } },
    claims: claims.others,
    crit: setsWithin(rules.crit.value.filter((name) => !STANDARD_PARAMETERS.has(name))),
    kid: kidSet(policy),
    ...refreshParts(rules),
  };
}

function issuerPairs({ issuers }: EffectivePolicy, { claimValues }: EffectiveTokenClass): KeyedSet<ValueSet> {
  const named = allowedValues(claimValues.value, 'iss');
  return new Map(
    issuers.value
      .filter(({ issuer }) => named === null || named.includes(issuer))
      .map(({ issuer, jwksUri }) => [issuer, jwksUri === null ? EVERY_VALUE : valuesOf([jwksUri])]),
  );
}

/** RFC 7518 sections 3.3 to 3.5: RSA keys have a size, ECDSA algorithms a curve of their own. `none` never passes. */
function signaturePairs({ keys }: EffectivePolicy, { algorithms }: EffectiveTokenClass): KeyedSet<Interval> {
  const named = algorithms.value.filter((alg) => alg.trim().toLowerCase() !== 'none' && alg !== 'EdDSA');
  const both = named.includes('Ed25519') && named.includes('Ed448') ? ['EdDSA'] : [];
  return new Map(
    [...named, ...both]
      .filter((alg) => {
        const curve = CURVE_OF_ALGORITHM.get(alg);
        return curve === undefined || keys.curves.value.includes(curve);
      })
      .map((alg) => [alg, /^[RP]S\d+$/.test(alg) ? { min: keys.minRsaBits.value, max: Infinity } : EVERY_NUMBER]),
  );
}

function audienceSets({ audiences, audienceMatch }: EffectiveTokenClass): SetFamily {
  switch (audienceMatch.value) {
    case 'any':
      return setsMeeting(audiences.value);
    case 'all':
      return setsOf(audiences.value);
    case 'exact':
      return singletons(audiences.value);
  }
}

/** Claims with an axis of their own: iss, exp and iat must be there anyway, aud and nbf and cnf are looked at elsewhere. */
const ELSEWHERE: ReadonlySet<string> = new Set(['iss', 'exp', 'iat', 'aud', 'nbf', 'cnf']);

function claimParts(
  rules: EffectiveTokenClass,
): { readonly others: ClaimRegions; readonly audience: SetFamily } | null {
  const required = rules.requiredClaims.value.filter((name) => !ELSEWHERE.has(name));
  const present: ClaimRegions = new Map(required.map((name): [string, ClaimRegion] => [name, PRESENT_CLAIM]));
  // A confirmation is an object, which no text of a policy equals.
  if (allowedValues(rules.claimValues.value, 'cnf') !== null) return null;
  const limited: ClaimRegions = new Map(
    Object.entries(rules.claimValues.value)
      .filter(([name]) => !ELSEWHERE.has(name))
      .map(([name, allowed]): [string, ClaimRegion] => [name, { mayBeAbsent: false, values: setsOf(allowed) }]),
  );
  if ([...limited.values()].some(({ values }) => noSets(values))) return null;
  const others = limited.size === 0 ? present : commonClaims(present, limited);
  if (others === null) return null;
  const audiences = allowedValues(rules.claimValues.value, 'aud');
  return { others, audience: audiences === null ? ANY_SET : setsOf(audiences) };
}

function allowedValues(all: Readonly<Record<string, readonly string[]>>, claim: string): readonly string[] | null {
  return Object.hasOwn(all, claim) ? (all[claim] ?? null) : null;
}

const TIMES: readonly string[] = ['exp', 'iat', 'nbf'];

/** Why the tokens of this class cannot be told as boxes; null when they can. */
export function undecidable({ name, tokens }: EffectivePolicy, tokenClass: TokenClass): string | null {
  const values = tokens[tokenClass]?.claimValues.value ?? {};
  const claim = TIMES.find((time) => allowedValues(values, time) !== null);
  return claim === undefined
    ? null
    : `claim_values of TokenPolicy "${name}" names instants of ${claim}, which cannot be compared with limits of time`;
}

const PRESENT_CLAIM: ClaimRegion = { mayBeAbsent: false, values: ANY_SET };

function addressSet({ ipCidrs }: EffectiveTokenClass): AddressSet {
  if (ipCidrs.contributions.length === 0) return EVERY_ADDRESS;
  return addressesOf(ipCidrs.value.flatMap((cidr) => parseCidr(cidr) ?? []));
}

const FOUND: Readonly<Record<EffectivePolicy['keys']['unknownKid']['value'], readonly string[]>> = {
  reject: ['known'],
  refresh: ['known', 'new'],
  try_all: ['known', 'new', 'unknown'],
};

function kidSet({ keys }: EffectivePolicy): ValueSet {
  return valuesOf([...FOUND[keys.unknownKid.value], ...(keys.kidRequired.value ? [] : ['absent'])]);
}

type RefreshParts = Pick<Box, 'familyAge' | 'use'>;

/** How often it was used only matters for refresh tokens (RFC 9700 section 4.14.2). */
function refreshParts(rules: EffectiveTokenClass): RefreshParts {
  if (rules.tokenClass !== 'refresh_token') return { familyAge: EVERY_NUMBER, use: EVERY_VALUE };
  const absolute = rules.absoluteMaxLifetime.value;
  const repeated = rules.oneTimeUse.value && rules.reuseDetection.value !== 'off' ? [] : ['repeated'];
  const relative = rules.oneTimeUse.value && rules.reuseDetection.value === 'revoke_family' ? [] : ['after_reuse'];
  return {
    familyAge: { min: 0, max: isFiniteBound(absolute) ? absolute : Infinity },
    use: valuesOf(['first', ...repeated, ...relative]),
  };
}
