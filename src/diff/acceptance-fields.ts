/** Every field that decides which tokens are accepted. */
import type { Fact } from '../model/fact.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy, EffectiveTokenClass, TokenClass } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, showBound } from '../model/quantity.ts';
import type { ClaimValues, TrustedIssuer } from '../policy/meet.ts';
import { atLeast, claimValues, exactly, intersection, issuers, networks, strictest, union } from '../policy/meet.ts';
import { permitted, required } from '../policy/meet-field.ts';
import type { AcceptanceField, FieldKind, Order, Place } from './field-change.ts';
import { policyField, tokenField } from './field-change.ts';

const list = (values: readonly string[]): string => (values.length === 0 ? 'none' : [...values].sort().join(', '));

/** Bounds with `unbounded` as the greatest. */
const bounds: Order<Bound> = {
  meet: (a, b) => (numberOf(b) < numberOf(a) ? b : a),
  equals: (a, b) => a === b,
  conflict: () => null,
};

function numberOf(bound: Bound): number {
  return isFiniteBound(bound) ? bound : Infinity;
}

const ALLOWED: FieldKind<readonly string[]> = { lattice: intersection<string>(), show: list };
const DEMANDED: FieldKind<readonly string[]> = { lattice: union<string>(), show: list };
export const AT_MOST: FieldKind<Bound> = { lattice: bounds, show: showBound };
const CLAIM_VALUES: FieldKind<ClaimValues> = {
  lattice: claimValues,
  show: (values) =>
    Object.keys(values).length === 0
      ? 'any'
      : Object.entries(values)
          .map(([claim, allowed]) => `${claim}: ${list(allowed)}`)
          .sort()
          .join('; '),
};
const ISSUERS: FieldKind<readonly TrustedIssuer[]> = {
  lattice: issuers,
  show: (trusted) =>
    list(trusted.map(({ issuer, jwksUri }) => (jwksUri === null ? issuer : `${issuer} (keys from ${jwksUri})`))),
};

export function chain<T extends string>(...strictFirst: readonly T[]): FieldKind<T> {
  return { lattice: strictest(strictFirst), show: (value) => value };
}

export function flag(
  words: { readonly yes: string; readonly no: string },
  lattice: Order<boolean>,
): FieldKind<boolean> {
  return { lattice, show: (value) => (value ? words.yes : words.no) };
}

export const REQUIRED: FieldKind<boolean> = flag({ yes: 'required', no: 'not required' }, required);

/** Fields of the policy as a whole that decide about tokens. */
const OF_POLICY: readonly AcceptanceField[] = [
  policyField(
    'issuers',
    { get: (policy) => policy.issuers, put: (from, into) => ({ ...into, issuers: from.issuers }) },
    ISSUERS,
  ),
  policyField('keys.min_rsa_bits', ofKeys('minRsaBits'), { lattice: atLeast<number>(), show: String }),
  policyField('keys.curves', ofKeys('curves'), ALLOWED),
  policyField('keys.sources', ofKeys('sources'), { lattice: intersection(), show: list }),
  policyField('keys.kid_required', ofKeys('kidRequired'), REQUIRED),
  policyField('keys.unknown_kid', ofKeys('unknownKid'), chain('reject', 'refresh', 'try_all')),
];

type Keys = EffectivePolicy['keys'];

function ofKeys<Key extends keyof Keys>(
  key: Key,
): { readonly get: (policy: EffectivePolicy) => Keys[Key]; readonly put: AcceptanceField['carry'] } {
  return {
    get: ({ keys }) => keys[key],
    put: (from, into) => ({ ...into, keys: { ...into.keys, [key]: from.keys[key] } }),
  };
}

/** All fields that decide about tokens of the class, in the order in which a verifier looks. */
export function acceptanceFields(
  tokenClass: TokenClass,
  { before, after }: { readonly before: EffectivePolicy; readonly after: EffectivePolicy },
): readonly AcceptanceField[] {
  const isThere = [before, after].filter(({ tokens }) => tokens[tokenClass] !== undefined);
  // A class that comes or goes is one change, not one for each of its values.
  return isThere.length === 1 ? [...OF_POLICY, wholeClass(tokenClass)] : fieldsOf(tokenClass);
}

function fieldsOf(tokenClass: TokenClass): readonly AcceptanceField[] {
  const known = FIELDS.get(tokenClass);
  if (known !== undefined) return known;
  const fields = [...OF_POLICY, ...ofClass(tokenClass), ...(tokenClass === 'refresh_token' ? OF_REFRESH : [])];
  FIELDS.set(tokenClass, fields);
  return fields;
}

/** All that a class accepts as one value. */
function wholeClass(tokenClass: TokenClass): AcceptanceField {
  const words = ({ tokens }: EffectivePolicy): string | null => {
    const rules = tokens[tokenClass];
    if (rules === undefined || !rules.present.value) return null;
    const { audiences, algorithms, bindingAccept } = rules;
    return `accepted for ${list(audiences.value)} with ${list(algorithms.value)}, ${list(bindingAccept.value)}`;
  };
  const at = (policy: EffectivePolicy): Location | null => {
    const rules = policy.tokens[tokenClass];
    return rules === undefined ? null : (rules.present.at ?? rules.audiences.at ?? policy.at);
  };
  return {
    path: `tokens.${tokenClass}.present`,
    compare: (before, after) => {
      const [old, young] = [words(before), words(after)];
      if (old === young) return null;
      return {
        path: `tokens.${tokenClass}.present`,
        facet: 'acceptance',
        direction: old === null ? 'loosened' : 'tightened',
        before: old ?? 'not accepted',
        after: young ?? 'not accepted',
        atBefore: at(before),
        atAfter: at(after),
      };
    },
    carry: (from, into) => {
      const { [tokenClass]: _, ...others } = into.tokens;
      const rules = from.tokens[tokenClass];
      return { ...into, tokens: rules === undefined ? others : { ...others, [tokenClass]: rules } };
    },
  };
}

