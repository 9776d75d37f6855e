import type { Rule } from '../../model/finding.ts';
import { labelOf, subjectOf } from '../config-facts.ts';
import { knownVerifiers } from '../config-products.ts';
import { npmLock } from '../example-configs.ts';

export const rule: Rule<'estate'> = {
  id: 'verifier/jwks-stale-on-missing',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.8,
  confidence: 'likely',
  summary: 'A verifier serves a removed key from its old copy and renews the copy with each request.',
  why: 'That the key is gone from the set counts as a failed fetch, and a failed fetch is answered from the cache. As long as the thief keeps sending tokens, the leaked key lives.',
  fix: 'Configure the cache without stale answers, use another library, or restart after removing a key.',
  sources: ['docs/concepts.md#key-caches', 'RFC 5861 section 4'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'package-lock.json': npmLock({ 'get-jwks': '11.0.3', 'fast-jwt': '6.3.6' }) } }],
    good: [{ files: { 'package-lock.json': npmLock({ jose: '6.2.18' }) } }],
  },
  *check(estate) {
    for (const { config, product } of knownVerifiers(estate)) {
      if (product.cacheClass !== 'h') continue;
      yield {
        at: config.at,
        message: `${labelOf(config)} (${product.title}) goes on with a key that left the key set, for as long as tokens under it arrive (${product.keyCacheTtl.source})`,
        confidence: config.kind === 'verifier' ? 'likely' : 'possible',
        severity: config.kind === 'verifier' ? 'error' : 'warning',
        subject: subjectOf(config, 'staleOnMissing'),
        value: product.id,
      };
    }
  },
};
