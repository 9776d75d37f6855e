import type { Rule } from '../../model/finding.ts';
import { krakend } from '../example-configs.ts';
import { remarkRule } from '../remark-rule.ts';

export const rule: Rule<'estate'> = remarkRule('unit-suspect', {
  id: 'config/unit-suspect',
  severity: 'warning',
  securitySeverity: 3.5,
  confidence: 'possible',
  summary: 'A number looks like one of another unit.',
  why: 'Fifteen that was meant in minutes and counts in seconds fetches keys all the time; the other way round it keeps a leaked one for a day. Both work in every test.',
  fix: 'Write the number in the unit of the setting, or with a unit where the product takes one.',
  sources: ['OWASP ASVS 5.0 chapter V13'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'krakend.json': krakend({ validator: { cache_duration: 15 } }) } }],
    good: [{ files: { 'krakend.json': krakend({ validator: { cache_duration: 900 } }) } }],
  },
});
