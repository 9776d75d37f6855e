import type {
  DiffSide,
  DimensionChange,
  GateApproval,
  GateReason,
  GateResult,
  GateRule,
  PolicyChange,
  PolicyDiff,
  PredictedChange,
  Verdict,
  Witness,
  WitnessContext,
} from '../model/change.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { TokenClass } from '../model/policy.ts';
import type { ReplayResult } from '../model/replay.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import { isFiniteBound, millis, showBound } from '../model/quantity.ts';
import { counted } from './counted.ts';
import { leakWords } from './predict-wording.ts';

/** What every report of a diff is made from. */
export interface DiffReport {
  readonly diff: PolicyDiff;
  /** Null where no gate was asked for. */
  readonly gate: GateResult | null;
  /** What the change would have meant for recorded uses; null or absent where nothing was replayed. */
  readonly replay?: ReplayResult | null;
}

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  ungoverned: 'ungoverned',
  unknown: 'unknown',
  incomparable: 'more and less permissive',
  more_permissive: 'more permissive',
  dead: 'accepts nothing',
  less_permissive: 'less permissive',
  equivalent: 'same tokens',
};

/** What a verdict says to somebody who sees the word for the first time. */
export const VERDICT_MEANING: Readonly<Record<Verdict, string>> = {
  ungoverned: 'no policy applies any more, so every token counts as accepted',
  unknown: 'this change could not be evaluated, which is no pass',
  incomparable: 'some tokens that were rejected are accepted now, others the other way round',
  more_permissive: 'tokens that were rejected are accepted now',
  dead: 'tokens were accepted before and none can be now',
  less_permissive: 'tokens that were accepted are rejected now',
  equivalent: 'the same tokens are accepted',
};

const DIRECTION_WORDS: Readonly<
  Record<DimensionChange['facet'], Readonly<Record<DimensionChange['direction'], string>>>
> = {
  acceptance: { loosened: 'looser', tightened: 'tighter', changed: 'changed' },
  assurance: { loosened: 'weaker', tightened: 'stronger', changed: 'changed' },
};

/** `looser` for what gets in, `weaker` for what is promised. */
export function directionWord({ facet, direction }: Pick<DimensionChange, 'facet' | 'direction'>): string {
  return DIRECTION_WORDS[facet][direction];
}

/** `access token` */
export function tokenWords(token: TokenClass): string {
  return token.replaceAll('_', ' ');
}

/** What a change is about; a policy that could not be read is about all its classes. */
export function subjectWords({ name, targets, token }: Pick<PolicyChange, 'name' | 'targets' | 'token'>): string {
  return targets.length === 0 ? name : `${name}, ${tokenWords(token)}`;
}

