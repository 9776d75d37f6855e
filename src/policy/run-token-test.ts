/** Runs token tests: what each case's token would meet, and whether that is what the case says. Pure. */
import type { Decision, Dimension, TokenContext } from '../model/decision.ts';
import type { Problem } from '../model/failure.ts';
import type { Inventory } from '../model/inventory.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { CaseOutcome, TestTarget, TokenTest, TokenTestCase } from '../model/token-test.ts';
import type { Waiver } from '../model/waiver.ts';
import type { PolicyTarget, TargetComposition } from './compose-target.ts';
import { composeTarget } from './compose-target.ts';
import { decide } from './decide.ts';
import { nearest } from './nearest.ts';
import { memberOf } from './pointers.ts';
import { standsForItself } from './standing.ts';

export interface TokenTestRun {
  readonly outcomes: readonly CaseOutcome[];
  /** Tests that could not run, because nothing decides about them. */
  readonly problems: readonly Problem[];
}

/** What the tests are held against. */
export interface TestedEstate {
  readonly policies: readonly EffectivePolicy[];
  readonly waivers: readonly Waiver[];
  readonly inventories: readonly Inventory[];
}

/**
 * Runs every case of a test: of one policy by what it says itself, of a target by everything that holds there together, waivers
 * in force at the instant of the case included. A policy whose `enforcement` is `warn` or `off` rejects nothing. A test that no
 * policy applies to is a problem: it would pass whatever anybody writes.
 */
export function runTokenTest(test: TokenTest, estate: TestedEstate): TokenTestRun {
  const { subject } = test;
  if ('policy' in subject) {
    const policy = estate.policies.find(({ name }) => name === subject.policy);
    if (policy === undefined) return { outcomes: [], problems: [nothingDecides(test, estate.policies)] };
    const holding = alone(policy);
    return { outcomes: test.cases.map((each) => runCase({ test, each, route: null, holding })), problems: [] };
  }
  const policies = estate.policies.filter(standsForItself([estate]));
  const compose = (each: TokenTestCase): TargetComposition =>
    composeTarget(policies, estate.waivers, { ...placeOf(subject), tokenClass: each.tokenClass }, each.now);
  const runs = test.cases.map((each) => ({ test, each, route: subject.route, holding: compose(each) }));
  if (runs.some(({ holding }) => holding.contributors.length === 0)) {
    return { outcomes: [], problems: [nothingDecides(test, estate.policies)] };
  }
  return { outcomes: runs.map(runCase), problems: [] };
}

/** What holds for a case. */
type Holding = Pick<TargetComposition, 'contributors' | 'enforced' | 'permitted'>;

function alone(policy: EffectivePolicy): Holding {
  const isEnforced = policy.enforcement.value === 'enforce';
  return { contributors: [policy], enforced: isEnforced ? policy : null, permitted: [] };
}

/** What the test leaves open stands for every name. */
function placeOf({ environment, service, route, labels }: TestTarget): PolicyTarget {
  return { environment: environment ?? '*', service: service ?? '*', route: route ?? '*', labels };
}

interface RunningCase {
  readonly test: TokenTest;
  readonly each: TokenTestCase;
  /** Of the target; the case may name another. */
  readonly route: string | null;
  readonly holding: Holding;
}

function runCase({ test, each, route, holding }: RunningCase): CaseOutcome {
  const { contributors, enforced, permitted } = holding;
  const decided = (policy: EffectivePolicy): Decision => decideCase(each, policy, each.route ?? route);
  const decision = enforced === null ? null : decided(enforced);
  const isAccepted =
    decision === null ||
    decision.verdict === 'accept' ||
    permitted.some(({ policy }) => decided(policy).verdict === 'accept');
  const single = contributors.map((policy) => ({ policy, decision: decided(policy) }));
  const outcome = {
    test: test.name,
    name: each.name,
    expect: each.expect,
    reasons: each.reasons,
    verdict: isAccepted ? ('accept' as const) : ('reject' as const),
    violations: isAccepted || decision === null ? [] : blamed(decision, single),
    unenforced: single.flatMap(({ policy, decision }) => {
      const { value, at } = policy.enforcement;
      if (value === 'enforce' || decision.verdict === 'accept') return [];
      return [{ decision, enforcement: value, at: at ?? policy.at }];
    }),
    at: each.at,
  };
  return { ...outcome, failure: failureOf(outcome) };
}

/** Each violation with the policy that has it alone too; where only all of them together do, with all of their names. */
function blamed(
  decision: Decision,
  single: readonly { readonly policy: EffectivePolicy; readonly decision: Decision }[],
): CaseOutcome['violations'] {
  return decision.violations.map((violation) => {
    const guilty = single.find(
      ({ policy, decision: { violations } }) =>
        policy.enforcement.value === 'enforce' &&
        violations.some(({ dimension, member }) => dimension === violation.dimension && member === violation.member),
    );
    return { ...violation, policy: guilty?.policy.name ?? decision.policy };
  });
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
