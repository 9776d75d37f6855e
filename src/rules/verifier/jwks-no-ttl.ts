import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { VerifierConfig } from '../../model/config.ts';
import { isWritten, known, labelOf, reportOn, subjectOf } from '../config-facts.ts';
import { keepsObjective, objectiveOf, placeOfLimit } from '../config-policies.ts';
import { knownVerifiers } from '../config-products.ts';
import { showBound } from '../../model/quantity.ts';

const GO_MOD = (requirement: string): string => `module example.com/orders

go 1.24

require ${requirement}
`;

export const rule: Rule<'estate'> = {
  id: 'verifier/jwks-no-ttl',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 7.2,
  confidence: 'likely',
  summary: 'A verifier never forgets a key that it knows.',
  why: 'It fetches the key set only for a kid it has not seen, so a key that was removed after a leak is accepted until the process ends. The thief uses the old kid and causes no fetch.',
  fix: 'Restart after removing a key, send one token under a new key to every replica, or put a bounded cache in front; then declare and drill that step.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1', 'docs/concepts.md#key-caches'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'go.mod': GO_MOD('github.com/coreos/go-oidc/v3 v3.4.0') } }],
    good: [{ files: { 'go.mod': GO_MOD('github.com/MicahParks/keyfunc/v3 v3.7.0') } }],
  },
  *check(estate): Iterable<Report> {
    const told = new Set<string>();
    for (const { config, product } of knownVerifiers(estate)) {
      if (config.kind === 'verifier' && known(config.facts.keyCacheTtl) !== null) continue;
      if (
        product.keyCacheTtl.value !== 'unbounded' ||
        product.cacheClass === 'f' ||
        told.has(config.name + config.file)
      ) {
        continue;
      }
      told.add(config.name + config.file);
      yield {
        at: config.at,
        message: `${labelOf(config)} (${product.title}) uses a key it knows without end (${product.keyCacheTtl.source})${product.wouldBeBoundedBy === null ? '' : `; it would be bounded by ${product.wouldBeBoundedBy}`}`,
        confidence: config.kind === 'verifier' ? 'likely' : 'possible',
        subject: subjectOf(config, 'keyCacheTtl'),
        value: 'unbounded',
        ...promiseOf(config.kind === 'verifier' ? config : null, estate),
      };
    }
    for (const config of estate.configs) {
      if (config.kind !== 'verifier' || known(config.facts.keySource)?.value === 'static') continue;
      const fact = known(config.facts.keyCacheTtl);
      if (fact === null || fact.value !== 'unbounded') continue;
      const objective = objectiveOf(config, 'signing_key', estate);
      const isPromised = objective !== null && objective.at !== null && !keepsObjective(config, 'signing_key', estate);
      yield reportOn(config, 'keyCacheTtl', fact, {
        says: 'uses a key it knows without end',
        so: isPromised
          ? `; policy "${objective.policy}" promises ${showBound(objective.max)} for a leaked signing key`
          : '; a removed key is accepted until the process ends',
        severity: isPromised || isWritten(fact) ? 'error' : 'warning',
        unwritten: isPromised ? 'error' : 'warning',
        value: 'unbounded',
        related: objective === null ? [] : placeOfLimit(objective, 'objective for signing_key'),
      });
    }
  },
};

/** A promise that somebody wrote makes it an error. */
function promiseOf(config: VerifierConfig | null, estate: Estate): Partial<Report> {
  const objective = config === null ? null : objectiveOf(config, 'signing_key', estate);
  if (config === null || objective === null || objective.at === null) return {};
  if (keepsObjective(config, 'signing_key', estate)) return {};
  return { severity: 'error', related: placeOfLimit(objective, 'objective for signing_key') };
}
