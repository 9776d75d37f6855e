import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import { isToFillIn, quoted } from '../discovery-facts.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/issuer-shape',
  on: 'discovery',
  severity: 'warning',
  securitySeverity: 5,
  confidence: 'certain',
  summary: 'The issuer of a discovery document is a template, or a URL that no issuer may be.',
  why: 'A template such as {tenantid} is filled with what the token says, so a verifier that trusts it trusts every tenant: also the one an attacker opens for himself. An issuer with a query or fragment cannot be compared the same way everywhere.',
  fix: 'Let verifiers trust the issuers of named tenants, each with its own discovery document.',
  sources: ['RFC 8414 section 2', 'RFC 8725 section 3.8'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'openid-configuration.json': discoveryText({ issuer: 'https://id.example.com/{tenant}/v2' }) } }],
    good: [{ files: { 'openid-configuration.json': discoveryText() } }],
  },
  *check(document): Iterable<Report> {
    const { issuer } = document;
    if (issuer === null) return;
    const fault = faultOf(issuer);
    if (fault === null) return;
    yield {
      at: document.locate('issuer'),
      message: `issuer ${quoted(issuer)} ${fault}`,
      subject: 'issuer',
      value: issuer,
    };
  },
};

function faultOf(issuer: string): string | null {
  if (isToFillIn(issuer)) return null;
  const placeholder = /\{[^{}]*\}/.exec(issuer)?.[0];
  if (placeholder !== undefined)
    return `has the placeholder ${placeholder.slice(0, 40)}: whoever trusts it trusts every tenant`;
  if (!URL.canParse(issuer)) return 'is no URL';
  const url = new URL(issuer);
  if (url.search !== '' || issuer.includes('?')) return 'has a query';
  if (url.hash !== '' || issuer.includes('#')) return 'has a fragment';
  if (url.username !== '' || url.password !== '') return 'has a user name';
  return null;
}
