import type { Interval, Probe, ProbedRole, ProbeVerdict, UnitResult } from '../model/drill.ts';
import { isFiniteBound } from '../model/quantity.ts';
import type { Bound } from '../model/quantity.ts';
import type { ArmResult } from './drill-wording.ts';

/** One probe on the time axis of its arm: milliseconds from t0. */
export interface Mark {
  readonly sent: number;
  readonly received: number;
  readonly verdict: ProbeVerdict;
  readonly reason: string;
}

/** What one lane draws. */
export interface Lane {
  readonly unit: UnitResult;
  readonly marks: readonly Mark[];
  readonly total: number;
  readonly control: readonly Mark[];
  readonly bystander: readonly Mark[];
  readonly late: readonly Mark[];
}

/** Marks drawn in a lane at most; more would only merge into a line. */
export const MARKS_PER_LANE = 120;

/** Probes on each side of a change that are always drawn. */
const NEIGHBOURS = 3;

function changes(marks: readonly Mark[]): readonly number[] {
  return marks.flatMap((mark, index) => (index > 0 && marks[index - 1]?.verdict !== mark.verdict ? [index] : []));
}

/**
 * At most `limit` of the marks: the first, the last, those beside every change of verdict (the changes nearest to
 * `focus` first when there are too many), then marks spread evenly in time.
 */
export function thinMarks(marks: readonly Mark[], focus: number, limit: number = MARKS_PER_LANE): readonly Mark[] {
  if (marks.length <= limit) return marks;
  const keep = new Set<number>([0, marks.length - 1]);
  const distance = (index: number): number => Math.abs((marks[index]?.sent ?? 0) - focus);
  for (const change of [...changes(marks)].sort((a, b) => distance(a) - distance(b))) {
    if (keep.size + 2 * NEIGHBOURS > limit) break;
    for (let index = change - NEIGHBOURS; index < change + NEIGHBOURS; index++) {
      if (index >= 0 && index < marks.length) keep.add(index);
    }
  }
  const room = limit - keep.size;
  for (let slot = 0; slot < room; slot++) keep.add(Math.floor((slot * marks.length) / Math.max(1, room)));
  return [...keep].sort((a, b) => a - b).flatMap((index) => marks[index] ?? []);
}

/** Where to look first: the middle of the interval, or its lower end when it has no other. */
export function focusOf(interval: Interval | null): number {
  if (interval === null) return 0;
  return interval.upper === 'unbounded' ? interval.lower : (interval.lower + interval.upper) / 2;
}

function marksOf(probes: readonly Probe[], role: ProbedRole, t0: number): readonly Mark[] {
  return probes
    .filter((probe) => probe.role === role)
    .map((probe) => ({
      sent: probe.sent - t0,
      received: probe.received - t0,
      verdict: probe.verdict,
      reason: probe.reason,
    }))
    .sort((a, b) => a.sent - b.sent);
}

/** The lanes of an arm in the order of its units. */
export function lanesOf(arm: ArmResult, probes: readonly Probe[]): readonly Lane[] {
  const t0 = Number.isFinite(arm.marks.t0) ? arm.marks.t0 : 0;
  const byUnit = groupByUnit(probes);
  return arm.units.map((unit) => {
    const own = (byUnit.get(unit.unit) ?? []).filter((probe) => probe.arm === arm.arm);
    const shown = own.filter((probe) => probe.phase !== 'cold' && probe.phase !== 'late' && probe.phase !== 'after');
    const marks = marksOf(shown, 'canary', t0);
    return {
      unit,
      marks,
      total: marks.length,
      control: marksOf(shown, 'control', t0),
      bystander: marksOf(shown, 'bystander', t0),
      late: marksOf(
        own.filter((probe) => probe.phase === 'late'),
        'canary',
        t0,
      ),
    };
  });
}

function groupByUnit(probes: readonly Probe[]): ReadonlyMap<string, readonly Probe[]> {
  const groups = new Map<string, Probe[]>();
  for (const probe of probes) {
    const group = groups.get(probe.unit);
    if (group === undefined) groups.set(probe.unit, [probe]);
    else group.push(probe);
  }
  return groups;
}

/** First and last millisecond of the time axis. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

function endOf(lane: Lane): number {
  const interval = lane.unit.interval;
  const upper = interval === null ? 0 : interval.upper === 'unbounded' ? interval.lower : interval.upper;
  return Math.max(upper, lane.marks.at(-1)?.sent ?? 0);
}

/**
 * The axis covers every probe of the observation; objective and predictions stretch it only while that leaves the
 * measurement at least half of the width. A short piece before t0 shows that the credential worked.
 */
export function spanOf(lanes: readonly Lane[], arm: ArmResult, objective: Bound): Span {
  const measured = Math.max(1000, arm.marks.tAck - arm.marks.t0 || 0, ...lanes.map(endOf));
  const wanted = [objective, ...lanes.map((lane) => lane.unit.predicted)].filter(isFiniteBound);
  const to = Math.max(measured, ...wanted.filter((value) => value <= 2 * measured)) * 1.02;
  return { from: -0.06 * to, to };
}

/** Steps of 1, 2 or 5 times a power of ten milliseconds that give 5 to 12 ticks from zero. */
export function ticksOf(span: Span): readonly number[] {
  const raw = span.to / 8;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  for (let tick = 0; tick <= span.to; tick += step) ticks.push(tick);
  return ticks;
}

/** Share of accepted answers in equal slices of the span; null where nothing was asked. Unknown answers count as asked. */
export function acceptShares(marks: readonly Mark[], span: Span, slices: number): readonly (number | null)[] {
  const asked = Array.from({ length: slices }, () => 0);
  const accepted = Array.from({ length: slices }, () => 0);
  for (const mark of marks) {
    const slice = Math.floor(((mark.sent - span.from) / (span.to - span.from)) * slices);
    if (slice < 0 || slice >= slices) continue;
    asked[slice] = (asked[slice] ?? 0) + 1;
    if (mark.verdict === 'accept') accepted[slice] = (accepted[slice] ?? 0) + 1;
  }
  return asked.map((count, slice) => (count === 0 ? null : (accepted[slice] ?? 0) / count));
}
