import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import { documentOf, listIn, quoted } from '../discovery-facts.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/pkce',
  on: 'discovery',
  severity: 'error',
  securitySeverity: 5.5,
  confidence: 'certain',
  summary: 'What an issuer says about PKCE is wrong, weak or missing.',
  why: 'Without S256 a stolen authorization code can be turned into tokens by whoever has it. A value that is no method shows that nobody tests the list, and a client that takes the first one fails or falls back to nothing.',
  fix: 'Publish code_challenge_methods_supported: ["S256"].',
  sources: ['RFC 9700 section 2.1.1', 'RFC 7636 sections 4.2 and 6.2.2', 'RFC 8414 section 2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'openid-configuration.json': discoveryText({ code_challenge_methods_supported: ['RS256', 'S256'] }) },
      },
    ],
    good: [{ files: { 'openid-configuration.json': discoveryText() } }],
  },
  *check(document): Iterable<Report> {
    const name = 'code_challenge_methods_supported';
    const at = document.locate(name);
    const subject = `${documentOf(document)}/${name}`;
    const methods = listIn(document, name);
    const issuesCodes = listIn(document, 'response_types_supported').some((type) => type.split(' ').includes('code'));
    if (document.members[name] === undefined) {
      if (!issuesCodes) return;
      const message = `${name} is missing: RFC 8414 reads that as an issuer without PKCE`;
      yield { at, message, severity: 'info', subject, value: 'missing' };
      return;
    }
    const unknown = methods.filter((method) => method !== 'S256' && method !== 'plain');
    if (unknown.length > 0) {
      const message = `${unknown.map(quoted).join(', ')} ${unknown.length === 1 ? 'is no PKCE method' : 'are no PKCE methods'}, registered are S256 and plain`;
      yield { at, message, subject, value: unknown.join(' ') };
    }
    if (!methods.includes('S256')) {
      yield { at, message: 'S256 is not among the PKCE methods', subject, value: 'no S256' };
    }
    if (methods.includes('plain')) {
      const message = 'PKCE method plain sends the secret itself: whoever reads the request can use the code';
      yield { at, message, severity: 'warning', subject, value: 'plain' };
    }
  },
};