/** The path of a value below the token class of its change, which is named already; `waiver legacy-rs256`. */
export function shortPath(path: string, token: TokenClass): string {
  const [, waiver] = /^waivers\[(.*)\]$/s.exec(path) ?? [];
  if (waiver !== undefined) return `waiver ${waiver}`;
  const prefix = `tokens.${token}.`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** `breaks for 16m`: what happens to tokens that clients hold or issuers mint; null where nothing breaks. */
export function breakWords({ breaking, drain }: Pick<PolicyChange, 'breaking' | 'drain'>): string | null {
  if (breaking === 'none') return null;
  if (breaking === 'persistent') return 'breaks until issuers or clients change';
  if (drain === null) return "may break today's tokens";
  if (drain === 'unknown') return "breaks until today's tokens have ended";
  return drain === 'unbounded' ? 'breaks without end' : `breaks for ${showBound(drain)}`;
}

/** One sentence below `breakWords`. */
export function breakMeaning({ breaking, drain }: Pick<PolicyChange, 'breaking' | 'drain'>): string | null {
  if (breaking === 'none') return null;
  if (breaking === 'persistent') return 'they go on producing what is refused';
  if (drain === null) return 'nothing governed it before, so nobody knows which tokens it took';
  if (drain === 'unbounded') return 'live tokens are refused at once, and nothing limits how long they live';
  return 'live tokens are refused at once; new ones pass';
}

/** What the operator promises, in words; null where it is the same. */
export function assuranceWords({ assurance }: Pick<PolicyChange, 'assurance'>): string | null {
  switch (assurance) {
    case 'equal':
      return null;
    case 'weaker':
      return 'promises less';
    case 'stronger':
      return 'promises more';
    case 'mixed':
      return 'promises more and less';
  }
}

/** `more permissive, breaks for 16m, promises less` */
export function verdictLine(change: PolicyChange): string {
  return [VERDICT_WORDS[change.verdict], breakWords(change), assuranceWords(change)]
    .filter((words) => words !== null)
    .join(', ');
}

/** The strictest first. */
const STRICTEST: readonly GateRule[] = ['deny', 'approve', 'warn', 'allow'];

/** Whether what a reason asks for is still open: an approval that is there may cover only some of its changes. */
export function isOpen({ rule, fingerprints, approvedBy }: GateReason, { missing }: GateResult): boolean {
  if (rule === 'deny') return true;
  if (rule !== 'approve') return false;
  return approvedBy.length === 0 || fingerprints.some((fingerprint) => missing.includes(fingerprint));
}

/** Whether somebody has to do something about a reason: what is approved or allowed needs nothing more. */
export function needsAction(reason: GateReason, gate: GateResult): boolean {
  return reason.rule === 'warn' || isOpen(reason, gate);
}

/** The reason that decides about a change; null where none speaks of it. */
export function decidingReason({ dimensions, verdict }: PolicyChange, gate: GateResult | null): GateReason | null {
  const own = new Set(dimensions.map(({ fingerprint }) => fingerprint));
  // What could not be read has no values, and the rule about it is the same for all of it.
  const isWhole = verdict === 'unknown' && dimensions.length === 0;
  const reasons =
    gate?.reasons.filter(({ fingerprints, cause }) =>
      isWhole ? cause === 'unknown' : fingerprints.some((each) => own.has(each)),
    ) ?? [];
  const open = gate === null ? [] : reasons.filter((reason) => isOpen(reason, gate));
  const candidates = open.length > 0 ? open : reasons;
  return candidates.toSorted((a, b) => STRICTEST.indexOf(a.rule) - STRICTEST.indexOf(b.rule))[0] ?? null;
}

/** `approval needed`, `approved by orders-bearer`, `denied`, `warning`, `allowed`; `-` where no rule speaks of it. */
export function gateWords(change: PolicyChange, gate: GateResult | null): string {
  const reason = decidingReason(change, gate);
  if (gate === null || reason === null) return '-';
  switch (reason.rule) {
    case 'deny':
      return 'denied';
    case 'approve':
      return isOpen(reason, gate) ? 'approval needed' : `approved by ${reason.approvedBy.join(', ')}`;
    case 'warn':
      return 'warning';
    case 'allow':
      return 'allowed';
  }
}

/** `denied`, `needs approval`, `needs 2 approvals`, `approved by orders-bearer`, `warning`, `allowed`. */
export function reasonState(reason: GateReason, gate: GateResult): string {
  if (reason.rule !== 'approve') return { deny: 'denied', warn: 'warning', allow: 'allowed' }[reason.rule];
  if (!isOpen(reason, gate)) return `approved by ${reason.approvedBy.slice(0, 10).join(', ')}`;
  return reason.needed > 1 ? `needs ${reason.needed} approvals` : 'needs approval';
}

/** `approval orders-bearer does not count, it ended: ...`; null for one that simply counts. */
export function approvalWords({ name, state, message }: GateApproval): string | null {
  const why = message === null ? '' : `: ${message}`;
  switch (state) {
    case 'counts':
      return message === null ? null : `approval ${name} counts${why}`;
    case 'ended':
      return `approval ${name} does not count, it has ended${why}`;
    case 'unused':
      return `approval ${name} is not needed${why}`;
    case 'refused':
      return `approval ${name} does not count, it was refused${why}`;
  }
}

/** `BLOCKED, 2 changed values need approval` */
export function gateHeadline(gate: GateResult): string {
  const denials = gate.reasons.filter(({ rule }) => rule === 'deny').length;
  switch (gate.outcome) {
    case 'pass':
      return 'passed';
    case 'warn':
      return 'passed with warnings';
    case 'inconclusive':
      return 'INCONCLUSIVE, something could not be evaluated, which is no pass';
    case 'blocked': {
      const parts = [
        ...(denials > 0 ? [`denied for ${counted(denials, 'reason')}`] : []),
        ...(gate.missing.length > 0 ? [needsApproval(gate.missing.length)] : []),
      ];
      return ['BLOCKED', ...parts].join(', ');
    }
  }
}

function needsApproval(count: number): string {
  return `${counted(count, 'changed value')} ${count === 1 ? 'needs' : 'need'} approval`;
}

/** `2 more permissive, 1 less permissive`, the worst first. */
export function countVerdicts(changes: readonly PolicyChange[]): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of changes) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts]
    .map(([verdict, count]) =>
      verdict === 'equivalent'
        ? `${counted(count, 'change')} for the same tokens`
        : `${count} ${VERDICT_WORDS[verdict]}`,
    )
    .join(', ');
}

