import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import { documentOf, listIn, membersEnding } from '../discovery-facts.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/alg-none',
  on: 'discovery',
  severity: 'error',
  securitySeverity: 8.5,
  confidence: 'certain',
  summary: 'An issuer says that it works with unsigned tokens or requests.',
  why: 'A client or verifier that takes its algorithms from the metadata then accepts "none": a token without a signature, written by anybody. OpenID Connect allows it for ID tokens in one flow only, and nobody who revokes keys can revoke it.',
  fix: 'Remove none from every list of algorithms; register clients that need it separately, if there are any.',
  sources: ['RFC 8725 section 3.2', 'OpenID Connect Discovery 1.0 section 3'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'openid-configuration.json': discoveryText({ id_token_signing_alg_values_supported: ['RS256', 'none'] }),
        },
      },
    ],
    good: [{ files: { 'openid-configuration.json': discoveryText() } }],
  },
  *check(document): Iterable<Report> {
    for (const [name] of membersEnding(document, '_alg_values_supported')) {
      if (!listIn(document, name).some((alg) => alg.trim().toLowerCase() === 'none')) continue;
      yield {
        at: document.locate(name),
        message: `${name} has none: unsigned ${name.startsWith('request_object') ? 'requests' : 'tokens'} count as signed`,
        // OpenID Connect Core section 6.1 lets a client send unsigned request objects; they authenticate nothing.
        severity: name.startsWith('request_object') || name.startsWith('userinfo') ? 'warning' : 'error',
        subject: `${documentOf(document)}/${name}`,
        value: 'none',
      };
    }
  },
};
