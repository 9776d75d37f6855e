/** Holds one token against one policy. Pure: the time is in the context, the signature is the caller's to verify. */
import type { Decision, DimensionCheck, TokenContext, UnverifiedToken } from '../model/decision.ts';
import { unknownFact } from '../model/fact.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { checkPossession } from './decide-binding.ts';
import type { Case } from './decide-check.ts';
import { check, showAllowed, showValue } from './decide-check.ts';
import { checkClaims, checkIssuer } from './decide-claims.ts';
import { checkHeader } from './decide-header.ts';
import { checkTimes } from './decide-times.ts';
import { patternCovers } from './meet.ts';

/**
 * Accepts or rejects, with every dimension that was looked at and every one that is violated, not only the first. Each
 * check names the effective value that bound it, with its position. A class of token the policy does not govern, an
 * issuer or audience it does not declare, a client address that is needed and not known: all reject.
 *
 * `enforcement` plays no part: a policy under `warn` or `off` is decided as if it were enforced, and the caller says
 * what follows from it. Never throws, whatever the token holds.
 */
export function decide(policy: EffectivePolicy, token: UnverifiedToken, context: TokenContext): Decision {
  const checks = [...allChecks(policy, token, context)];
  const violations = checks.filter(({ satisfied }) => !satisfied);
  return { policy: policy.name, verdict: violations.length === 0 ? 'accept' : 'reject', checks, violations };
}

function* allChecks(policy: EffectivePolicy, token: UnverifiedToken, context: TokenContext): Generator<DimensionCheck> {
  const rules = policy.tokens[context.tokenClass];
  yield checkClass(policy, context);
  yield checkRoute(policy, context);
  if (rules !== undefined) yield checkFormat({ policy, rules, token, context });
  yield checkIssuer(policy, token);
  if (rules === undefined) return;
  const subject: Case = { policy, rules, token, context };
  yield* checkHeader(subject);
  yield* checkClaims(subject);
  yield* checkTimes(subject);
  yield* checkPossession(subject);
}

function checkClass(policy: EffectivePolicy, { tokenClass }: TokenContext): DimensionCheck {
  const about = { dimension: 'token_class', member: null, reference: 'RFC 8725 section 3.12' } as const;
  const rules = policy.tokens[tokenClass];
  if (rules === undefined) {
    const nowhere = unknownFact(
      'not governed',
      `no document of the chain speaks of ${tokenClass}`,
      policy.locate('/spec/tokens'),
    );
    const governed = showAllowed(Object.keys(policy.tokens));
    return check(about, nowhere, {
      satisfied: false,
      value: tokenClass,
      bound: `policy "${policy.name}" governs ${governed}`,
    });
  }
  return check(about, rules.present, {
    satisfied: rules.present.value,
    value: tokenClass,
    bound: rules.present.value ? `${tokenClass} is governed` : `${tokenClass} is forbidden`,
  });
}

/** Without a route the question is about the policy alone. */
function checkRoute({ appliesTo, locate }: EffectivePolicy, { route }: TokenContext): DimensionCheck {
  const { routes } = appliesTo;
  const from = {
    value: routes,
    origin: routes === 'all' ? 'default' : 'explicit',
    at: locate('/spec/applies_to/routes'),
    source: null,
  } as const;
  return check({ dimension: 'route', member: null, reference: 'docs/concepts-policies.md#scope' }, from, {
    satisfied: route === undefined || routes === 'all' || routes.some((pattern) => patternCovers(pattern, route)),
    value: route === undefined ? 'not given' : showValue(route),
    bound: routes === 'all' ? 'all routes' : showAllowed(routes),
  });
}

/** A JWT is at hand, so a class whose tokens are opaque cannot be meant. */
function checkFormat({ rules }: Case): DimensionCheck {
  return check(
    { dimension: 'format', member: null, reference: 'RFC 9068 section 1, RFC 7662 section 1' },
    rules.format,
    {
      satisfied: rules.format.value === 'jwt',
      value: 'jwt',
      bound: rules.format.value,
    },
  );
}
