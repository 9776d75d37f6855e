import type { Report, Rule } from '../../model/finding.ts';
import { ISSUER_POLICY, historyText, issuerToken } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { showBound } from '../../model/quantity.ts';
import {
  minute,
  nameOfTimeline,
  policiesFor,
  signingKeys,
  span,
  subjectOfTimeline,
  tokensOf,
} from '../history-facts.ts';
import { byDefault } from '../policy-facts.ts';
import { secondsOf } from '../token-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/prepublish-missing',
  on: 'history',
  severity: 'warning',
  securitySeverity: 4,
  confidence: 'certain',
  summary: 'A key signed tokens before verifiers could have known it.',
  why: 'Verifiers fetch when their cache ends, or for an unknown kid no more often than their cooldown allows. Tokens under a key that was not published long enough before are refused, most in the minutes after an emergency rotation.',
  fix: 'Publish the next key at least keys.pre_publish before it signs; keep a standby key published at all times.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'token.jwt': issuerToken({ iat: '2026-05-19T12:10:00Z', exp: '2026-05-19T12:25:00Z' }),
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [RSA_GOOD], last: '2026-05-19T11:30:00Z', rounds: 800 },
            { at: '2026-05-19T12:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'token.jwt': issuerToken({ iat: '2026-05-19T12:10:00Z', exp: '2026-05-19T12:25:00Z' }),
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [RSA_GOOD], last: '2026-05-10T11:30:00Z', rounds: 400 },
            { at: '2026-05-10T12:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
          ]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const [needed] = policiesFor(history, estate)
      .map(({ keys }) => keys.prePublish)
      .sort((a, b) => b.value - a.value);
    if (needed === undefined) return;
    for (const line of signingKeys(history)) {
      const { absentAt, first } = line;
      if (absentAt === null) continue;
      const used = tokensOf(history, estate)
        .filter(({ header }) => line.names.some(({ kid }) => kid === header['kid']))
        .flatMap((token) => {
          const iat = secondsOf(token.claims, 'iat');
          return iat === null ? [] : [{ token, time: iat * 1000 }];
        })
        .sort((a, b) => a.time - b.time)[0];
      // It was published after the last round without it, so this is the most that verifiers can have had.
      if (used === undefined || used.time - absentAt >= needed.value) continue;
      yield {
        at: line.at,
        message: `${nameOfTimeline(line)} was first seen ${minute(first)} and signed a token at ${minute(used.time)}: published ${used.time < absentAt ? 'after' : `at most ${span(used.time - absentAt)} before`} it signed, the policy asks for ${showBound(needed.value)}${byDefault(needed)}`,
        subject: subjectOfTimeline(line),
        value: minute(used.time),
        related: [{ at: used.token.at, message: 'the first recorded token' }],
      };
    }
  },
};