const FIELDS = new Map<TokenClass, readonly AcceptanceField[]>();

function ofRules<Key extends keyof EffectiveTokenClass>(
  key: Key,
): {
  readonly get: (rules: EffectiveTokenClass) => EffectiveTokenClass[Key];
  readonly put: (from: EffectiveTokenClass, into: EffectiveTokenClass) => EffectiveTokenClass;
} {
  return { get: (rules) => rules[key], put: (from, into) => ({ ...into, [key]: from[key] }) };
}

function ofClass(tokenClass: TokenClass): readonly AcceptanceField[] {
  return [
    tokenField(tokenClass, 'present', ofRules('present'), flag({ yes: 'allowed', no: 'forbidden' }, permitted)),
    tokenField(tokenClass, 'format', ofRules('format'), { lattice: exactly(), show: (value) => value }),
    withCurves(tokenField(tokenClass, 'algorithms', ofRules('algorithms'), ALLOWED)),
    tokenField(tokenClass, 'typ', ofRules('typ'), ALLOWED),
    tokenField(tokenClass, 'crit', ofRules('crit'), ALLOWED),
    tokenField(tokenClass, 'audiences', ofRules('audiences'), ALLOWED),
    tokenField(tokenClass, 'audience_match', ofRules('audienceMatch'), chain('exact', 'all', 'any')),
    tokenField(tokenClass, 'required_claims', ofRules('requiredClaims'), DEMANDED),
    tokenField(tokenClass, 'claim_values', ofRules('claimValues'), CLAIM_VALUES),
    tokenField(tokenClass, 'lifetime.max', LIFETIME, AT_MOST),
    tokenField(tokenClass, 'max_age', ofRules('maxAge'), AT_MOST),
    tokenField(tokenClass, 'clock_skew.max', ofRules('clockSkew'), AT_MOST),
    tokenField(tokenClass, 'binding.accept', ofRules('bindingAccept'), { lattice: intersection(), show: list }),
    tokenField(tokenClass, 'binding.dpop.signing_algorithms', ofRules('dpopAlgorithms'), ALLOWED),
    tokenField(tokenClass, 'binding.dpop.max_proof_age', ofRules('dpopMaxProofAge'), AT_MOST),
    tokenField(tokenClass, 'binding.dpop.require_nonce', ofRules('dpopRequireNonce'), REQUIRED),
    tokenField(tokenClass, 'binding.dpop.require_ath', ofRules('dpopRequireAth'), REQUIRED),
    tokenField(tokenClass, 'binding.dpop.replay_cache', ofRules('dpopReplayCache'), chain('required', 'optional')),
    tokenField(tokenClass, 'binding.ip.cidrs', WRITTEN_NETWORKS, NETWORKS),
  ];
}

/** Without a word of its own the greatest age is the lifetime. */
const LIFETIME: Place<EffectiveTokenClass, Bound> = {
  get: (rules) => rules.maxLifetime,
  put: (from, into) => ({
    ...into,
    maxLifetime: from.maxLifetime,
    ...(isDerived(from.maxAge) && isDerived(into.maxAge) ? { maxAge: from.maxAge } : {}),
  }),
};

/** Without a word of their own the curves are those of the algorithms. */
function withCurves(field: AcceptanceField): AcceptanceField {
  return {
    ...field,
    carry: (from, into) => {
      const carried = field.carry(from, into);
      const follow = from.keys.curves.origin !== 'explicit' && into.keys.curves.origin !== 'explicit';
      return follow ? { ...carried, keys: { ...carried.keys, curves: from.keys.curves } } : carried;
    },
  };
}

function isDerived({ origin }: Fact<unknown>): boolean {
  return origin === 'derived';
}

type Networks = readonly string[] | null;

/** Where nobody writes a network every address will do. */
const WRITTEN_NETWORKS: Place<EffectiveTokenClass, Networks> = {
  get: ({ ipCidrs }) => ({ ...ipCidrs, value: ipCidrs.contributions.length === 0 ? null : ipCidrs.value }),
  put: (from, into) => ({ ...into, ipCidrs: from.ipCidrs }),
};

const NETWORKS: FieldKind<Networks> = {
  lattice: {
    meet: (a, b) => (a === null || b === null ? (a ?? b) : networks.meet(a, b)),
    equals: (a, b) => (a === null || b === null ? a === b : networks.equals(a, b)),
    conflict: () => null,
  },
  show: (value) => (value === null ? 'any address' : list(value)),
};

/** Fields that only matter for refresh tokens (RFC 9700 section 4.14.2). */
const OF_REFRESH: readonly AcceptanceField[] = [
  tokenField('refresh_token', 'lifetime.absolute_max', ofRules('absoluteMaxLifetime'), AT_MOST),
  tokenField('refresh_token', 'rotation.one_time_use', ofRules('oneTimeUse'), REQUIRED),
  tokenField(
    'refresh_token',
    'rotation.reuse_detection',
    ofRules('reuseDetection'),
    chain('revoke_family', 'reject', 'off'),
  ),
];