/** Nothing that a reviewer has to know about the policies. */
export function isEmptyDiff({ changes, scheduled, predicted, base, head }: PolicyDiff): boolean {
  const problems = base.problems.length + head.problems.length;
  return changes.length + scheduled.length + predicted.length + problems === 0;
}

/** The one sentence of a report: `2 changed values need approval`, `nothing changed for any token`. */
export function diffHeadline({ diff, gate }: DiffReport): string {
  const { changes, scheduled, predicted } = diff;
  const problems = diff.base.problems.length + diff.head.problems.length;
  const what =
    changes.length > 0
      ? countVerdicts(changes)
      : problems > 0
        ? 'not everything could be read'
        : scheduled.length > 0
          ? 'nothing changes at once'
          : predicted.length > 0
            ? 'no change for any token, other time-to-revocation'
            : 'no change for any token';
  if (gate === null || gate.outcome === 'pass') return what;
  if (gate.outcome === 'warn') return `${what}; passed with warnings`;
  if (gate.outcome === 'inconclusive') return `${what}; inconclusive, which is no pass`;
  const denied = gate.reasons.some(({ rule }) => rule === 'deny');
  const wanted = [
    ...(denied ? ['denied'] : []),
    ...(gate.missing.length > 0 ? [needsApproval(gate.missing.length)] : []),
  ];
  return `${what}; ${wanted.length === 0 ? 'blocked' : wanted.join(', ')}`;
}

/** Seven digits, as git shows them; a folder has no commit. */
export function sideName({ label, commit }: DiffSide): string {
  return commit === null ? label : commit.slice(0, 7);
}

/** `main (3f2a91c)` */
export function sideWords(side: DiffSide): string {
  const short = sideName(side);
  return short === side.label || side.commit?.startsWith(side.label) === true ? short : `${side.label} (${short})`;
}

/** The label of files that are not committed; no argument means them. */
const WORKING_TREE = 'working tree';

/** The command that shows the same difference again. */
export function diffCommand({ base, head }: PolicyDiff): string {
  const sides = head.commit === null && head.label === WORKING_TREE ? [base] : [base, head];
  return `firebreak diff ${sides.map((side) => argument(sideName(side))).join(' ')}`;
}

