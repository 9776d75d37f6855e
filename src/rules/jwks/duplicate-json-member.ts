import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { nameOf, subjectOf } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = {
  id: 'jwks/duplicate-json-member',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'A key set writes one member twice.',
  why: 'JSON parsers disagree: most keep the last value, some the first, some refuse. One verifier then trusts another key than the next one, from the same file.',
  fix: 'Keep one of the two; find out which tool wrote the other.',
  sources: ['RFC 7517 section 4', 'RFC 8259 section 4'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(EC_GOOD).replace('"use"', '"kid":"ec-0","use"') } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
  *check({ at, keys, duplicateMembers }): Iterable<Report> {
    for (const name of duplicateMembers) {
      yield { at, message: `the set has member ${show(name)} twice`, subject: `set.${name}`, value: name };
    }
    for (const key of keys) {
      for (const name of key.duplicateMembers) {
        yield {
          at: key.locate(name),
          message: `${nameOf(key)} has member ${show(name)} twice; this is the last`,
          subject: `${subjectOf(key)}.${name}`,
          value: name,
        };
      }
    }
  },
};

function show(name: string): string {
  return JSON.stringify(name.slice(0, 40));
}
