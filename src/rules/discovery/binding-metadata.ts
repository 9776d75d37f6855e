import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import { documentOf, listIn, policiesOf } from '../discovery-facts.ts';
import { policyText } from '../example-documents.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/binding-metadata',
  on: 'discovery',
  severity: 'error',
  securitySeverity: 6,
  confidence: 'certain',
  summary: 'A policy demands bound tokens, but the issuer does not say that it can bind them, or binds them weakly.',
  why: 'Clients that find no metadata send plain bearer requests and get bearer tokens, which a thief can use as they are. A DPoP proof under none or a shared secret proves possession of nothing.',
  fix: 'Publish dpop_signing_alg_values_supported with asymmetric algorithms, or tls_client_certificate_bound_access_tokens: true.',
  sources: ['RFC 9449 sections 5.1 and 4.3', 'RFC 8705 section 3.3'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'issuers:\n  - issuer: https://id.example.com\ntokens:\n  access_token:\n    binding: { accept: [dpop] }',
          ),
          'openid-configuration.json': discoveryText(),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'issuers:\n  - issuer: https://id.example.com\ntokens:\n  access_token:\n    binding: { accept: [dpop] }',
          ),
          'openid-configuration.json': discoveryText({ dpop_signing_alg_values_supported: ['ES256'] }),
        },
      },
    ],
  },
  *check(document, estate): Iterable<Report> {
    const name = 'dpop_signing_alg_values_supported';
    const weak = listIn(document, name).filter((alg) => alg.toLowerCase() === 'none' || /^HS\d+$/.test(alg));
    if (weak.length > 0) {
      yield {
        at: document.locate(name),
        message: `DPoP proofs may be signed with ${weak.join(', ')}, which proves no possession`,
        subject: `${documentOf(document)}/${name}`,
        value: weak.join(' '),
      };
    }
    const offers = {
      dpop: listIn(document, name).length > 0,
      mtls: document.members['tls_client_certificate_bound_access_tokens'] === true,
    };
    for (const policy of policiesOf(document.issuer, estate)) {
      const accept = policy.tokens.access_token?.bindingAccept;
      if (accept === undefined) continue;
      const methods = accept.value.filter((method) => method === 'dpop' || method === 'mtls');
      if (accept.value.includes('bearer') || methods.length === 0 || methods.some((method) => offers[method])) continue;
      yield {
        at: document.at,
        message: `policy ${policy.name} accepts ${methods.join(' and ')} only, but the metadata offers neither: ${methods.map((method) => (method === 'dpop' ? name : 'tls_client_certificate_bound_access_tokens')).join(', ')}`,
        subject: `${documentOf(document)}/binding/${policy.name}`,
        value: methods.join(' '),
        ...(accept.at === null ? {} : { related: [{ at: accept.at, message: 'what the policy accepts' }] }),
      };
    }
  },
};
