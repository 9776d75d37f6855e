import type { Report, Rule } from '../../model/finding.ts';
import type { IssuerHistory } from '../../model/history.ts';
import type { Estate } from '../../model/finding.ts';
import type { Location } from '../../model/location.ts';
import type { Prediction } from '../../model/prediction.ts';
import type { Millis } from '../../model/quantity.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { freshnessOf } from '../../predict/freshness.ts';
import { ISSUER_POLICY, historyText } from '../example-history.ts';
import { EC_GOOD } from '../example-keys.ts';
import { goodFetches, policiesFor } from '../history-facts.ts';
import { byDefault } from '../policy-facts.ts';

export const rule: Rule<'history'> = {
  id: 'live/maxage-over-slo',
  on: 'history',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'Shared caches may hand out a removed key for longer than the objective allows.',
  why: 'The issuer removes the key, but proxies and content delivery networks in between go on serving the old set as fresh. Every verifier that fetches there trusts the leaked key for another cache time of its own.',
  fix: "Lower s-maxage or max-age and stale-while-revalidate of the JWKS so that, with the verifiers' caches, they fit the objective; or purge the edge as a step of the removal.",
  sources: ['RFC 9111 section 4.2', 'RFC 5861 section 3'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              keys: [EC_GOOD],
              headers: { 'cache-control': 'public, max-age=3600', 'content-type': 'application/json' },
            },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': ISSUER_POLICY,
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              keys: [EC_GOOD],
              headers: { 'cache-control': 'public, max-age=60', 'content-type': 'application/json' },
            },
          ]),
        },
      },
    ],
  },
  *check(history, estate): Iterable<Report> {
    const served = slowest(history);
    if (served === null) return;
    const { at, edge, text } = served;
    const [objective] = policiesFor(history, estate)
      .flatMap(({ objectives }) => objectives.signing_key?.max ?? [])
      .sort((a, b) => a.value - b.value);
    if (objective !== undefined && edge > objective.value) {
      yield {
        at,
        message: `shared caches may serve the key set for ${showBound(edge)} (${text}), the objective for a leaked signing key is ${showBound(objective.value)}${byDefault(objective)}`,
        severity: objective.origin === 'explicit' ? 'error' : 'warning',
        subject: 'freshness',
        value: String(edge),
        ...(objective.at === null ? {} : { related: [{ at: objective.at, message: 'the objective' }] }),
      };
      return;
    }
    for (const missed of overWithMeasured(history, estate, edge)) {
      yield {
        at,
        message: `with the ${showBound(edge)} that shared caches may serve the key set (${text}), ${missed.verifier} needs ${showBound(missed.bound)} to drop a key; its objective is ${showBound(missed.objective.max)}`,
        subject: `freshness/${missed.verifier}`,
        value: String(missed.bound),
        ...(missed.objective.at === null ? {} : { related: [{ at: missed.objective.at, message: 'the objective' }] }),
      };
    }
  },
};

interface Served {
  readonly at: Location;
  /** F + W_s */
  readonly edge: Millis;
  readonly text: string;
}

/** The answer that shared caches may keep longest. */
function slowest(history: IssuerHistory): Served | null {
  const all = goodFetches(history).flatMap(({ headers, at }): readonly Served[] => {
    const { lifetime, staleWhileRevalidate, origin } = freshnessOf(headers);
    if (lifetime === null) return [];
    const stale = staleWhileRevalidate > 0 ? ` + stale-while-revalidate ${showBound(staleWhileRevalidate)}` : '';
    return [{ at, edge: millis(lifetime + staleWhileRevalidate), text: `${origin} ${showBound(lifetime)}${stale}` }];
  });
  return all.sort((a, b) => b.edge - a.edge)[0] ?? null;
}

interface Missed {
  readonly verifier: string;
  readonly bound: Millis;
  readonly objective: NonNullable<Prediction['objective']>;
}

/** Verifiers that keep their objective with the edge times the inventory declares, but not with the measured ones. */
function overWithMeasured(
  history: IssuerHistory,
  { inventories, predictions }: Estate,
  edge: Millis,
): readonly Missed[] {
  const verifiers = inventories.flatMap((inventory) => {
    const names = inventory.issuers.filter(({ issuer }) => issuer === history.issuer).map(({ name }) => name);
    return inventory.verifiers.filter(({ issuer }) => names.includes(issuer)).map(({ name }) => name);
  });
  return predictions.flatMap((prediction): readonly Missed[] => {
    const { verifier, scenario, arm, bound, addends, objective, verdict } = prediction;
    if (scenario !== 'signing_key' || arm !== 'quiet' || verdict !== 'within' || !verifiers.includes(verifier))
      return [];
    const declared = addends.filter(({ symbol }) => symbol === 'F' || symbol === 'W_s').map(({ value }) => value);
    // A bound without edge caches comes from another channel, which they do not touch.
    if (declared.length === 0 || !isFiniteBound(bound) || objective === null || !isFiniteBound(objective.max))
      return [];
    const measured = bound - declared.filter(isFiniteBound).reduce<number>((sum, value) => sum + value, 0) + edge;
    return measured > objective.max ? [{ verifier, bound: millis(measured), objective }] : [];
  });
}
