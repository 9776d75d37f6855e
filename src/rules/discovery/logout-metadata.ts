import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import { documentOf, policiesOf } from '../discovery-facts.ts';
import { policyText } from '../example-documents.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/logout-metadata',
  on: 'discovery',
  severity: 'warning',
  securitySeverity: 3.5,
  confidence: 'certain',
  summary: 'A policy ends sessions by back-channel logout, but the issuer does not offer it.',
  why: 'The channel exists on paper only: no logout token is ever sent, or none names the session, and a stolen session lives on.',
  fix: 'Turn on back-channel logout with session ids, or declare another channel for the scenario.',
  sources: ['OpenID Connect Back-Channel Logout 1.0 section 2.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'issuers:\n  - issuer: https://id.example.com\nrevocation:\n  channels:\n    - { type: backchannel_logout, keys: [sid] }',
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
            'issuers:\n  - issuer: https://id.example.com\nrevocation:\n  channels:\n    - { type: backchannel_logout, keys: [sid] }',
          ),
          'openid-configuration.json': discoveryText({
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
          }),
        },
      },
    ],
  },
  *check(document, estate): Iterable<Report> {
    for (const policy of policiesOf(document.issuer, estate)) {
      const channel = policy.channels.find(({ type }) => type === 'backchannel_logout');
      if (channel === undefined) continue;
      const names = [
        'backchannel_logout_supported',
        ...(channel.keys.includes('sid') ? ['backchannel_logout_session_supported'] : []),
      ];
      const missing = names.filter((name) => document.members[name] !== true);
      if (missing.length === 0) continue;
      yield {
        at: document.locate(missing[0] ?? 'issuer'),
        message: `policy ${policy.name} uses back-channel logout, but the metadata does not have ${missing.join(' and ')}: true`,
        subject: `${documentOf(document)}/logout/${policy.name}`,
        value: missing.join(' '),
        related: [{ at: channel.at, message: 'the channel' }],
      };
    }
  },
};
