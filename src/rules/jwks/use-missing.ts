import type { Report, Rule } from '../../model/finding.ts';
import type { ExampleKey } from '../example-keys.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { nameOf } from '../key-diagnosis.ts';

/** Of other kinds nobody knows what they could be taken for. */
const KINDS: readonly string[] = ['RSA', 'EC', 'OKP'];

const { use: _use, ...useless }: ExampleKey = EC_GOOD;

export const rule: Rule<'jwks'> = {
  id: 'jwks/use-missing',
  on: 'jwks',
  severity: 'info',
  securitySeverity: 2.0,
  confidence: 'certain',
  summary: 'A key does not say what it is for.',
  why: 'Without use or key_ops a verifier may take a key for encryption as one for signatures. One key that serves both lets one protocol attack the other.',
  fix: 'Write "use": "sig" into every signing key.',
  sources: ['RFC 7517 section 4.2', 'RFC 8725 section 3.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(useless) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
  *check({ keys, container }): Iterable<Report> {
    if (container === 'pem') return;
    const silent = keys.filter(({ kty, use, keyOps }) => KINDS.includes(kty ?? '') && use === null && keyOps === null);
    const [first] = silent;
    if (first === undefined) return;
    yield {
      at: first.at,
      message: `${silent.length === 1 ? nameOf(first) : `${silent.length} of ${keys.length} keys`} without use or key_ops`,
      subject: 'set use',
      value: silent.map(({ kid, thumbprint }) => kid ?? thumbprint ?? '').join(' '),
    };
  },
};
