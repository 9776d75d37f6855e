import type { Report, Rule } from '../../model/finding.ts';
import type { KeyFacts } from '../../model/key.ts';
import { EC_GOOD, EC_OTHER, keySetText } from '../example-keys.ts';
import { materialOf } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = {
  id: 'jwks/material-under-many-kids',
  on: 'jwks',
  severity: 'warning',
  securitySeverity: 4.5,
  confidence: 'certain',
  summary: 'One key stands in the set under several kids.',
  why: 'Denylisting one kid leaves the same key trusted under the other. After a leak that is a revocation which did not happen.',
  fix: 'Keep one kid for one key; when a key leaks, remove all its names.',
  sources: ['RFC 7517 section 4.5'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(EC_GOOD, { ...EC_GOOD, kid: 'ec-1-old' }) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD, EC_OTHER) } }],
  },
  *check({ keys }): Iterable<Report> {
    const byMaterial = new Map<string, KeyFacts[]>();
    for (const key of keys) {
      const material = materialOf(key);
      if (material === null || material === '' || key.kid === null) continue;
      byMaterial.set(material, [...(byMaterial.get(material) ?? []), key]);
    }
    for (const group of byMaterial.values()) {
      const kids = [...new Set(group.map(({ kid }) => kid ?? ''))].sort();
      const [first, second] = group.filter(({ kid }, index) => group.findIndex((key) => key.kid === kid) === index);
      if (first === undefined || second === undefined) continue;
      yield {
        at: second.locate('kid'),
        message: `one key has ${kids.length} kids: ${kids.map((kid) => JSON.stringify(kid.slice(0, 80))).join(', ')}`,
        subject: `keys[thumbprint=${first.thumbprint ?? ''}].kid`,
        value: kids.join(' '),
        related: [{ at: first.locate('kid'), message: 'the same key' }],
      };
    }
  },
};
