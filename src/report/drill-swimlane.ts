import type { ProbeVerdict } from '../model/drill.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound } from '../model/quantity.ts';
import type { Markup } from './drill-markup.ts';
import { markup } from './drill-markup.ts';
import { boundText, intervalText, intervalWords, secondsText } from './drill-numbers.ts';
import type { Lane, Mark, Span } from './drill-timeline.ts';
import { acceptShares, focusOf, thinMarks, ticksOf } from './drill-timeline.ts';
import type { ArmResult } from './drill-wording.ts';
import { unitVerdict } from './drill-wording.ts';

const WIDTH = 1060;
const LEFT = 214;
const RIGHT = 886;
const TOP = 46;
const LANE = 52;
const SLICES = 70;

/** What the swimlane of one arm is drawn from. */
export interface Swimlane {
  readonly arm: ArmResult;
  readonly lanes: readonly Lane[];
  readonly span: Span;
  readonly objective: Bound;
  /** Unique in the page, for the references of title and description. */
  readonly id: string;
  /** Further lines of a lane's label: product and owner. */
  readonly notes: (lane: Lane) => readonly string[];
}

type Scale = (ms: number) => number;

function scaleOf({ from, to }: Span): Scale {
  return (ms) => LEFT + ((Math.min(Math.max(ms, from), to) - from) / (to - from)) * (RIGHT - LEFT);
}

const SHAPES: Readonly<Record<ProbeVerdict, (x: number, y: number, size: number) => Markup>> = {
  accept: (x, y, size) => markup`<circle class="accept" cx="${x}" cy="${y}" r="${size}"/>`,
  reject: (x, y, size) => markup`<circle class="reject" cx="${x}" cy="${y}" r="${size - 0.2}"/>`,
  unknown: (x, y, size) =>
    markup`<path class="unknown" d="M${x - size} ${y - size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}"/>`,
};

/** Marks shrink where they would touch. */
function markSize(count: number): number {
  return count > 80 ? 2.3 : 3.1;
}

/** Two probes or more in every slice, so that an empty slice means that nothing was asked for a while. */
function slicesFor(marks: readonly Mark[], span: Span): number {
  const shown = marks.filter((mark) => mark.sent >= span.from && mark.sent <= span.to).length;
  return Math.min(SLICES, Math.max(1, Math.floor(shown / 2)));
}

function strip(
  marks: readonly Mark[],
  span: Span,
  { y, name }: { readonly y: number; readonly name: string },
): Markup | null {
  if (marks.length === 0) return null;
  const slices = slicesFor(marks, span);
  const width = (RIGHT - LEFT) / slices;
  const bars = acceptShares(marks, span, slices).map((share, slice) => {
    if (share === null) return null;
    const x = LEFT + slice * width;
    const rest = share < 1 ? markup`<rect class="refused" x="${x}" y="${y}" width="${width - 0.6}" height="4"/>` : null;
    return markup`${rest}<rect class="share" x="${x}" y="${y + 4 - 4 * share}" width="${width - 0.6}" height="${4 * share}"/>`;
  });
  return markup`<g>${bars}<text class="tiny" x="${LEFT - 8}" y="${y + 5}" text-anchor="end">${name}</text></g>`;
}

function runLine(lane: Lane, x: Scale, y: number): Markup | null {
  const interval = lane.unit.interval;
  if (interval === null) return null;
  const lower = x(interval.lower);
  const worked = markup`<line class="worked" x1="${x(0)}" x2="${interval.upper === 'unbounded' ? RIGHT : lower}" y1="${y}" y2="${y}"/>`;
  if (interval.upper === 'unbounded') {
    return markup`${worked}<path class="arrow" d="M${RIGHT} ${y - 5}l9 5l-9 5z"/>`;
  }
  const upper = x(interval.upper);
  const width = Math.max(4, upper - lower);
  return markup`<rect class="band" x="${(lower + upper - width) / 2}" y="${y - 10}" width="${width}" height="20" rx="1.5"/>${worked}<line class="ended" x1="${upper}" x2="${RIGHT}" y1="${y}" y2="${y}"/>`;
}

function predictedTick(
  lane: Lane,
  { x, y, span }: { readonly x: Scale; readonly y: number; readonly span: Span },
): Markup | null {
  const bound = lane.unit.predicted;
  if (!isFiniteBound(bound)) return null;
  if (bound > span.to) {
    return markup`<text class="predicted-text" x="${RIGHT - 4}" y="${y - 9}" text-anchor="end">predicted ${boundText(bound)} ›</text>`;
  }
  return markup`<line class="predicted" x1="${x(bound)}" x2="${x(bound)}" y1="${y - 12}" y2="${y + 12}"/>`;
}

const OUTCOME = {
  met: { glyph: '✓', word: 'met', style: 'good' },
  missed: { glyph: '✕', word: 'missed', style: 'bad' },
  inconclusive: { glyph: '?', word: 'inconclusive', style: 'unsure' },
  excluded: { glyph: '–', word: 'excluded', style: 'unsure' },
} as const;

