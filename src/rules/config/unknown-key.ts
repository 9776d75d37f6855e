import type { Rule } from '../../model/finding.ts';
import { krakend } from '../example-configs.ts';
import { remarkRule } from '../remark-rule.ts';

export const rule: Rule<'estate'> = remarkRule('unknown-setting', {
  id: 'config/unknown-key',
  severity: 'warning',
  securitySeverity: 5.0,
  confidence: 'certain',
  summary: 'A setting has a name that the product does not know.',
  why: 'The product passes over it in silence, so what it was meant to restrict is unrestricted. The file looks right to everybody who reads it.',
  fix: 'Write the name as the product’s reference has it, or remove the setting.',
  sources: ['OWASP ASVS 5.0 chapter V13'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'krakend.json': krakend({ validator: { audiences: ['orders'] } }) } }],
    good: [{ files: { 'krakend.json': krakend() } }],
  },
});
