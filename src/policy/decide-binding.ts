/** Sender constraints: whether the one who shows the token is the one it was issued to. */
import type { DimensionCheck } from '../model/decision.ts';
import { showBound, millis } from '../model/quantity.ts';
import { parseAddress, parseCidr, rangeHolds } from './cidr.ts';
import type { Case, Outcome } from './decide-check.ts';
import { check, memberOf, showAllowed, showValue } from './decide-check.ts';

export function* checkPossession(subject: Case): Generator<DimensionCheck> {
  yield checkBinding(subject);
  yield* checkProof(subject);
  yield* checkAddress(subject);
}

/**
 * How the token is bound decides, not what the request brings: a bound token without its proof is refused although
 * `bearer` is accepted (RFC 9449 section 7.2, RFC 8705 section 3), and a proof beside an unbound token proves nothing.
 * Every confirmation in `cnf` must be met.
 */
function checkBinding(subject: Case): DimensionCheck {
  const { rules, token } = subject;
  const cnf = memberOf(token.claims, 'cnf');
  const accept = rules.bindingAccept.value;
  const outcome = cnf === undefined ? unbound(subject) : bound(subject, cnf);
  return check({ dimension: 'binding', member: 'cnf', reference: outcome.reference }, rules.bindingAccept, {
    ...outcome,
    bound: `one of ${showAllowed(accept)}`,
  });
}

type BindingOutcome = Omit<Outcome, 'bound'> & { readonly reference: string };

function unbound(subject: Case): BindingOutcome {
  const { proof } = subject.context;
  const beside = proof === undefined ? '' : `, a ${proof.kind} proof beside it proves nothing`;
  if (subject.rules.bindingAccept.value.includes('bearer')) {
    return { satisfied: true, value: `unbound (bearer)${beside}`, reference: 'RFC 6750 section 1.2' };
  }
  if (reliesOnAddress(subject)) {
    return { satisfied: true, value: `unbound, held to its address${beside}`, reference: 'RFC 9700 section 2.2.1' };
  }
  return { satisfied: false, value: `unbound (bearer)${beside}`, reference: 'RFC 9700 section 2.2.1' };
}

/** Whether nothing but the client's address speaks for the token. */
function reliesOnAddress({ rules, token }: Case): boolean {
  const accept = rules.bindingAccept.value;
  return memberOf(token.claims, 'cnf') === undefined && accept.includes('ip') && !accept.includes('bearer');
}

function bound(subject: Case, cnf: unknown): BindingOutcome {
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) {
    return { satisfied: false, value: `cnf is ${showValue(cnf)}`, reference: 'RFC 7800 section 3.1' };
  }
  const methods = Object.entries(cnf);
  if (methods.length === 0) {
    return { satisfied: false, value: 'cnf names no key', reference: 'RFC 7800 section 3.1' };
  }
  const outcomes = methods.map(([method, key]) => confirm(subject, method, key));
  const failed = outcomes.find(({ satisfied }) => !satisfied);
  return failed ?? outcomes[0] ?? { satisfied: false, value: 'cnf names no key', reference: 'RFC 7800 section 3.1' };
}

function confirm({ rules, context }: Case, method: string, key: unknown): BindingOutcome {
  const accept = rules.bindingAccept.value;
  const { proof } = context;
  switch (method) {
    case 'jkt': {
      const reference = 'RFC 9449 sections 6.1 and 7.2';
      if (proof?.kind !== 'dpop')
        return { satisfied: false, value: 'bound to a DPoP key, shown without proof', reference };
      if (key !== proof.jkt)
        return { satisfied: false, value: 'bound to another DPoP key than the proof shows', reference };
      return { satisfied: accept.includes('dpop'), value: 'dpop', reference };
    }
    case 'x5t#S256': {
      const reference = 'RFC 8705 sections 3 and 3.1';
      if (proof?.kind !== 'mtls') {
        return { satisfied: false, value: 'bound to a certificate, shown without it', reference };
      }
      if (key !== proof.thumbprint) {
        return { satisfied: false, value: 'bound to another certificate than the client shows', reference };
      }
      return { satisfied: accept.includes('mtls'), value: 'mtls', reference };
    }
    default:
      return {
        satisfied: false,
        value: `bound by cnf.${showValue(method)}, which cannot be checked here`,
        reference: 'RFC 7800 section 3.1',
      };
  }
}

