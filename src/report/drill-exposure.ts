import type { Interval } from '../model/drill.ts';
import type { Markup } from './drill-markup.ts';
import { markup } from './drill-markup.ts';
import type { Span } from './drill-timeline.ts';
import { ticksOf } from './drill-timeline.ts';
import type { ArmResult } from './drill-wording.ts';

const WIDTH = 1060;
const LEFT = 214;
const RIGHT = 886;
const TOP = 10;
const HEIGHT = 96;

/** `49.0–51.2`, `at least 49.0`: unit-seconds in which the leaked credential worked. */
export function exposureText({ lower, upper }: Interval): string {
  return upper === 'unbounded' ? `at least ${lower.toFixed(1)}` : `${lower.toFixed(1)}–${upper.toFixed(1)}`;
}

/** How many units accepted for certain, and how many at most, at a moment. */
interface Step {
  readonly at: number;
  readonly surely: number;
  readonly possibly: number;
}

/** The counts after every moment at which one of them falls, from t0 on. Units without an interval are not counted. */
function acceptingSteps(arm: ArmResult): readonly Step[] {
  const intervals = arm.units.flatMap((unit) => unit.interval ?? []);
  const ends = intervals.map(({ lower, upper }) => ({
    lower,
    upper: upper === 'unbounded' ? Number.POSITIVE_INFINITY : upper,
  }));
  const moments = [0, ...ends.flatMap(({ lower, upper }) => [lower, upper])].filter(
    (at) => at >= 0 && Number.isFinite(at),
  );
  return [...new Set(moments)]
    .sort((a, b) => a - b)
    .map((at) => ({
      at,
      surely: ends.filter(({ lower }) => lower > at).length,
      possibly: ends.filter(({ upper }) => upper > at).length,
    }));
}

function stairs(
  steps: readonly Step[],
  value: (step: Step) => number,
  x: (ms: number) => number,
  y: (n: number) => number,
): string {
  const [first, ...rest] = steps;
  if (first === undefined) return '';
  return `M${x(first.at)} ${y(value(first))}${rest.map((step) => `H${x(step.at).toFixed(2)}V${y(value(step)).toFixed(2)}`).join('')}H${RIGHT}`;
}

/** Units still accepting over time: the dark area is certain, the light one possible. */
export function exposureChart(arm: ArmResult, span: Span, id: string): Markup {
  const steps = acceptingSteps(arm);
  const total = steps[0]?.possibly ?? 0;
  if (total === 0) return markup``;
  const x = (ms: number): number =>
    Number((LEFT + ((Math.min(ms, span.to) - span.from) / (span.to - span.from)) * (RIGHT - LEFT)).toFixed(2));
  const y = (count: number): number => TOP + HEIGHT * (1 - count / total);
  const close = `V${TOP + HEIGHT}H${x(0)}Z`;
  const rows = [...new Set([0, Math.round(total / 2), total])];
  return markup`<svg class="swim" viewBox="0 0 ${WIDTH} ${TOP + HEIGHT + 28}" role="img" aria-labelledby="${id}-title">
<title id="${id}-title">Verifiers still accepting the leaked credential over time, ${arm.arm} arm</title>
${rows.map((row) => markup`<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${y(row)}" y2="${y(row)}"/><text class="tick" x="${LEFT - 8}" y="${y(row) + 4}" text-anchor="end">${row}</text>`)}
<path class="possibly" d="${stairs(steps, (step) => step.possibly, x, y)}${close}"/><path class="surely" d="${stairs(steps, (step) => step.surely, x, y)}${close}"/>
${ticksOf(span).map((tick) => markup`<text class="tick" x="${x(tick)}" y="${TOP + HEIGHT + 16}" text-anchor="middle">${String(Number((tick / 1000).toFixed(3)))}</text>`)}
<text class="sub" x="0" y="${TOP + 10}">still accepting,</text><text class="sub" x="0" y="${TOP + 23}">number of verifiers</text><text class="tick" x="${RIGHT + 18}" y="${TOP + HEIGHT + 16}">seconds from t0</text></svg>`;
}
