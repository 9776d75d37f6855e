import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import type { DiscoveryFacts } from '../../model/discovery.ts';
import { documentOf, listIn } from '../discovery-facts.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/required-missing',
  on: 'discovery',
  severity: 'warning',
  securitySeverity: 3,
  confidence: 'certain',
  summary: 'A discovery document lacks a member that its specification demands.',
  why: 'Clients that follow the specification refuse the document or guess the value. Without jwks_uri a verifier has no way to learn that a key was removed.',
  fix: 'Publish the member; leave out members that have no value instead of writing null.',
  sources: ['OpenID Connect Discovery 1.0 section 3', 'RFC 8414 sections 2 and 3.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'openid-configuration.json': discoveryText({ jwks_uri: undefined }) } }],
    good: [{ files: { 'openid-configuration.json': discoveryText() } }],
  },
  *check(document): Iterable<Report> {
    for (const name of requiredOf(document)) {
      const value = document.members[name];
      if (value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
        continue;
      const isGrave = name === 'issuer' || (name === 'jwks_uri' && document.kind !== 'oauth');
      yield {
        at: document.locate(name),
        message: value === undefined ? `${name} is missing` : `${name} is empty`,
        severity: isGrave ? 'error' : 'warning',
        subject: `${documentOf(document)}/${name}`,
        value: value === undefined ? 'missing' : 'empty',
      };
    }
  },
};

function requiredOf(document: DiscoveryFacts): readonly string[] {
  const types = listIn(document, 'response_types_supported');
  const grants = listIn(document, 'grant_types_supported');
  const isOpenid = document.kind !== 'oauth';
  const isFrontOnly = types.length > 0 && types.every((type) => !type.split(' ').includes('code'));
  const hasNoBrowser = grants.length > 0 && !grants.includes('authorization_code') && !grants.includes('implicit');
  return [
    'issuer',
    ...(isOpenid ? ['jwks_uri', 'subject_types_supported', 'id_token_signing_alg_values_supported'] : []),
    'response_types_supported',
    ...(hasNoBrowser ? [] : ['authorization_endpoint']),
    // Only the implicit flow does without.
    ...(isFrontOnly ? [] : ['token_endpoint']),
  ];
}