/** The proof itself, whenever one came. Whether its `jti` was seen before only the verifier's store can tell. */
function* checkProof({ rules, context }: Case): Generator<DimensionCheck> {
  const { proof } = context;
  if (proof?.kind !== 'dpop') return;
  yield check({ dimension: 'dpop', member: 'alg', reference: 'RFC 9449 sections 4.2 and 4.3' }, rules.dpopAlgorithms, {
    satisfied: isAsymmetric(proof.alg) && rules.dpopAlgorithms.value.includes(proof.alg),
    value: showValue(proof.alg),
    bound: showAllowed(rules.dpopAlgorithms.value),
  });
  yield check(
    { dimension: 'dpop', member: 'iat', reference: 'RFC 9449 sections 4.3 and 11.1' },
    rules.dpopMaxProofAge,
    {
      ...proofAge(context.now - proof.issuedAt, rules.dpopMaxProofAge.value, rules.clockSkew.value),
    },
  );
  yield check({ dimension: 'dpop', member: 'nonce', reference: 'RFC 9449 section 9' }, rules.dpopRequireNonce, {
    satisfied: proof.hasNonce || !rules.dpopRequireNonce.value,
    value: proof.hasNonce ? 'present' : 'absent',
    bound: rules.dpopRequireNonce.value ? 'present' : 'optional',
  });
  yield check({ dimension: 'dpop', member: 'ath', reference: 'RFC 9449 sections 4.2 and 7.1' }, rules.dpopRequireAth, {
    satisfied: proof.hasAth || !rules.dpopRequireAth.value,
    value: proof.hasAth ? 'present' : 'absent',
    bound: rules.dpopRequireAth.value ? 'present' : 'optional',
  });
}

/** RFC 9449 section 4.2: none and symmetric algorithms never sign a proof. */
export function isAsymmetric(alg: string): boolean {
  return !/^(?:none|hs\d+)$/i.test(alg.trim());
}

/** The age has no leeway, the window is chosen to hold it; a proof from the future is given the clock skew. */
function proofAge(age: number, max: number, skew: number): Outcome {
  const bound = `at most ${showBound(millis(max))} old, ${showBound(millis(skew))} leeway into the future`;
  if (!Number.isFinite(age)) return { satisfied: false, value: 'not a time', bound };
  const shown = showBound(millis(Math.abs(age)));
  return { satisfied: age <= max && -age <= skew, value: age < 0 ? `${shown} in the future` : `${shown} old`, bound };
}

/**
 * Written networks bind every request, whatever else the token is bound to. An unknown address is not inside, and where
 * the address is all there is but no document names a network, none is.
 */
function* checkAddress(subject: Case): Generator<DimensionCheck> {
  const { ipCidrs } = subject.rules;
  const written = ipCidrs.contributions.length > 0;
  if (!written && !reliesOnAddress(subject)) return;
  const { clientIp } = subject.context;
  const reference = 'RFC 4632 section 3.1, RFC 4291 section 2.5.5.2';
  yield check({ dimension: 'ip', member: null, reference }, ipCidrs, {
    satisfied: isInside(clientIp, ipCidrs.value),
    value: clientIp === undefined ? 'client address not known' : showValue(clientIp),
    bound: written ? showAllowed(ipCidrs.value) : 'no network is declared',
  });
}

function isInside(clientIp: string | undefined, cidrs: readonly string[]): boolean {
  const address = clientIp === undefined ? null : parseAddress(clientIp);
  if (address === null) return false;
  return cidrs.some((cidr) => {
    const range = parseCidr(cidr);
    return range !== null && rangeHolds(range, address);
  });
}
