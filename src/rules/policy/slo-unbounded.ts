import type { Rule, Severity } from '../../model/finding.ts';
import type { Scenario } from '../../model/policy.ts';
import type { Prediction } from '../../model/prediction.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import {
  LEAKED,
  guaranteed,
  isPromised,
  placeInVerifier,
  predictionSubject,
  relatedPlaces,
  showEndless,
  showObjective,
  showVerifier,
} from '../prediction-text.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    signing_key: { max: 10m }');
const VERIFIER = (library: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { ${library} }`;

export const rule: Rule<'estate'> = {
  id: 'policy/slo-unbounded',
  on: 'estate',
  severity: 'error',
  securitySeverity: 8.6,
  confidence: 'likely',
  summary: 'Nothing limits how long a verifier accepts what leaked.',
  why: 'Some caches never look at a key again that they know, and a lost push message is never made up for. A leaked key then works at this verifier until somebody restarts it, and no one knows when that is.',
  fix: 'Do what the message says would bound it: a time-to-live, a reconcile interval, another library, or a channel that names the key.',
  sources: ['docs/concepts.md', 'OpenID Connect Core 1.0 section 10.1.1', 'RFC 8725 section 3.10'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ verifiers: VERIFIER('name: aws-jwt-verify, version: 5.2.1') }),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ verifiers: VERIFIER('name: jose, version: 6.2.18') }),
        },
      },
    ],
  },
  *check(estate) {
    for (const prediction of toldOnce(guaranteed(estate).filter(({ verdict }) => verdict === 'unbounded'))) {
      const endless = prediction.addends.filter(({ value }) => value === 'unbounded');
      if (isToldByItself(prediction, endless)) continue;
      const remedy =
        prediction.wouldBeBoundedBy === null ? '' : `; it would be bounded by ${prediction.wouldBeBoundedBy}`;
      yield {
        at: placeInVerifier(
          prediction,
          endless.map(({ at }) => at),
          estate,
        ),
        severity: severityOf(prediction, endless),
        message: `nothing limits how long verifier "${showVerifier(prediction)}" accepts ${LEAKED[prediction.scenario]}, ${showObjective(prediction)}: ${endless.map((addend) => showEndless(addend, prediction)).join(', ')}${remedy}`,
        subject: predictionSubject(prediction),
        value: 'unbounded',
        related: relatedPlaces(endless, prediction),
      };
    }
  },
};

/** Keys that are never looked at again, keys in the configuration, an exp that nobody looks at, and cached decisions. */
const TOLD: ReadonlySet<string> = new Set(['C', 'D_cfg', 'L', 'V']);

/**
 * Whether the cause stands in a configuration file, where it is a finding of its own, and nobody promised anything that it
 * could break.
 */
function isToldByItself({ partial, objective }: Prediction, endless: Prediction['addends']): boolean {
  const causes = endless.filter(({ symbol }) => symbol !== 'l');
  return partial === true && objective === null && causes.length > 0 && causes.every(({ symbol }) => TOLD.has(symbol));
}

/** A fetch without a time-out ends in practice, though nothing says when: nobody keeps a connection open for days. */
function severityOf(prediction: Prediction, endless: Prediction['addends']): Severity {
  const isSlowFetch = endless.every(({ symbol, origin }) => symbol === 'l' && origin !== 'explicit');
  if (isPromised(prediction)) return isSlowFetch ? 'warning' : 'error';
  return isSlowFetch ? 'info' : 'warning';
}

/** Which scenario speaks for others with the same cause. */
const FIRST: readonly Scenario[] = ['signing_key', 'access_token', 'refresh_token'];

/** Without an objective, one wait without end is told for one scenario of a verifier and not again for each that has it. */
function toldOnce(endless: readonly Prediction[]): readonly Prediction[] {
  const rank = ({ scenario }: Prediction): number => {
    const place = FIRST.indexOf(scenario);
    return place === -1 ? FIRST.length : place;
  };
  const told = new Set<string>();
  const spoken = new Set(
    endless
      .toSorted((a, b) => rank(a) - rank(b))
      .filter((prediction) => {
        if (prediction.objective !== null) return true;
        const key = [prediction.environment, prediction.verifier, ...causes(prediction)].join('\n');
        return told.size < told.add(key).size;
      }),
  );
  return endless.filter((prediction) => spoken.has(prediction));
}

function causes({ addends }: Prediction): readonly string[] {
  return addends.filter(({ value }) => value === 'unbounded').map(({ symbol, label }) => `${symbol} ${label}`);
}
