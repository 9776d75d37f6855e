import type { Report, Rule } from '../../model/finding.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, RSA_GOOD } from '../example-keys.ts';
import { materialOf } from '../key-diagnosis.ts';

export const rule: Rule<'history'> = {
  id: 'live/etag-ambiguous',
  on: 'history',
  severity: 'error',
  securitySeverity: 4.5,
  confidence: 'certain',
  summary: 'Two different key sets have the same strong ETag.',
  why: 'A cache that asks whether its copy is still good is told yes, and keeps the set with the removed key for another lifetime, again and again.',
  fix: 'Derive the ETag from the bytes of the set, or leave it out.',
  sources: ['RFC 9110 section 8.8.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              sets: [[EC_GOOD, RSA_GOOD], [EC_GOOD]],
              headers: { 'cache-control': 'max-age=300', etag: '"v1"' },
            },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [EC_GOOD], headers: { 'cache-control': 'max-age=300', etag: '"v1"' } },
          ]),
        },
      },
    ],
  },
  *check(history): Iterable<Report> {
    const tagged = history.observations
      .flatMap(({ fetches, sets }) => fetches.map((fetch) => ({ fetch, set: sets[fetch.set ?? -1] })))
      .flatMap(({ fetch, set }) => {
        const etag = fetch.headers['etag'];
        const materials = set?.keys.map((key) => `${key.kid ?? ''} ${materialOf(key) ?? ''}`).sort();
        return etag === undefined || etag.startsWith('W/') || materials === undefined
          ? []
          : [{ etag, materials: JSON.stringify(materials), at: fetch.at }];
      });
    const newest = tagged.at(-1);
    const other = tagged.findLast(({ etag, materials }) => etag === newest?.etag && materials !== newest.materials);
    if (newest === undefined || other === undefined) return;
    yield {
      at: newest.at,
      message: `ETag ${newest.etag.slice(0, 60)} stands for two different key sets: caches that ask keep the old one`,
      subject: 'headers/etag',
      value: newest.etag,
      related: [{ at: other.at, message: 'the other key set' }],
    };
  },
};
