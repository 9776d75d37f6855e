/** What issuers may mint of one class, with the lattices of the limits: documents of a chain agree on what all allow. */
import type { BindingMethod, IssuedClassSpec, TokenClass, TokenPolicySpec } from '../model/policy.ts';
import type { Millis } from '../model/quantity.ts';
import type { ClaimValues } from './meet.ts';
import { atMost, claimValues, intersection, union } from './meet.ts';
import type { FatalLattice, PolicyDimension } from './meet-field.ts';
import { asIs, asMillis, distinct, expandAlgorithms, field, normalTyp, yielding } from './meet-field.ts';
import type { Lattice } from './meet.ts';

/** Dimensions of what is minted of one class. */
export interface IssuanceDimensions {
  readonly typ: PolicyDimension<readonly string[]>;
  readonly algorithms: PolicyDimension<readonly string[]>;
  readonly audiences: PolicyDimension<readonly string[]>;
  readonly maxLifetime: PolicyDimension<Millis>;
  readonly requiredClaims: PolicyDimension<readonly string[]>;
  readonly claimValues: PolicyDimension<ClaimValues>;
  readonly bindingAccept: PolicyDimension<readonly BindingMethod[]>;
}

export function issuanceDimensions(tokenClass: TokenClass): IssuanceDimensions {
  const issued = <Raw, T>(
    path: string,
    pick: (issuance: IssuedClassSpec) => Raw | undefined,
    interpret: (raw: Raw) => T | null,
    lattice: Lattice<T>,
  ): PolicyDimension<T> =>
    yielding(field(`issuance.${tokenClass}.${path}`, ofClass(tokenClass, pick), interpret, lattice));
  return {
    typ: issued(
      'typ',
      ({ typ }) => typ,
      (raw) => distinct(raw.map(normalTyp)),
      mintsNothingWhenEmpty(intersection()),
    ),
    algorithms: issued(
      'algorithms',
      ({ algorithms }) => algorithms,
      expandAlgorithms,
      mintsNothingWhenEmpty(intersection()),
    ),
    audiences: issued('audiences', ({ audiences }) => audiences, distinct, mintsNothingWhenEmpty(intersection())),
    maxLifetime: issued('lifetime.max', ({ lifetime }) => lifetime?.max, asMillis, atMost()),
    requiredClaims: issued('required_claims', (spec) => spec.required_claims, distinct, union()),
    claimValues: issued('claim_values', (spec) => spec.claim_values, asIs, mintsNothingWhenEmpty(claimValues)),
    bindingAccept: issued(
      'binding.accept',
      ({ binding }) => binding?.accept,
      distinct,
      mintsNothingWhenEmpty(intersection()),
    ),
  };
}

function ofClass<Raw>(tokenClass: TokenClass, pick: (issuance: IssuedClassSpec) => Raw | undefined) {
  return (spec: TokenPolicySpec): Raw | undefined => {
    const issuance = spec.issuance?.[tokenClass];
    return issuance === undefined ? undefined : pick(issuance);
  };
}

function mintsNothingWhenEmpty<T>(lattice: Lattice<T>): FatalLattice<T> {
  return { ...lattice, whenEmpty: 'issuers can mint nothing' };
}
