import type { DimensionChange, GateRule, PolicyChange, PolicyDiff, Verdict } from '../model/change.ts';
import type { GateCause, GateConfig, GateContext } from '../model/gate.ts';
import { canonicalJson, sha256Hex } from '../policy/digest.ts';

/** One thing that the gate asks for, before anybody looked at approvals. */
export interface Demand {
  readonly rule: GateRule;
  readonly cause: string;
  readonly message: string;
  /** What an approval must name; empty where none helps. */
  readonly fingerprints: readonly string[];
  /** Those of them that only an approval with `permanent: true` covers. */
  readonly permanent: readonly string[];
  /** The fewest approvals, whatever the configuration says. */
  readonly atLeast: number;
  readonly hint: string | null;
}

/** First 12 hex digits of SHA-256, as fingerprints of changes have them. */
export function shortDigest(parts: readonly unknown[]): string {
  return sha256Hex(canonicalJson(parts)).slice(0, 12);
}

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  equivalent: 'is equivalent',
  more_permissive: 'accepts more than before',
  less_permissive: 'accepts less than before',
  incomparable: 'accepts other tokens than before',
  ungoverned: 'is governed by no policy any more',
  dead: 'can accept nothing any more',
  unknown: 'cannot be compared',
};

/** Verdicts under which somebody gets in who did not before. */
const LOOSENING: readonly Verdict[] = ['more_permissive', 'incomparable', 'ungoverned'];

/** What the changes of a diff ask for by their kind. */
export function demandsOf(diff: PolicyDiff, config: GateConfig): readonly Demand[] {
  const temporary = temporaryChanges(diff);
  return diff.changes.flatMap((change) => [
    ...verdictDemand(change, config, temporary),
    ...breakingDemand(change, config),
    ...assuranceDemand(change, config),
  ]);
}

function verdictDemand(change: PolicyChange, config: GateConfig, temporary: ReadonlySet<string>): readonly Demand[] {
  const { verdict } = change;
  if (verdict === 'equivalent') return [];
  const looser = ({ direction }: DimensionChange): boolean => direction !== 'tightened';
  const tighter = ({ direction }: DimensionChange): boolean => direction !== 'loosened';
  const accepted = change.dimensions.filter(({ facet }) => facet === 'acceptance');
  const isOneWay = verdict === 'more_permissive' || verdict === 'less_permissive' || verdict === 'dead';
  const wanted = isOneWay ? accepted.filter(verdict === 'more_permissive' ? looser : tighter) : accepted;
  const fingerprints = namesOf(change, wanted);
  const lasting = LOOSENING.includes(verdict)
    ? fingerprints.filter((each) => !temporary.has(each) && !endsOrTightens(change, each))
    : [];
  const because = change.unknownBecause === null ? '' : `: ${change.unknownBecause}`;
  return [
    demand(config, verdict, {
      message: `${about(change)} ${VERDICT_WORDS[verdict]}${because}${pathsOf(wanted)}`,
      fingerprints,
      permanent: lasting,
      hint: verdict === 'unknown' ? 'make the policies readable on both sides, or split the change' : null,
    }),
  ];
}

function breakingDemand(change: PolicyChange, config: GateConfig): readonly Demand[] {
  const { breaking } = change;
  if (breaking === 'none') return [];
  const wanted = change.dimensions.filter((dimension) => dimension.breaking === breaking);
  const words = breaking === 'transient' ? 'breaks tokens in use' : 'breaks what issuers or clients go on producing';
  return [
    demand(config, breaking === 'transient' ? 'breaking_transient' : 'breaking_persistent', {
      message: `${about(change)} ${words}${pathsOf(wanted)}`,
      fingerprints: namesOf(change, wanted),
    }),
  ];
}

function assuranceDemand(change: PolicyChange, config: GateConfig): readonly Demand[] {
  if (change.assurance !== 'weaker' && change.assurance !== 'mixed') return [];
  const wanted = change.dimensions.filter(({ facet, direction }) => facet === 'assurance' && direction !== 'tightened');
  return [
    demand(config, 'assurance_weaker', {
      message: `${about(change)} promises less than before${pathsOf(wanted)}`,
      fingerprints: namesOf(change, wanted),
      // What ended with a waiver does not end any more.
      permanent: wanted.flatMap(({ hidden, fingerprint }) => (hidden === 'waiver' ? [fingerprint] : [])),
    }),
  ];
}

function demand(
  { rules }: GateConfig,
  cause: GateCause,
  { permanent = [], hint = null, ...rest }: Pick<Demand, 'message' | 'fingerprints'> & Partial<Demand>,
): Demand {
  return { rule: rules[cause], cause, permanent, hint, atLeast: 0, ...rest };
}

function about({ name, token }: PolicyChange): string {
  return `${name} (${token})`;
}

function pathsOf(dimensions: readonly DimensionChange[]): string {
  const paths = [...new Set(dimensions.map(({ path }) => path))];
  return paths.length === 0 ? '' : `: ${paths.join(', ')}`;
}

/** What approvals name; a change that tells no dimension is named as a whole, so that nothing passes for lack of a name. */
function namesOf(change: PolicyChange, dimensions: readonly DimensionChange[]): readonly string[] {
  if (dimensions.length > 0) return sorted(dimensions.map(({ fingerprint }) => fingerprint));
  const { targets, token, verdict, breaking, assurance, policiesBefore, policiesAfter } = change;
  const places = targets.map(({ environment, service, route, labels }) => ({ environment, service, route, labels }));
  return [shortDigest(['change', places, token, verdict, breaking, assurance, policiesBefore, policiesAfter])];
}

