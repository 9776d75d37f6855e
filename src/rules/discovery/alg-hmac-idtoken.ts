import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import { documentOf, listIn } from '../discovery-facts.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/alg-hmac-idtoken',
  on: 'discovery',
  severity: 'warning',
  securitySeverity: 4.5,
  confidence: 'certain',
  summary: 'An issuer offers ID tokens that are signed with a shared secret.',
  why: 'Whoever can verify such a token can also write it, so every client can forge tokens for itself. A client that takes both kinds can be made to use the public key as the secret.',
  fix: 'Offer asymmetric algorithms only: RS256, PS256, ES256 or EdDSA.',
  sources: ['RFC 8725 sections 2.1 and 3.1', 'OpenID Connect Core 1.0 section 10.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'openid-configuration.json': discoveryText({ id_token_signing_alg_values_supported: ['HS256', 'RS256'] }),
        },
      },
    ],
    good: [{ files: { 'openid-configuration.json': discoveryText() } }],
  },
  *check(document): Iterable<Report> {
    const name = 'id_token_signing_alg_values_supported';
    const shared = listIn(document, name).filter((alg) => /^HS\d+$/.test(alg));
    if (shared.length === 0) return;
    yield {
      at: document.locate(name),
      message: `ID tokens may be signed with a shared secret: ${shared.join(', ')}`,
      subject: `${documentOf(document)}/${name}`,
      value: shared.join(' '),
    };
  },
};
