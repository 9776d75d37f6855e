import type { Rule } from '../../model/finding.ts';
import { inventoryText } from '../example-documents.ts';

const CHANNEL = '- { name: revoked, type: denylist, keys: [jti, kid], delivery: push, store_lag: 0s }';
const VERIFIER = (interval: string): string => `- name: orders
  environment: prod
  issuer: main
  library: { name: jose, version: 6.2.18 }
  channels:
    - { use: revoked, ${interval}negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }`;

export const rule: Rule<'estate'> = {
  id: 'revocation/push-no-reconcile',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.0,
  confidence: 'certain',
  summary: 'A verifier is told of revocations and never reads the whole list.',
  why: 'Messages get lost: a pod restarts, a connection drops, a broker fails over. The verifier that missed one accepts what was revoked for as long as it runs, while every dashboard shows the message as sent.',
  fix: 'Read the whole list at start and at an interval below the objective, and declare it as poll_interval of the channel.',
  sources: ['RFC 8935 section 4', 'RFC 8936 section 2', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'inventory.yaml': inventoryText({ channels: CHANNEL, verifiers: VERIFIER('') }) } }],
    good: [
      {
        files: { 'inventory.yaml': inventoryText({ channels: CHANNEL, verifiers: VERIFIER('poll_interval: 30s, ') }) },
      },
    ],
  },
  *check({ inventories }) {
    for (const { name, channels, verifiers } of inventories) {
      const pushed = new Set(channels.filter(({ delivery }) => delivery === 'push').map((channel) => channel.name));
      for (const verifier of verifiers) {
        for (const { channel, interval, at } of verifier.channels) {
          if (!pushed.has(channel) || typeof interval.value === 'number') continue;
          yield {
            at: interval.origin === 'explicit' ? (interval.at ?? at) : at,
            message: `verifier "${verifier.name}" is told of revocations by channel "${channel}" and ${interval.value === 'unbounded' ? 'never reads the whole list' : 'declares no interval at which it reads the whole list'}: one lost message is never made up for`,
            subject: `inventory ${name}/verifiers[${verifier.name}].channels[${channel}].poll_interval`,
            value: interval.value,
          };
        }
      }
    }
  },
};
