/** Runs token tests: what each case's token would meet, and whether that is what the case says. Pure. */
import type { Decision, Dimension, TokenContext } from '../model/decision.ts';
import type { Problem } from '../model/failure.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { CaseOutcome, TestTarget, TokenTest, TokenTestCase } from '../model/token-test.ts';
import { decide } from './decide.ts';
import { patternCovers } from './meet.ts';
import { nearest } from './nearest.ts';
import { memberOf } from './pointers.ts';

export interface TokenTestRun {
  readonly outcomes: readonly CaseOutcome[];
  /** Tests that could not run, because nothing decides about them. */
  readonly problems: readonly Problem[];
}

/**
 * Runs every case of a test. A token is accepted when every policy that applies accepts it; a policy whose `enforcement`
 * is `warn` or `off` rejects nothing. A test that no policy applies to is a problem: it would pass whatever anybody writes.
 */
export function runTokenTest(test: TokenTest, policies: readonly EffectivePolicy[]): TokenTestRun {
  const { subject } = test;
  const deciding =
    'policy' in subject ? policies.filter(({ name }) => name === subject.policy) : policiesOf(subject, policies);
  if (deciding.length === 0) return { outcomes: [], problems: [nothingDecides(test, policies)] };
  const route = 'policy' in subject ? null : subject.route;
  return { outcomes: test.cases.map((each) => runCase({ test, each, route, policies: deciding })), problems: [] };
}

/** Policies that apply to a target, without those that another one of them extends: they are part of it already. */
function policiesOf(target: TestTarget, policies: readonly EffectivePolicy[]): readonly EffectivePolicy[] {
  const applying = policies.filter((policy) => appliesTo(policy, target));
  const extended = new Set(applying.flatMap(({ chain }) => chain.slice(1)));
  return applying.filter(({ name }) => !extended.has(name));
}

function appliesTo({ appliesTo: scope }: EffectivePolicy, target: TestTarget): boolean {
  return (
    covers(scope.environments, target.environment) &&
    covers(scope.services, target.service) &&
    covers(scope.routes, target.route) &&
    Object.entries(scope.labels).every(([key, value]) => target.labels[key] === value)
  );
}

function covers(patterns: readonly string[] | 'all', name: string | null): boolean {
  return patterns === 'all' || (name !== null && patterns.some((pattern) => patternCovers(pattern, name)));
}

interface RunningCase {
  readonly test: TokenTest;
  readonly each: TokenTestCase;
  /** Of the target; the case may name another. */
  readonly route: string | null;
  readonly policies: readonly EffectivePolicy[];
}

function runCase({ test, each, route, policies }: RunningCase): CaseOutcome {
  const decided = policies.map((policy) => ({ policy, decision: decideCase(each, policy, each.route ?? route) }));
  const rejecting = decided.filter(({ decision }) => decision.verdict === 'reject');
  const counting = rejecting.filter(({ policy }) => policy.enforcement.value === 'enforce');
  const violations = counting.flatMap(({ policy, decision }) =>
    decision.violations.map((violation) => ({ ...violation, policy: policy.name })),
  );
  const unenforced = rejecting.flatMap(({ policy, decision }) => {
    const { value } = policy.enforcement;
    return value === 'enforce' ? [] : [{ decision, enforcement: value, at: policy.enforcement.at ?? policy.at }];
  });
  const outcome = {
    test: test.name,
    name: each.name,
    expect: each.expect,
    reasons: each.reasons,
    verdict: counting.length === 0 ? ('accept' as const) : ('reject' as const),
    violations,
    unenforced,
    at: each.at,
  };
  return { ...outcome, failure: failureOf(outcome) };
}

function decideCase(each: TokenTestCase, policy: EffectivePolicy, route: string | null): Decision {
  const { token, tokenClass, now, clientIp } = each;
  const bound = confirmationOf(each);
  const proof = proofOf(each, policy, bound);
  const claims = bound === null ? token.claims : { ...token.claims, cnf: bound.cnf };
  return decide(
    policy,
    { header: token.header, claims },
    {
      now,
      tokenClass,
      ...(route === null ? {} : { route }),
      ...(clientIp === null ? {} : { clientIp }),
      ...(proof === null ? {} : { proof }),
    },
  );
}