/** A waiver always ends. */
function endsOrTightens({ dimensions }: PolicyChange, fingerprint: string): boolean {
  return dimensions.some(
    (each) => each.fingerprint === fingerprint && (each.direction === 'tightened' || each.path.startsWith('waivers[')),
  );
}

/** Fingerprints of what the end of a waiver takes back by itself. */
function temporaryChanges({ changes, scheduled }: PolicyDiff): ReadonlySet<string> {
  const undone = new Set(
    scheduled.flatMap(({ change }) =>
      change.dimensions.flatMap(({ path, before, after }) =>
        change.targets.map((target) => canonicalJson([placeOf(target), change.token, path, after, before])),
      ),
    ),
  );
  const isUndone = (change: PolicyChange, { path, before, after }: DimensionChange): boolean =>
    change.targets.length > 0 &&
    change.targets.every((target) => undone.has(canonicalJson([placeOf(target), change.token, path, before, after])));
  return new Set(
    changes.flatMap((change) =>
      change.dimensions.filter((each) => isUndone(change, each)).map(({ fingerprint }) => fingerprint),
    ),
  );
}

function placeOf({ environment, service, route, labels }: PolicyChange['targets'][number]): object {
  return { environment, service, route, labels };
}

/** Loosening of many targets at once is denied, unless it is meant and two people agree. */
export function massChangeDemand(diff: PolicyDiff, config: GateConfig, context: GateContext): readonly Demand[] {
  const cells = (changes: readonly PolicyChange[]): number =>
    new Set(changes.flatMap(({ targets }) => targets.map((target) => canonicalJson(placeOf(target))))).size;
  const loosening = diff.changes.filter(({ verdict }) => LOOSENING.includes(verdict));
  const loosened = cells(loosening);
  const all = Math.max(context.targets ?? 0, cells(diff.changes));
  const { share, of } = config.massChange;
  if (all < of || loosened <= share * all) return [];
  const fingerprints = loosening.flatMap((change) =>
    namesOf(
      change,
      change.dimensions.filter(({ facet, direction }) => facet === 'acceptance' && direction !== 'tightened'),
    ),
  );
  return [
    {
      rule: context.forceMassChange ? 'approve' : 'deny',
      cause: 'mass_change',
      message: `${loosened} of ${all} targets are loosened, more than ${Number((share * 100).toFixed(2))}%`,
      fingerprints: sorted(fingerprints),
      permanent: [],

      atLeast: 2,
      hint: context.forceMassChange ? null : 'split the change, or force the mass change with two approvals',
    },
  ];
}

/** Changes of what keeps watch over changes, and waivers that ask for more than waivers are for. */
export function guardDemands(config: GateConfig, { protectedChanges, waivers }: GateContext): readonly Demand[] {
  const common = { permanent: [], hint: null };
  return [
    ...protectedChanges.map(({ message, fingerprint }) => ({
      ...common,
      rule: config.protected.rule,
      cause: 'protected',
      message,
      fingerprints: [fingerprint],
      atLeast: 1,
    })),
    ...waivers.map(({ message, fingerprint }) => ({
      ...common,
      rule: 'approve' as const,
      cause: 'waiver',
      message,
      fingerprints: [fingerprint],
      atLeast: 1,
    })),
  ];
}

/** What a replay of recorded uses showed; asked for and not run, it is unknown. */
export function replayDemands({ replay }: GateConfig, context: GateContext): readonly Demand[] {
  const { maxRevoked, minDecidable } = replay;
  const common = { fingerprints: [], permanent: [], atLeast: 0 };
  const percent = (value: number): string => `${Number((value * 100).toFixed(3))}%`;
  if (maxRevoked === null && minDecidable === null) return [];
  if (context.replay === null) {
    const message = 'the gate asks for a replay of recorded uses, and there is none';
    return [{ ...common, rule: 'warn', cause: 'replay_unknown', message, hint: 'give it recorded uses to replay' }];
  }
  const { revoked, decidable } = context.replay;
  const demands: Demand[] = [];
  if (minDecidable !== null && decidable < minDecidable) {
    const message = `only ${percent(decidable)} of the replayed uses can be decided, fewer than ${percent(minDecidable)}`;
    const hint = 'record more of what the policies look at';
    demands.push({ ...common, rule: 'warn', cause: 'replay_unknown', message, hint });
  }
  if (maxRevoked !== null && revoked > maxRevoked) {
    const message = `${percent(revoked)} of the replayed uses would be refused, more than ${percent(maxRevoked)}`;
    demands.push({
      ...common,
      rule: 'deny',
      cause: 'replay',
      message,
      hint: 'follow the rollout, or split the change',
    });
  }
  return demands;
}

/** A head that cannot be read as a whole is not known, although no change says so. */
export function problemDemands({ head, changes }: PolicyDiff, config: GateConfig): readonly Demand[] {
  const count = head.problems.length;
  if (count === 0 || changes.some(({ verdict }) => verdict === 'unknown')) return [];
  return [
    demand(config, 'unknown', {
      message: `${head.label} has ${count === 1 ? 'a fault' : `${count} faults`}, so what it changes is not known`,
      fingerprints: [],
      hint: 'correct what firebreak lint reports',
    }),
  ];
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
