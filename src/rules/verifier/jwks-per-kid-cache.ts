import type { Rule } from '../../model/finding.ts';
import { showBound } from '../../model/quantity.ts';
import { basisOf, known, labelOf, subjectOf } from '../config-facts.ts';
import { knownVerifiers } from '../config-products.ts';
import { npmLock } from '../example-configs.ts';

export const rule: Rule<'estate'> = {
  id: 'verifier/jwks-per-kid-cache',
  on: 'estate',
  severity: 'info',
  securitySeverity: 3.9,
  confidence: 'likely',
  summary: 'A verifier caches every key on its own, so a new key does not push an old one out.',
  why: 'Where the whole set is replaced, one token under a new key makes a verifier forget what was removed. Here it only adds an entry, and the leaked key stays for its full time-to-live, longer when it is renewed.',
  fix: 'Count with the full time-to-live in an incident; shorten it, or restart.',
  sources: ['docs/concepts.md#key-caches'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'package-lock.json': npmLock({ 'jwks-rsa': '4.1.0', jsonwebtoken: '9.0.3' }) } }],
    good: [{ files: { 'package-lock.json': npmLock({ jose: '6.2.18' }) } }],
  },
  *check(estate) {
    for (const { config, product } of knownVerifiers(estate)) {
      if (product.scope !== 'kid' || product.cacheClass === 'h') continue;
      const cached = config.kind === 'verifier' ? known(config.facts.keyCacheTtl) : null;
      const { value, source } = cached ?? product.keyCacheTtl;
      // Nothing is cached, so nothing could be shortened.
      if (value === 0) continue;
      const isEndless = value === 'unbounded';
      const basis = cached === null ? ` by default (${source ?? ''})` : basisOf(cached);
      yield {
        at: config.at,
        message: `${labelOf(config)} (${product.title}) caches each key on its own ${isEndless ? 'without end' : `for ${showBound(value)}`}${basis}; tokens under a new key do not shorten it`,
        severity: isEndless ? 'warning' : 'info',
        subject: subjectOf(config, 'keyCacheScope'),
        value: product.id,
      };
    }
  },
};
