import type { Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { diagnosisRule } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = diagnosisRule('malformed', {
  id: 'jwks/malformed',
  severity: 'error',
  securitySeverity: 7.0,
  confidence: 'certain',
  summary: 'A key lacks a required member, or a member has the wrong type.',
  why: 'Verifiers disagree on a broken key: some skip it, some refuse the whole set. Then valid tokens fail in one service and pass in the next.',
  fix: 'Publish the key again from the tool that made it; do not edit key sets by hand.',
  sources: ['RFC 7517 section 4', 'RFC 7518 section 6', 'RFC 8037 section 2'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'jwks.json': keySetText({ kty: 'RSA', kid: 'rsa-1', use: 'sig', alg: 'RS256', e: 'AQAB' }) } },
      { files: { 'jwks.json': keySetText({ ...EC_GOOD, crv: 'P-257' }) } },
    ],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
});
