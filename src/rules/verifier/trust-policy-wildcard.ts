import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';

/** Issuers that sign for everybody who has an account there, by host (their documentation names the claim `sub`). */
const SHARED =
  /^https:\/\/(?:token\.actions\.githubusercontent\.com|gitlab\.com|oidc\.circleci\.com\/.*|app\.terraform\.io|agent\.buildkite\.com|oidc\.vercel\.com.*|accounts\.google\.com)$/;

const TRUST = (subject: string): string => `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": { "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": { "StringLike": { "token.actions.githubusercontent.com:sub": "${subject}" } }
  }
}
`;

export const rule: Rule<'verifier'> = {
  id: 'verifier/trust-policy-wildcard',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 9.0,
  confidence: 'certain',
  summary: 'A role of a cloud may be taken with the token of any subject of an issuer.',
  why: 'The issuer of a hosted service signs for all its customers. A role that does not name whose tokens it wants is open to a job in any repository in the world.',
  fix: 'Name the organisation, the repository and, for production, the branch or environment in the condition on sub.',
  sources: ['https://docs.github.com/en/actions/concepts/security/openid-connect', 'RFC 8725 section 3.9'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'trust-policy.json': TRUST('repo:*') } }],
    good: [{ files: { 'trust-policy.json': TRUST('repo:example/orders:ref:refs/heads/main') } }],
  },
  *check(verifier): Iterable<Report> {
    const fact = known(verifier.facts.subjects);
    if (fact === null) return;
    const wide = fact.value?.find(isWide);
    if (fact.value !== null && wide === undefined) return;
    const [issuer] = known(verifier.facts.issuers)?.value ?? [];
    const isShared = issuer !== undefined && SHARED.test(issuer);
    yield reportOn(verifier, 'subjects', fact, {
      says: `accepts ${wide === undefined ? 'any subject' : `the subjects ${JSON.stringify(wide)}`}${issuer === undefined ? '' : ` of ${issuer}`}`,
      so: isShared ? '; that issuer signs for everybody who has an account' : '',
      severity: isShared ? 'error' : 'warning',
      unwritten: isShared ? 'error' : 'warning',
      value: wide ?? 'any',
    });
  },
};

/**
 * Whether a pattern leaves the owner open: before its first wildcard there is no whole name. Subjects begin with a word
 * for their kind, as `repo:` or `project_path:`.
 */
function isWide(pattern: string): boolean {
  const [before] = /^[^*?]*/.exec(pattern) ?? [''];
  const named = before.replace(/^(?:system:serviceaccount|[a-z_]+):/, '');
  return before.length < pattern.length && !/[^/:][/:]/.test(named);
}
