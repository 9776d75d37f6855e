import type { Estate, Report, Rule } from '../../model/finding.ts';
import { startOf as beginningOf } from '../../model/location.ts';
import { isFiniteBound, showBound, showSeconds } from '../../model/quantity.ts';
import type { StoredResult } from '../../model/stored-result.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import { drillResultText } from '../example-drill-results.ts';
import { measuredDrills } from '../recorded-drills.ts';

const DOCUMENTS = {
  'policy.yaml': policyText('orders', 'revocation: { objectives: { signing_key: { max: 10m } } }'),
  'inventory.yaml': inventoryText({
    verifiers: `- name: api
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }
  settings: { key_cache_ttl: 5m, fetch_timeout: 5s }`,
  }),
};

export const rule: Rule<'estate'> = {
  id: 'drill/measured-over-predicted',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.1,
  confidence: 'certain',
  summary: 'The newest drill measured a longer time than was predicted for the verifier.',
  why: 'A prediction is the longest time that the configuration allows. A verifier that took longer does not run what the inventory says, or has a cache that nobody knows of, so every other promise about it is in doubt too.',
  fix: 'Compare what is deployed with the inventory, correct it or declare the missing cache, and run the drill again.',
  sources: ['docs/drill-results.md#rules'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          ...DOCUMENTS,
          'drills/results/leaked-signing-key/r.json': drillResultText({
            startedAt: '2026-05-20T09:00:00Z',
            lower: 400_000,
            upper: 401_000,
            predicted: 370_000,
          }),
        },
      },
    ],
    good: [
      {
        files: {
          ...DOCUMENTS,
          'drills/results/leaked-signing-key/a.json': drillResultText({
            startedAt: '2026-05-20T09:00:00Z',
            lower: 400_000,
            upper: 401_000,
            predicted: 370_000,
          }),
          'drills/results/leaked-signing-key/b.json': drillResultText({
            startedAt: '2026-05-27T09:00:00Z',
            lower: 300_000,
            upper: 301_000,
            predicted: 370_000,
          }),
        },
        note: 'the newest drill counts',
      },
      {
        files: {
          ...DOCUMENTS,
          'drills/results/leaked-signing-key/r.json': drillResultText({
            startedAt: '2026-05-20T09:00:00Z',
            lower: 300_000,
            upper: 301_000,
            predicted: 370_000,
          }),
        },
      },
    ],
  },
  *check(estate): Iterable<Report> {
    const seen = new Set<string>();
    for (const stored of measuredDrills(estate)) yield* overIn(stored, estate, seen);
  },
};

/** Verifiers of one result that nobody newer has measured. */
function* overIn(stored: StoredResult, estate: Estate, seen: Set<string>): Iterable<Report> {
  const { scenario, environment, arms } = stored.result;
  for (const { arm, units } of arms) {
    for (const { unit, verifier, interval, predicted, model } of units) {
      const subject = `verifier ${environment.name}/${verifier}/${scenario}/${arm}/${unit}`;
      if (interval === null || seen.has(subject)) continue;
      seen.add(subject);
      if (model !== 'exceeded' || !isFiniteBound(predicted)) continue;
      const result = beginningOf(stored.file);
      const declared = estate.predictions.find(
        (one) => one.verifier === verifier && one.environment === environment.name && one.scenario === scenario,
      );
      yield {
        at: declared?.at ?? result,
        message: `verifier "${verifier}" still accepted after ${showSeconds(interval.lower)} in drill "${stored.result.drill.name}", at most ${showBound(predicted)} was predicted`,
        subject,
        value: 'exceeded',
        ...(declared === undefined ? {} : { related: [{ at: result, message: `run ${stored.result.runId}` }] }),
      };
    }
  }
}
