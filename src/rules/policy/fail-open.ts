import type { Rule } from '../../model/finding.ts';
import type { ChannelKey } from '../../model/policy.ts';
import { known, reportOn } from '../config-facts.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import { replace } from '../repairs.ts';

const USE = (mode: string): string => `- name: orders
  environment: prod
  issuer: main
  library: { name: jose, version: 6.2.18 }
  channels:
    - { use: denylist, poll_interval: 10s, negative_cache: 0s, fetch_timeout: 2s${mode} }`;
const CHANNEL = '- { name: denylist, type: denylist, keys: [jti], store_lag: 0s }';

export const rule: Rule<'estate'> = {
  id: 'policy/fail-open',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 6.8,
  confidence: 'certain',
  summary: 'A revocation channel lets tokens pass while it cannot be reached.',
  why: 'Whoever can make the denylist or the introspection endpoint unreachable revives every token that was revoked. In an incident the channel is under load, so this is when it happens by itself too.',
  fix: 'Set fail_mode: closed, and make the channel as available as the service: a local copy with a bounded age.',
  sources: ['OWASP ASVS 5.0 16.5.3', 'RFC 7662 section 4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'inventory.yaml': inventoryText({ channels: CHANNEL, verifiers: USE(', fail_mode: open') }),
        },
      },
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'revocation:\n  channels:\n    - { type: denylist, keys: [kid], poll_interval: 10s, fail_mode: open }',
          ),
        },
        note: 'A channel that ends keys makes it an error.',
      },
      {
        files: { 'inventory.yaml': inventoryText({ channels: CHANNEL, verifiers: USE('') }) },
        note: 'Undeclared counts as open, and is a hint only.',
      },
    ],
    good: [
      {
        files: {
          'inventory.yaml': inventoryText({ channels: CHANNEL, verifiers: USE(', fail_mode: closed') }),
        },
      },
    ],
  },
  *check({ policies, inventories, configs }) {
    for (const config of configs) {
      const fact = config.kind === 'verifier' ? known(config.facts.revocationFailsOpen) : null;
      if (fact === null || !fact.value) continue;
      yield reportOn(config, 'revocationFailsOpen', fact, {
        says: 'fails open: while its channel cannot be reached, what it revoked is accepted',
        severity: 'warning',
        value: 'open',
      });
    }
    const seen = new Set<string>();
    for (const policy of policies) {
      for (const { type, keys, failMode, at } of policy.channels) {
        const place = failMode.at ?? at;
        const key = `${place.file}:${place.line}:${place.column}`;
        // Inherited channels are told of once, where they are written.
        if (failMode.value !== 'open' || seen.has(key)) continue;
        seen.add(key);
        yield {
          at: place,
          severity: severityFor(keys),
          message: `channel ${type} of policy "${policy.name}" fails open: while it cannot be reached, what it revoked is accepted`,
          subject: `policy ${policy.name}/revocation.channels[${type}].fail_mode`,
          value: 'open',
          ...replace(failMode, 'closed', false),
        };
      }
    }
    for (const { name, verifiers, channels } of inventories) {
      for (const verifier of verifiers) {
        for (const { channel, failMode, at } of verifier.channels) {
          if (failMode.value !== 'open') continue;
          const keys = channels.find((declared) => declared.name === channel)?.keys ?? [];
          const isWritten = failMode.origin === 'explicit';
          yield {
            at: (isWritten ? failMode.at : null) ?? at,
            severity: isWritten ? severityFor(keys) : 'info',
            message: isWritten
              ? `verifier "${verifier.name}" fails open: while channel "${channel}" cannot be reached, what it revoked is accepted`
              : `verifier "${verifier.name}" does not declare what it does while channel "${channel}" cannot be reached; it counts as open`,
            subject: `inventory ${name}/verifiers[${verifier.name}].channels[${channel}].fail_mode`,
            value: isWritten ? 'open' : 'undeclared',
            ...replace(failMode, 'closed', false),
          };
        }
      }
    }
  },
};

function severityFor(keys: readonly ChannelKey[]): 'error' | 'warning' {
  return keys.includes('kid') ? 'error' : 'warning';
}
