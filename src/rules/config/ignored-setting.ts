import type { Rule } from '../../model/finding.ts';
import { krakend } from '../example-configs.ts';
import { remarkRule } from '../remark-rule.ts';

export const rule: Rule<'estate'> = remarkRule('ignored-setting', {
  id: 'config/ignored-setting',
  severity: 'warning',
  securitySeverity: 4.0,
  confidence: 'certain',
  summary: 'A setting has no effect beside another one.',
  why: 'Somebody wrote it to change something and nothing changed. Predictions and reviews that believe it are wrong.',
  fix: 'Set what it depends on, or remove it.',
  sources: ['OWASP ASVS 5.0 chapter V13'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'krakend.json': krakend({ validator: { cache: undefined } }) } }],
    good: [{ files: { 'krakend.json': krakend() } }],
  },
});