function laneTitle(lane: Lane): string {
  const { unit } = lane;
  if (unit.interval === null) return `${unit.verifier}: excluded, ${unit.calibration}`;
  const open = unit.interval.upper === 'unbounded';
  return open
    ? `${unit.verifier}: still accepting after ${secondsText(unit.interval.lower, 'down')}, when the drill stopped watching`
    : `${unit.verifier}: refused ${intervalWords(unit.interval)} after t0, predicted at most ${boundText(unit.predicted)}`;
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function laneGroup(
  lane: Lane,
  { top, x, swim }: { readonly top: number; readonly x: Scale; readonly swim: Swimlane },
): Markup {
  const y = top + 15;
  const outcome = OUTCOME[unitVerdict(lane.unit)];
  const shown = thinMarks(
    lane.marks.filter((mark) => mark.sent >= swim.span.from),
    focusOf(lane.unit.interval),
  );
  const interval = lane.unit.interval;
  const value =
    interval === null ? 'not judged' : interval.upper === 'unbounded' ? 'still accepted' : intervalText(interval);
  return markup`<g class="lane" data-unit="${lane.unit.unit}"><title>${laneTitle(lane)}</title>
<text class="name" x="0" y="${y + 1}">${shortened(lane.unit.verifier, 22)}</text>${swim.notes(lane).map((text, index) => markup`<text class="sub" x="0" y="${y + 15 + 12 * index}">${shortened(text, 25)}</text>`)}
${runLine(lane, x, y)}${predictedTick(lane, { x, y, span: swim.span })}
<g>${shown.map((mark) => SHAPES[mark.verdict](x(mark.sent), y, markSize(shown.length)))}</g>
${strip(lane.control, swim.span, { y: y + 15, name: 'control' })}${strip(lane.bystander, swim.span, { y: y + 25, name: 'bystander' })}
<text class="value" x="${RIGHT + 18}" y="${y + 1}">${value}</text><text class="outcome ${outcome.style}" x="${RIGHT + 18}" y="${y + 16}">${outcome.glyph} ${outcome.word}</text>
<line class="rule" x1="0" x2="${WIDTH}" y1="${top + LANE - 3.5}" y2="${top + LANE - 3.5}"/></g>`;
}

/** Marks close to each other share one label, because their texts would overlap. */
function markLabels(swim: Swimlane, x: Scale): readonly { readonly at: number; readonly label: string }[] {
  const { t0, tAct, tAck } = swim.arm.marks;
  const labels: { at: number; label: string }[] = [];
  for (const [label, time] of [
    ['t0', 0],
    ['t_act', tAct - t0],
    ['t_ack', tAck - t0],
  ] as const) {
    if (!Number.isFinite(time)) continue;
    const last = labels.at(-1);
    if (last !== undefined && x(time) - last.at < 44) last.label += ` · ${label}`;
    else labels.push({ at: x(time), label });
  }
  return labels;
}

function verticals(swim: Swimlane, x: Scale, bottom: number): Markup {
  const { t0, tAct, tAck } = swim.arm.marks;
  const marks = [0, tAct - t0, tAck - t0].filter(Number.isFinite);
  const objective = swim.objective;
  const inside = isFiniteBound(objective) && objective <= swim.span.to;
  return markup`${marks.map((time) => markup`<line class="event" x1="${x(time)}" x2="${x(time)}" y1="24" y2="${bottom}"/>`)}
${markLabels(swim, x).map(({ at, label }) => markup`<text class="event-text" x="${at}" y="17" text-anchor="${at < LEFT + 70 ? 'start' : 'middle'}">${label}</text>`)}
${inside ? markup`<line class="objective" x1="${x(objective)}" x2="${x(objective)}" y1="24" y2="${bottom}"/><text class="objective-text" x="${x(objective)}" y="17" text-anchor="middle">objective ${boundText(objective)}</text>` : null}
${isFiniteBound(objective) && !inside ? markup`<text class="objective-text" x="${RIGHT}" y="17" text-anchor="end">objective ${boundText(objective)} ›</text>` : null}`;
}

function axis(span: Span, x: Scale, bottom: number): Markup {
  const ticks = ticksOf(span).map(
    (tick) =>
      markup`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 16}" y2="${bottom}"/><text class="tick" x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${String(Number((tick / 1000).toFixed(3)))}</text>`,
  );
  return markup`${ticks}<text class="tick" x="${RIGHT + 18}" y="${bottom + 16}">seconds from t0</text>`;
}

/**
 * One lane per unit: filled dot accepted, hollow ring refused, cross unknown; a line while the credential worked, a
 * band for the interval, a dashed tick for the prediction, vertical lines for t0, t_act, t_ack and the objective.
 */
export function swimlane(swim: Swimlane): Markup {
  const x = scaleOf(swim.span);
  const bottom = TOP + swim.lanes.length * LANE;
  const description = swim.lanes.map(laneTitle).join('. ');
  return markup`<svg class="swim" viewBox="0 0 ${WIDTH} ${bottom + 26}" role="img" aria-labelledby="${swim.id}-title ${swim.id}-desc">
<title id="${swim.id}-title">Answers of every verifier over time, ${swim.arm.arm} arm</title><desc id="${swim.id}-desc">${description}.</desc>
${axis(swim.span, x, bottom)}${verticals(swim, x, bottom)}
${swim.lanes.map((lane, index) => laneGroup(lane, { top: TOP + index * LANE, x, swim }))}</svg>`;
}
