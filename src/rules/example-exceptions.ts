/** Texts of exceptions in rule examples, all about the same finding. */
import { policyText } from './example-documents.ts';

/** A policy with one finding of policy/lifetime-over-profile. */
export const LONG_LIVED: string = policyText('orders', 'tokens:\n  access_token:\n    lifetime: { max: 8h }');

/** The same without the finding. */
export const SHORT_LIVED: string = policyText('orders', 'tokens:\n  access_token:\n    lifetime: { max: 10m }');

export interface ExceptionExample {
  /** Last day. */
  readonly expires: string;
  readonly created?: string;
  readonly rule?: string;
  readonly policy?: string;
}

/** A Waiver for the finding. */
export function waiverText({
  expires,
  created = '2026-04-01',
  rule = 'policy/lifetime-over-profile',
  policy = 'orders',
}: ExceptionExample): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: Waiver
metadata: { name: nightly-jobs, owner: '@batch' }
spec:
  rules: [${rule}]
  target: { policy: ${policy}, token: access_token }
  reason: nightly jobs hold one token for a whole run
  ticket: SEC-412
  created: ${created}
  expires: ${expires}
`;
}

/** A Waiver that permits access tokens of the policy something, in YAML. */
export function permitText(permits: string): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: Waiver
metadata: { name: nightly-jobs, owner: '@batch' }
spec:
  permits: { ${permits} }
  target: { policy: orders, token: access_token }
  reason: nightly jobs hold one token for a whole run
  ticket: SEC-412
  created: 2026-04-01
  expires: 2026-06-30
`;
}

/** A Baseline that holds the finding. */
export function baselineText({ expires, created = '2026-04-01' }: ExceptionExample): string {
  return `{
  "apiVersion": "firebreak.dev/v1alpha1",
  "kind": "Baseline",
  "metadata": { "name": "main", "owner": "@identity" },
  "spec": {
    "reason": "there before Firebreak was introduced",
    "created": "${created}",
    "expires": "${expires}",
    "entries": [
      { "path": "policy.yaml", "rule": "policy/lifetime-over-profile", "subject": "policy orders/tokens.access_token.lifetime.max", "fingerprint": "b53119bc51bb39c1" }
    ]
  }
}
`;
}

/** A ChangeApproval. @param expires its last day */
export function approvalText(expires: string): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: ChangeApproval
metadata: { name: orders-bearer-fallback }
spec:
  changes: ['7be0c2a41f93']
  approved_by: [alice@example.com]
  reason: version 5.1 of the app cannot do DPoP until winter
  expires: ${expires}
`;
}
