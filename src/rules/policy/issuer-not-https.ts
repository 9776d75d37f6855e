import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { isOwn, placeOf } from '../policy-facts.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/issuer-not-https',
  on: 'policy',
  severity: 'error',
  securitySeverity: 7.4,
  confidence: 'certain',
  summary: 'A trusted issuer is not a plain https URL.',
  why: 'Keys and metadata are found from the issuer, so whoever can change an http answer on the way publishes keys of their own. A query, a fragment, user information or a wildcard makes two different issuers look like one.',
  fix: 'Write the exact issuer value of its metadata document: https, without query, fragment, user information and wildcard.',
  sources: ['RFC 8414 section 2', 'RFC 8725 section 3.8', 'OpenID Connect Discovery 1.0 section 3'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': policyText('orders', 'issuers:\n  - issuer: http://id.example.com') } },
      { files: { 'policy.yaml': policyText('orders', "issuers:\n  - issuer: 'https://*.example.com'") } },
    ],
    good: [{ files: { 'policy.yaml': policyText('orders', 'issuers:\n  - issuer: https://id.example.com/') } }],
  },
  *check(policy) {
    if (!isOwn(policy.issuers, policy)) return;
    for (const { issuer } of policy.issuers.value) {
      const fault = faultOf(issuer);
      if (fault === null) continue;
      yield {
        at: placeOf(policy.issuers, policy),
        // On the machine itself nobody stands in between.
        severity: isLoopback(issuer) ? 'info' : 'error',
        message: `issuer "${issuer}" ${fault}`,
        subject: `policy ${policy.name}/issuers`,
        value: issuer,
      };
    }
  },
};

function faultOf(issuer: string): string | null {
  if (issuer.includes('*')) return 'contains a wildcard; issuers are compared as exact strings';
  if (!URL.canParse(issuer)) return 'is not a URL';
  const url = new URL(issuer);
  if (url.protocol !== 'https:') return `uses ${url.protocol.replace(':', '')} instead of https`;
  if (url.username !== '' || url.password !== '') return 'contains user information';
  if (issuer.includes('?')) return 'contains a query';
  return issuer.includes('#') ? 'contains a fragment' : null;
}

function isLoopback(issuer: string): boolean {
  const host = URL.canParse(issuer) ? new URL(issuer).hostname : '';
  // A name may begin with 127 too; the URL parser writes every spelling of an IPv4 address as four numbers.
  return host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '[::1]';
}
