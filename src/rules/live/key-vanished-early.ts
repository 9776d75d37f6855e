import type { Report, Rule } from '../../model/finding.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { issuerToken } from '../example-history.ts';
import { FRESH, asOf, minute, nameOfTimeline, subjectOfTimeline, tokensOf } from '../history-facts.ts';
import { secondsOf } from '../token-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/key-vanished-early',
  on: 'history',
  severity: 'error',
  securitySeverity: 5,
  confidence: 'certain',
  summary: 'A key left every replica while tokens that it signed were still valid.',
  why: 'From that moment on legitimate users were refused until they logged in again. A team that sees this at each rotation stops rotating, and does not dare to in the incident.',
  fix: 'Keep a retired key published for the longest lifetime of its tokens plus leeway. If it was removed because it leaked, this is what was meant.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'token.jwt': issuerToken({ iat: '2026-05-19T12:00:00Z', exp: '2026-05-21T12:00:00Z' }),
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
            { at: '2026-05-20T00:00:00Z', keys: [RSA_GOOD], rounds: 3, last: '2026-05-22T00:00:00Z' },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'token.jwt': issuerToken({ iat: '2026-05-19T12:00:00Z', exp: '2026-05-19T13:00:00Z' }),
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD, RSA_GOOD] },
            { at: '2026-05-20T00:00:00Z', keys: [RSA_GOOD], rounds: 3, last: '2026-05-22T00:00:00Z' },
          ]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    for (const line of history.keys) {
      const { goneSince, isRemoved, roundsGone } = line;
      if (!isRemoved || goneSince === null || asOf(history, estate) - goneSince > FRESH) continue;
      const stranded = tokensOf(history, estate).filter(
        (token) =>
          line.names.some(({ kid }) => kid === token.header['kid']) &&
          (secondsOf(token.claims, 'exp') ?? 0) * 1000 > goneSince &&
          (secondsOf(token.claims, 'iat') ?? 0) * 1000 < goneSince,
      );
      const longest = Math.max(...stranded.map(({ claims }) => (secondsOf(claims, 'exp') ?? 0) * 1000));
      if (stranded.length === 0) continue;
      yield {
        at: line.key.at,
        message: `${nameOfTimeline(line)} was gone on ${minute(goneSince)} (${roundsGone} rounds), but ${stranded.length === 1 ? 'a recorded token of it was' : `${stranded.length} recorded tokens of it were`} valid until ${minute(longest)}`,
        subject: subjectOfTimeline(line),
        value: minute(goneSince),
        related: stranded.slice(0, 4).map(({ at }) => ({ at, message: 'a token that was refused from then on' })),
      };
    }
  },
};
