/** The JOSE header: algorithm, key shape, type, critical extensions, key selection. */
import type { DimensionCheck } from '../model/decision.ts';
import type { KeySource } from '../model/policy.ts';
import type { Case } from './decide-check.ts';
import { check, memberOf, showAllowed, showValue } from './decide-check.ts';
import { CURVE_OF_ALGORITHM } from './defaults.ts';
import { normalTyp } from './meet-field.ts';

export function* checkHeader(subject: Case): Generator<DimensionCheck> {
  yield checkAlgorithm(subject);
  yield* checkCurve(subject);
  yield checkTyp(subject);
  yield checkCrit(subject);
  yield checkKid(subject);
  yield* checkKeySources(subject);
}

function checkAlgorithm({ rules, token }: Case): DimensionCheck {
  const alg = memberOf(token.header, 'alg');
  return check(
    { dimension: 'algorithm', member: 'alg', reference: 'RFC 8725 sections 3.1 and 3.2' },
    rules.algorithms,
    {
      satisfied: typeof alg === 'string' && isAllowed(alg, rules.algorithms.value),
      value: showValue(alg),
      bound: showAllowed(rules.algorithms.value),
    },
  );
}

/**
 * RFC 7515 section 4.1.1: names are case-sensitive. `none` in any case is refused whatever the list says. `EdDSA` may
 * be either of its curves, so both must be allowed (RFC 9864 section 2.2).
 */
function isAllowed(alg: string, allowed: readonly string[]): boolean {
  if (alg.trim().toLowerCase() === 'none') return false;
  if (alg === 'EdDSA') return allowed.includes('Ed25519') && allowed.includes('Ed448');
  return allowed.includes(alg);
}

/** Only ECDSA names a curve by its algorithm; the size of an RSA key shows when the key is at hand. */
function* checkCurve({ policy, token }: Case): Generator<DimensionCheck> {
  const alg = memberOf(token.header, 'alg');
  const curve = typeof alg === 'string' ? CURVE_OF_ALGORITHM.get(alg) : undefined;
  if (curve === undefined) return;
  const { curves } = policy.keys;
  yield check({ dimension: 'key_strength', member: 'alg', reference: 'RFC 7518 section 3.4' }, curves, {
    satisfied: curves.value.includes(curve),
    value: `${showValue(alg)} uses ${curve}`,
    bound: showAllowed(curves.value),
  });
}

function checkTyp({ rules, token }: Case): DimensionCheck {
  const typ = memberOf(token.header, 'typ');
  const named = rules.typ.value.filter((allowed) => allowed !== 'absent');
  const satisfied =
    typ === undefined ? rules.typ.value.includes('absent') : typeof typ === 'string' && named.includes(normalTyp(typ));
  return check(
    { dimension: 'typ', member: 'typ', reference: 'RFC 8725 section 3.11, RFC 9068 section 2.1' },
    rules.typ,
    {
      satisfied,
      value: showValue(typ),
      bound: showAllowed(rules.typ.value),
    },
  );
}

/** RFC 7515 section 4.1.11: a non-empty list of distinct names that stand in the header and are no standard ones. */
function checkCrit({ rules, token }: Case): DimensionCheck {
  const crit = memberOf(token.header, 'crit');
  const understood = rules.crit.value;
  const satisfied =
    crit === undefined ||
    (Array.isArray(crit) &&
      crit.length > 0 &&
      new Set(crit).size === crit.length &&
      crit.every(
        (name: unknown) =>
          typeof name === 'string' &&
          understood.includes(name) &&
          !STANDARD_PARAMETERS.has(name) &&
          Object.hasOwn(token.header, name),
      ));
  return check({ dimension: 'crit', member: 'crit', reference: 'RFC 7515 section 4.1.11' }, rules.crit, {
    satisfied,
    value: showValue(crit),
    bound: understood.length === 0 ? 'no critical extension' : showAllowed(understood),
  });
}

/** Header parameters of RFC 7515 section 4.1; `crit` must not name them. */
export const STANDARD_PARAMETERS: ReadonlySet<string> = new Set([
  'alg',
  'jku',
  'jwk',
  'kid',
  'x5u',
  'x5c',
  'x5t',
  'x5t#S256',
  'typ',
  'cty',
  'crit',
]);

function checkKid({ policy, token }: Case): DimensionCheck {
  const kid = memberOf(token.header, 'kid');
  const { kidRequired } = policy.keys;
  const usable = typeof kid === 'string' && kid !== '';
  return check({ dimension: 'kid', member: 'kid', reference: 'RFC 7515 section 4.1.4' }, kidRequired, {
    satisfied: usable || (kid === undefined && !kidRequired.value),
    value: showValue(kid),
    bound: kidRequired.value ? 'a non-empty string' : 'a non-empty string or absent',
  });
}

/** Header parameters that bring a key or say where to fetch one. A policy cannot allow `x5c`: it is no key source. */
const KEY_PARAMETERS: readonly (readonly [string, KeySource | null, string])[] = [
  ['jku', 'jku', '4.1.2'],
  ['jwk', 'jwk', '4.1.3'],
  ['x5u', 'x5u', '4.1.5'],
  ['x5c', null, '4.1.6'],
];

function* checkKeySources({ policy, token }: Case): Generator<DimensionCheck> {
  const { sources } = policy.keys;
  for (const [name, source, section] of KEY_PARAMETERS) {
    const present = Object.hasOwn(token.header, name);
    const reference = `RFC 8725 section 3.10, RFC 7515 section ${section}`;
    yield check({ dimension: 'key_source', member: name, reference }, sources, {
      satisfied: !present || (source !== null && sources.value.includes(source)),
      value: present ? 'the token brings or names its own key' : 'absent',
      bound: `keys from ${showAllowed(sources.value)}`,
    });
  }
}
