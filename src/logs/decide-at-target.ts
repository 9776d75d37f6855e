/** The decision on a recorded use by everything that applies where it happened: several policies, and waivers in force. */
import type { EffectivePolicy } from '../model/policy.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import type { Waiver } from '../model/waiver.ts';
import type { TargetComposition } from '../policy/compose-target.ts';
import { composeTarget } from '../policy/compose-target.ts';
import type { DecisionInputs, UseDecision } from './decide-use.ts';
import { decideUse, inputsOf, joinInputs } from './decide-use.ts';

export interface TargetPolicies {
  readonly policies: readonly EffectivePolicy[];
  readonly waivers: readonly Waiver[];
  /** Environment that the log was written in; null when nobody said, then all of them must agree. */
  readonly environment: string | null;
  /** Milliseconds since the epoch: which waivers count. */
  readonly at: number;
}

export interface TargetDecision {
  readonly decide: (use: RecordedUse) => UseDecision;
  readonly inputs: DecisionInputs;
}

/** Targets whose composition is remembered; a log with more names than this is no log of services. */
const MAX_COMPOSITIONS = 10_000;

/**
 * How uses are decided. A use whose service the log does not name is decided by all services alike, and unknown where they
 * differ; so is the environment. Where no policy is enforced, everything is accepted.
 */
export function decideAtTarget(version: TargetPolicies): TargetDecision {
  const known = new Map<string, TargetComposition>();
  const places = placesOf(version);
  const compose = (service: string, environment: string, route: string): TargetComposition => {
    const key = JSON.stringify([service, environment, route]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const target = { service, environment, route, labels: {}, tokenClass: 'access_token' as const };
    const composition = composeTarget(version.policies, version.waivers, target, version.at);
    if (known.size < MAX_COMPOSITIONS) known.set(key, composition);
    return composition;
  };
  const inputs = version.policies.map((policy) => inputsOf(policy));
  return {
    inputs: { ...joinInputs(inputs), target: true },
    decide: (use) => {
      const service = use.target ?? use.verifier;
      const services = service === null ? places.services : [service];
      const decisions = services.flatMap((name) =>
        places.environments.map((environment) => decideComposed(compose(name, environment, use.route ?? '*'), use)),
      );
      return agreed(decisions);
    },
  };
}

/** What selectors tell apart; at least one of each. */
function placesOf({ policies, environment }: TargetPolicies): {
  readonly services: string[];
  readonly environments: string[];
} {
  const named = (pick: (scope: EffectivePolicy['appliesTo']) => readonly string[] | 'all'): string[] => {
    const all = policies.flatMap(({ appliesTo }) => {
      const names = pick(appliesTo);
      return names === 'all' ? ['*'] : names;
    });
    return [...new Set(all.length === 0 ? ['*'] : all)].sort();
  };
  return {
    services: named(({ services }) => services),
    environments: environment === null ? named(({ environments }) => environments) : [environment],
  };
}

function decideComposed({ enforced, permitted }: TargetComposition, use: RecordedUse): UseDecision {
  if (enforced === null) return { verdict: 'accept' };
  const first = decideUse(enforced, use);
  if (first.verdict === 'accept') return first;
  const others = permitted.map(({ policy }) => decideUse(policy, use));
  return (
    others.find(({ verdict }) => verdict === 'accept') ?? others.find(({ verdict }) => verdict === 'unknown') ?? first
  );
}

/** One answer of all, or none. */
function agreed(decisions: readonly UseDecision[]): UseDecision {
  const [first] = decisions;
  if (first === undefined) return { verdict: 'accept' };
  if (decisions.every(({ verdict }) => verdict === first.verdict)) return first;
  const undecided = decisions.flatMap((decision) => (decision.verdict === 'unknown' ? decision.undecided : []));
  const place = { dimension: 'route', member: 'target', key: 'target' } as const;
  return { verdict: 'unknown', undecided: [place, ...undecided] };
}
