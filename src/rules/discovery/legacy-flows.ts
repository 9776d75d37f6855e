import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import { documentOf, listIn } from '../discovery-facts.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/legacy-flows',
  on: 'discovery',
  severity: 'warning',
  securitySeverity: 4.5,
  confidence: 'certain',
  summary: 'An issuer offers flows that hand tokens or passwords to the wrong place.',
  why: 'The implicit flow puts access tokens into the address bar, from where they reach histories, logs and other sites; they cannot be bound to a client. The password grant trains users to type their password into any application.',
  fix: 'Offer code with PKCE only; remove token response types and the grants password and implicit.',
  sources: ['RFC 9700 sections 2.1.2 and 2.4'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'openid-configuration.json': discoveryText({ response_types_supported: ['code', 'token'] }) } },
      {
        files: {
          'openid-configuration.json': discoveryText({ grant_types_supported: ['authorization_code', 'password'] }),
        },
      },
    ],
    good: [{ files: { 'openid-configuration.json': discoveryText() } }],
  },
  *check(document): Iterable<Report> {
    const types = listIn(document, 'response_types_supported').filter((type) => type.split(' ').includes('token'));
    if (types.length > 0) {
      yield {
        at: document.locate('response_types_supported'),
        message: `access tokens are handed out through the browser: ${types.join(', ')}`,
        subject: `${documentOf(document)}/response_types_supported`,
        value: types.join(','),
      };
    }
    const grants = listIn(document, 'grant_types_supported').filter(
      (grant) => grant === 'password' || grant === 'implicit',
    );
    if (grants.length > 0) {
      yield {
        at: document.locate('grant_types_supported'),
        message: `${grants.join(' and ')} ${grants.length === 1 ? 'is' : 'are'} offered, which RFC 9700 rules out`,
        subject: `${documentOf(document)}/grant_types_supported`,
        value: grants.join(' '),
      };
    }
  },
};
