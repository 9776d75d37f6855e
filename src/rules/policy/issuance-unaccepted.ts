import type { Report, Rule } from '../../model/finding.ts';
import type { EffectiveIssuance, EffectivePolicy, EffectiveTokenClass, Resolved } from '../../model/policy.ts';
import { showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isApplied, placeOf } from '../policy-facts.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/issuance-unaccepted',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 3.0,
  confidence: 'certain',
  summary: 'Issuers may mint tokens that the same policy refuses.',
  why: 'Clients get tokens that no verifier accepts, so people widen what is accepted in a hurry. What is minted beyond the limits also works wherever a verifier is more lenient than this policy.',
  fix: 'Narrow issuance to what is accepted, or accept what is minted.',
  sources: ['docs/concepts-policies.md#issuance', 'RFC 8725 section 3.1', 'RFC 9068 section 4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token: { algorithms: [ES256], lifetime: { max: 5m } }\nissuance:\n  access_token: { algorithms: [ES256], lifetime: { max: 15m } }',
          ),
        },
      },
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token: { algorithms: [ES256], required_claims: [iss, exp, jti] }\nissuance:\n  access_token: { required_claims: [iss, exp, sub] }',
          ),
        },
      },
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token: { algorithms: [ES256] }\nissuance:\n  id_token: { algorithms: [ES256] }',
          ),
        },
        note: 'No document speaks of accepting ID tokens.',
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token: { algorithms: [ES256, PS256], lifetime: { max: 15m } }\nissuance:\n  access_token: { algorithms: [ES256], lifetime: { max: 5m } }',
          ),
        },
        note: 'Minting less than is accepted is how a change begins.',
      },
    ],
  },
  *check(policy, estate) {
    if (!isApplied(policy, estate)) return;
    for (const issued of Object.values(policy.issuance)) {
      const accepted = policy.tokens[issued.tokenClass];
      if (accepted === undefined || !accepted.present.value) yield ungoverned(policy, issued);
      else for (const beyond of beyondLimits(issued, accepted)) yield reportOf(policy, issued, beyond);
    }
  },
};

interface Beyond {
  readonly path: string;
  /** What is minted and refused, as text. */
  readonly what: string;
  readonly issued: Resolved<unknown>;
  readonly accepted: Resolved<unknown>;
}

/** Only what documents write about issuance: the rest is what is accepted. */
function beyondLimits(issued: EffectiveIssuance, accepted: EffectiveTokenClass): readonly Beyond[] {
  const lists = [
    ['algorithms', issued.algorithms, accepted.algorithms],
    ['typ', issued.typ, accepted.typ],
    ['audiences', issued.audiences, accepted.audiences],
    ['binding.accept', issued.bindingAccept, accepted.bindingAccept],
  ] as const;
  const claims = accepted.requiredClaims.value.filter((claim) => !issued.requiredClaims.value.includes(claim));
  const isLonger = issued.maxLifetime.value > accepted.maxLifetime.value;
  const found: readonly Beyond[] = [
    ...lists.map(([path, minted, allowed]) => ({
      path,
      what: minted.value.filter((item) => !listed(allowed.value, item)).join(', '),
      issued: minted,
      accepted: allowed,
    })),
    {
      path: 'lifetime.max',
      what: isLonger
        ? `${showBound(issued.maxLifetime.value)}, longer than ${showBound(accepted.maxLifetime.value)}`
        : '',
      issued: issued.maxLifetime,
      accepted: accepted.maxLifetime,
    },
    {
      path: 'required_claims',
      what: claims.length === 0 ? '' : `tokens without ${claims.join(', ')}`,
      issued: issued.requiredClaims,
      accepted: accepted.requiredClaims,
    },
    {
      path: 'claim_values',
      what: refusedValues(issued, accepted).join(', '),
      issued: issued.claimValues,
      accepted: accepted.claimValues,
    },
  ];
  return found.filter(({ what, issued: { contributions } }) => what !== '' && contributions.length > 0);
}

function listed(list: readonly string[], item: string): boolean {
  return list.includes(item);
}

/** A claim of which nobody says what is minted is left alone. */
function refusedValues(issued: EffectiveIssuance, accepted: EffectiveTokenClass): readonly string[] {
  return Object.entries(accepted.claimValues.value).flatMap(([claim, allowed]) => {
    const minted = Object.entries(issued.claimValues.value).find(([name]) => name === claim)?.[1] ?? [];
    return minted.filter((value) => !allowed.includes(value)).map((value) => `${claim} ${value}`);
  });
}

function reportOf(policy: EffectivePolicy, { tokenClass }: EffectiveIssuance, beyond: Beyond): Report {
  const { path, what, issued, accepted } = beyond;
  return {
    at: placeOf(issued, policy),
    message: `policy "${policy.name}" lets issuers mint ${tokenClass} ${path} ${what}, which it does not accept`,
    subject: `policy ${policy.name}/issuance.${tokenClass}.${path}`,
    value: what,
    related: accepted.at === null ? [] : [{ at: accepted.at, message: 'what is accepted' }],
  };
}

function ungoverned(policy: EffectivePolicy, { tokenClass }: EffectiveIssuance): Report {
  const at = policy.locate(`/spec/issuance/${tokenClass}`);
  return {
    at,
    message: `policy "${policy.name}" lets issuers mint ${tokenClass}, of which it accepts none`,
    subject: `policy ${policy.name}/issuance.${tokenClass}`,
    value: tokenClass,
  };
}