/** Stands for the key of the client; no key is needed, because a test proves no signature. */
const CLIENT_KEY = 'key-of-the-client';
const OTHER_KEY = 'key-of-somebody-else';

interface Confirmation {
  readonly cnf: unknown;
  readonly key: string;
}

/** What the token is bound to: what the case says, or, where a proof is shown and it says nothing, the key of the client. */
function confirmationOf({ token, proof }: TokenTestCase): Confirmation | null {
  if (proof === null) return null;
  const method = proof.kind === 'dpop' ? 'jkt' : 'x5t#S256';
  const cnf = memberOf(token.claims, 'cnf');
  if (cnf === undefined) return { cnf: { [method]: CLIENT_KEY }, key: CLIENT_KEY };
  const written = memberOf(cnf, method);
  return { cnf, key: typeof written === 'string' ? written : CLIENT_KEY };
}

function proofOf(
  { proof, tokenClass, now }: TokenTestCase,
  policy: EffectivePolicy,
  bound: Confirmation | null,
): Required<TokenContext>['proof'] | null {
  if (proof === null || bound === null) return null;
  const key = proof.key === 'other' ? OTHER_KEY : bound.key;
  if (proof.kind === 'mtls') return { kind: 'mtls', thumbprint: key };
  return {
    kind: 'dpop',
    jkt: key,
    alg: proof.algorithm ?? policy.tokens[tokenClass]?.dpopAlgorithms.value[0] ?? 'ES256',
    issuedAt: now - proof.age,
    hasNonce: proof.hasNonce,
    hasAth: proof.hasAth,
  };
}

/** The outcome must be the expected one, for the stated reasons and no other: else another fault could hide this one. */
function failureOf(outcome: Omit<CaseOutcome, 'failure'>): CaseOutcome['failure'] {
  const { expect, verdict, reasons, violations, unenforced } = outcome;
  const found = [...new Set(violations.map(({ dimension }) => dimension))];
  if (expect === 'accept') {
    if (verdict === 'accept') return null;
    return {
      message: `rejected for ${listed(found)}, expected to be accepted`,
      hint: 'correct the token, or the policy where it rejects what it should not',
    };
  }
  if (verdict === 'accept') {
    const [first] = unenforced;
    return {
      message: `accepted, expected to be rejected${reasons === null ? '' : ` for ${listed(reasons)}`}`,
      hint:
        first === undefined
          ? 'tighten the policy, or expect: accept'
          : `policy "${first.decision.policy}" rejects it, but its enforcement is ${first.enforcement}`,
    };
  }
  return reasons === null ? null : wrongReasons(reasons, found);
}

function wrongReasons(reasons: readonly Dimension[], found: readonly Dimension[]): CaseOutcome['failure'] {
  const missing = reasons.filter((reason) => !found.includes(reason));
  const further = found.filter((reason) => !reasons.includes(reason));
  if (missing.length > 0) {
    return {
      message: `rejected for ${listed(found)}, expected to be rejected for ${listed(reasons)}`,
      hint: `nothing rejects it for ${listed(missing)}: tighten the policy, or correct the reason`,
    };
  }
  if (further.length === 0) return null;
  return {
    message: `rejected for ${listed(further)} too, expected to be rejected for ${listed(reasons)} only`,
    hint: `correct the token so that only ${listed(reasons)} decides, or name the other reasons too`,
  };
}

function listed(dimensions: readonly Dimension[]): string {
  return dimensions.join(', ');
}

function nothingDecides({ subject, name }: TokenTest, policies: readonly EffectivePolicy[]): Problem {
  const at = subject.at;
  if (!('policy' in subject)) {
    return {
      code: 'document/not-found',
      message: `no policy applies to the target of TokenTest "${name}", so everything would be accepted`,
      hint: 'correct the target, or the applies_to of a policy',
      at,
    };
  }
  const names = policies.map((policy) => policy.name);
  const close = nearest(subject.policy, names);
  return {
    code: 'document/not-found',
    message: `there is no policy "${subject.policy}"`,
    hint: close === null ? `the policies are ${names.join(', ') || 'none'}` : `did you mean "${close}"?`,
    at,
  };
}
