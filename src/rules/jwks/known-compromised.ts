import type { Rule } from '../../model/finding.ts';
import { ED_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('known-compromised', {
  id: 'jwks/known-compromised',
  severity: 'error',
  securitySeverity: 10.0,
  confidence: 'certain',
  summary: 'The private half of a key is public knowledge.',
  why: 'Examples of RFCs, development keys of packages and keys of broken generators are on lists that anybody can download. Whoever has the list signs as the issuer.',
  fix: 'Treat it as a leaked signing key: publish a new key, remove this one everywhere.',
  sources: ['RFC 7517 appendix A.2', 'RFC 8037 appendix A.1', 'CVE-2008-0166'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...ED_GOOD, x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }) } }],
    good: [{ files: { 'jwks.json': keySetText(ED_GOOD) } }],
  },
});
