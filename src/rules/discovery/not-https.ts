import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import { documentOf, isToFillIn, membersEnding, quoted } from '../discovery-facts.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/not-https',
  on: 'discovery',
  severity: 'error',
  securitySeverity: 7,
  confidence: 'certain',
  summary: 'Metadata of an issuer sends clients or verifiers to an address without TLS.',
  why: 'Keys that come over plain HTTP are the keys of whoever stands in between: one changed answer and his tokens are valid until the next fetch. Codes and tokens sent there are read on the way.',
  fix: 'Publish https addresses only.',
  sources: ['RFC 8414 section 2', 'RFC 9700 section 2.6', 'RFC 8725 section 3.10'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'openid-configuration.json': discoveryText({ jwks_uri: 'http://id.example.com/jwks' }) } }],
    good: [
      { files: { 'openid-configuration.json': discoveryText() } },
      {
        files: { 'openid-configuration.json': discoveryText({ token_endpoint: '{baseUrl}/token' }) },
        note: 'A template is judged when it is filled in.',
      },
    ],
  },
  *check(document): Iterable<Report> {
    const named = ['issuer', 'jwks_uri', ...membersEnding(document, '_endpoint').map(([name]) => name)];
    for (const name of named) {
      const value = document.members[name];
      if (typeof value !== 'string' || value === '' || value.startsWith('https://') || isToFillIn(value)) continue;
      const url = URL.canParse(value) ? new URL(value) : null;
      if (url !== null && url.protocol !== 'http:') continue;
      const isLocal = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
      yield {
        at: document.locate(name),
        message: url === null ? `${name} ${quoted(value)} is no URL` : `${name} ${quoted(value)} is not https`,
        severity: isLocal ? 'info' : 'error',
        subject: `${documentOf(document)}/${name}`,
        value,
      };
    }
  },
};