/** A word of a command line; what a shell would act on is quoted. */
function argument(text: string): string {
  return /^[\w./:@~^=+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Fingerprints that one command line names; more are told by number. */
const MAX_NAMED = 40;

/** The command that approves what is missing; null where nothing is. */
export function approveCommand({ missing, reasons }: GateResult): string | null {
  if (missing.length === 0) return null;
  const permanent = reasons.some((reason) => reason.permanent === true) ? ' --permanent' : '';
  const rest = missing.length - MAX_NAMED;
  const more = rest > 0 ? ` # and ${rest} more` : '';
  return `firebreak approve ${missing.slice(0, MAX_NAMED).join(' ')}${permanent} --by PERSON --until DAY --reason TEXT${more}`;
}

/** `rejected before, accepted now` */
export function witnessTitle(accepted: 'before' | 'after'): string {
  return accepted === 'after' ? 'rejected before, accepted now' : 'accepted before, rejected now';
}

/** Values that a token shows, at most three by name: `binding.accept`, `max_age with lifetime.max`. */
export function shownValues({ paths }: Pick<Witness, 'paths'>, token: TokenClass): string {
  if (paths.length > 3) return counted(paths.length, 'value');
  return paths.map((path) => shortPath(path, token)).join(' with ');
}

/** `issued 5m31s before, ends 4m29s after`: instants of a token, seen from its use. */
export function timeWords({ claims, context }: Pick<Witness, 'claims' | 'context'>): string | null {
  const { iat, exp } = claims;
  const now = fromTimestamp(context.now);
  if (typeof iat !== 'number' || typeof exp !== 'number' || now === null) return null;
  const issued = now - iat * 1000;
  const left = exp * 1000 - now;
  const shown = (span: number): string => showBound(millis(Math.abs(Math.round(span))));
  return `issued ${shown(issued)} ${issued < 0 ? 'after' : 'before'}, ${left < 0 ? 'ended' : 'ends'} ${shown(left)} ${left < 0 ? 'before' : 'after'}`;
}

/** The circumstances of a use as `what: value`, in the order in which a verifier looks at them. */
export function contextWords(context: WitnessContext): readonly string[] {
  const names: readonly (readonly [string, string | undefined])[] = [
    ['at', context.now],
    ['route', context.route],
    ['client address', context.client_ip],
    ['proof of possession', context.proof],
    ['algorithm of the proof', context.proof_algorithm],
    ['age of the proof', context.proof_age],
    ['nonce in the proof', yesNo(context.proof_nonce)],
    ['token hash in the proof', yesNo(context.proof_ath)],
    ['proof shown before', yesNo(context.proof_replayed)],
    ['key from', context.key_from],
    ['kid', context.kid],
    ['key', context.key],
    ['use', context.use?.replaceAll('_', ' ')],
    ['age of the family', context.family_age],
  ];
  return names.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
}

function yesNo(value: boolean | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value ? 'yes' : 'no';
}

/** `leaked access token`, and whether tokens under a new key arrive too. */
export function predictedTitle({ scenario, arm }: PredictedChange): string {
  return `${leakWords(scenario)}${arm === 'quiet' || scenario !== 'signing_key' ? '' : `, ${arm}`}`;
}

/** `6m -> 16m`; `-` where the verifier is not there. */
export function predictedWords({ before, after }: PredictedChange): string {
  return `${boundWords(before)} -> ${boundWords(after)}`;
}

function boundWords(bound: Bound | null): string {
  return bound === null ? '-' : showBound(bound);
}

/** `misses 10m`, `within 10m (was 5m)`, `no objective`. A bound that is not known is no pass. */
export function objectiveWords({ before, after, objectiveBefore, objectiveAfter }: PredictedChange): string {
  if (after === null) return 'gone';
  if (objectiveAfter === null)
    return objectiveBefore === null ? 'no objective' : `no objective (was ${showBound(objectiveBefore)})`;
  const was =
    objectiveBefore === objectiveAfter || before === null
      ? ''
      : ` (was ${objectiveBefore === null ? 'none' : showBound(objectiveBefore)})`;
  return `${judged(after, objectiveAfter)}${was}`;
}

function judged(bound: Bound, objective: Millis): string {
  if (bound === 'unknown') return `unknown, objective ${showBound(objective)}`;
  const within = isFiniteBound(bound) && bound <= objective;
  return `${within ? 'within' : 'misses'} ${showBound(objective)}`;
}

/** How bad the new prediction is; decides the colour only, the words say the same. */
export function isMiss({ after, objectiveAfter }: PredictedChange): boolean {
  return after !== null && objectiveAfter !== null && (!isFiniteBound(after) || after > objectiveAfter);
}

/** What the value is with escapes, where letters may not be what they look like; null for plain ASCII. */
export function escaped(text: string): string | null {
  // oxlint-disable-next-line no-control-regex -- everything that is not printable ASCII is meant
  const other = /[^\u0020-\u007e]/gu;
  if (!other.test(text)) return null;
  return text.replaceAll(other, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
