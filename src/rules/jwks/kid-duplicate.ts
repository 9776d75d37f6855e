import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, EC_OTHER, keySetText } from '../example-keys.ts';
import { materialOf } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = {
  id: 'jwks/kid-duplicate',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 5.5,
  confidence: 'certain',
  summary: 'Two different keys of one set share a kid.',
  why: 'Few verifiers try both; most take the first or the last, so tokens pass or fail by the order of the set. Revoking the kid takes both keys or the wrong one.',
  fix: 'Give the younger key a kid of its own and sign under it.',
  sources: ['RFC 7517 section 4.5'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(EC_GOOD, { ...EC_OTHER, kid: 'ec-1' }) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD, EC_OTHER) } }],
  },
  *check({ keys }): Iterable<Report> {
    const kids = new Set(keys.flatMap(({ kid }) => (kid === null ? [] : [kid])));
    for (const kid of kids) {
      const [first, ...others] = keys.filter((key) => key.kid === kid);
      const other = others.find((key) => first !== undefined && !isSame(materialOf(first), materialOf(key)));
      if (first === undefined || other === undefined) continue;
      const differsInKind = first.kty !== other.kty;
      yield {
        at: other.locate('kid'),
        message: differsInKind
          ? `kid ${show(kid)} names a ${first.kty} and a ${other.kty} key; many verifiers see only one of them`
          : `kid ${show(kid)} names two different keys`,
        // RFC 7517 section 4.5 allows one kid for equivalent keys of different kinds.
        severity: differsInKind ? 'warning' : 'error',
        subject: `keys[kid=${kid}].kid`,
        value: kid,
        related: [{ at: first.locate('kid'), message: 'the first key of this kid' }],
      };
    }
  },
};

/** Symmetric and broken keys cannot be compared, so two of them under one kid count as different. */
function isSame(left: string | null, right: string | null): boolean {
  return left !== null && left === right;
}

function show(kid: string): string {
  return JSON.stringify(kid.slice(0, 80));
}
