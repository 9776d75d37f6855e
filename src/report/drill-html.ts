import type { DrillResult } from '../model/drill.ts';
import { exposureChart, exposureText } from './drill-exposure.ts';
import { collateral, findings, methodAndLimits, reproduce, safetyRecord } from './drill-html-evidence.ts';
import { opening, verdicts } from './drill-html-verdicts.ts';
import type { Markup } from './drill-markup.ts';
import { markup, prose } from './drill-markup.ts';
import { secondsText } from './drill-numbers.ts';
import { replicaName, replicasOf } from './drill-replicas.ts';
import { DRILL_STYLE } from './drill-style.ts';
import { swimlane } from './drill-swimlane.ts';
import type { Lane } from './drill-timeline.ts';
import { lanesOf, MARKS_PER_LANE, spanOf } from './drill-timeline.ts';
import type { ArmResult, DrillReportOptions } from './drill-wording.ts';
import { ARM_WORDS, predictionOf, sentence } from './drill-wording.ts';

// Without scripts, remote images, fonts or frames, a hostile name in a result has nothing to start.
const CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const KEY: readonly (readonly [Markup, string])[] = [
  [markup`<circle class="accept" cx="11" cy="7" r="3.6"/>`, 'accepted: the leaked credential worked'],
  [markup`<circle class="reject" cx="11" cy="7" r="3.4"/>`, 'refused'],
  [markup`<path class="unknown" d="M8 4l6 6m0 -6l-6 6"/>`, 'no clear answer'],
  [markup`<rect class="band" x="5" y="0" width="12" height="14"/>`, 'the change lies in this band'],
  [markup`<line class="predicted" x1="11" x2="11" y1="-1" y2="15"/>`, 'predicted worst case'],
  [markup`<line class="objective" x1="11" x2="11" y1="-1" y2="15"/>`, 'objective'],
  [markup`<path class="arrow" d="M6 2l10 5l-10 5z"/>`, 'still accepted when the drill stopped watching'],
  [
    markup`<rect class="share" x="2" y="5" width="18" height="4"/>`,
    'share accepted of credentials that were not revoked',
  ],
];

function legend(): Markup {
  return markup`<ul class="key">${KEY.map(([shape, words]) => markup`<li><svg class="swim-key" viewBox="0 0 22 14" aria-hidden="true">${shape}</svg>${words}</li>`)}</ul>`;
}

const LATE = { accept: 'ACCEPTED', reject: 'refused', unknown: 'no clear answer' } as const;

function lateLine(lanes: readonly Lane[]): Markup | null {
  const groups = new Map<string, string[]>();
  for (const lane of lanes) {
    for (const mark of lane.late) {
      const outcome = `${LATE[mark.verdict]} at ${secondsText(mark.sent)}`;
      groups.set(outcome, [...(groups.get(outcome) ?? []), lane.unit.verifier]);
    }
  }
  if (groups.size === 0) return null;
  const parts = [...groups].map(([outcome, names]) => `${outcome}: ${names.join(', ')}`);
  return markup`<figcaption>Late checks, to catch a revocation that does not last. ${prose(sentence(parts.join('; ')))}.</figcaption>`;
}

/** So many lanes a reader can still compare; beyond them only the slowest of each verifier are drawn. */
const MOST_LANES = 24;
const LANES_PER_VERIFIER = 2;

function drawnLanes(arm: ArmResult, lanes: readonly Lane[]): readonly Lane[] {
  if (lanes.length <= MOST_LANES) return lanes;
  const drawn = new Set(replicasOf(arm).flatMap(({ units }) => units.slice(0, LANES_PER_VERIFIER)));
  return lanes.filter(({ unit }) => drawn.has(unit));
}

/** Lanes that fit on one sheet of paper, with an axis of their own. */
const LANES_PER_SHEET = 16;

function sheetsOf(lanes: readonly Lane[]): readonly (readonly Lane[])[] {
  const count = Math.ceil(lanes.length / LANES_PER_SHEET);
  const size = Math.ceil(lanes.length / count);
  return Array.from({ length: count }, (_, sheet) => lanes.slice(sheet * size, (sheet + 1) * size));
}

function timeline(arm: ArmResult, result: DrillResult, options: DrillReportOptions): Markup {
  const every = lanesOf(arm, result.probes);
  if (every.length === 0) return markup``;
  const lanes = drawnLanes(arm, every);
  const span = spanOf(lanes, arm, result.policy.objectiveMs);
  const notes = (lane: Lane): readonly string[] => {
    const prediction = predictionOf(options, lane.unit, result.scenario);
    const isOne = every.filter(({ unit }) => unit.verifier === lane.unit.verifier).length === 1;
    const about = isOne ? [prediction?.product, prediction?.owner] : [replicaName(lane.unit), prediction?.product];
    return about.filter((text) => typeof text === 'string');
  };
  const left =
    lanes.length === every.length
      ? ''
      : ` Of each verifier the ${LANES_PER_VERIFIER} slowest replicas are drawn: ${lanes.length} of ${every.length}.`;
  const thinned = lanes.some((lane) => lane.total > MARKS_PER_LANE);
  const drawings = sheetsOf(lanes).map((sheet, index) =>
    swimlane({
      arm,
      lanes: sheet,
      span,
      objective: result.policy.objectiveMs,
      id: `swim-${arm.arm}${index === 0 ? '' : `-${index + 1}`}`,
      notes,
    }),
  );
  return markup`<figure${{ html: drawings.length > 1 ? ' class="long"' : '' }}><h3>${arm.arm} arm</h3><figcaption>${sentence(ARM_WORDS[arm.arm])}. At t0 the leak is known, at t_act the containment leaves, at t_ack the issuer confirms it.${thinned ? ` At most ${MARKS_PER_LANE} probes of a lane are drawn; those beside a change always are.` : ''}${left}</figcaption>
${legend()}<div class="scroll" tabindex="0" role="region" aria-label="timeline of the ${arm.arm} arm, scrolls sideways">${drawings}</div>${lateLine(every)}</figure>`;
}

function timelineSection(result: DrillResult, options: DrillReportOptions): Markup | null {
  if (result.arms.length === 0) return null;
  return markup`<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2><p class="lead">One lane per verifier. Read from left to right: filled dots are answers in which the leaked credential still worked.</p>${result.arms.map((arm) => timeline(arm, result, options))}</section>`;
}

function exposure(result: DrillResult): Markup | null {
  if (result.arms.length === 0) return null;
  const figures = result.arms.map((arm) => {
    const span = spanOf(lanesOf(arm, result.probes), arm, result.policy.objectiveMs);
    return markup`<figure><h3>${arm.arm} arm: ${exposureText(arm.exposureUnitSeconds)} verifier-seconds</h3><div class="scroll" tabindex="0" role="region" aria-label="exposure of the ${arm.arm} arm, scrolls sideways">${exposureChart(arm, span, `exposure-${arm.arm}`)}</div></figure>`;
  });
  return markup`<section aria-labelledby="exposure"><h2 id="exposure">Exposure</h2><p class="lead">The time in which the leaked credential worked, added up over all verifiers. The dark area is certain, the light area possible. It shrinks when any verifier gets faster, not only the slowest.</p>${figures}</section>`;
}

/**
 * One HTML file that needs nothing else: no script, no request, light and dark, fit for paper. Order: what happened,
 * what to do, the proof, what it does not prove, what was put back, how to repeat it.
 */
export function drillHtml(result: DrillResult, options: DrillReportOptions = {}): string {
  return `${
    markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${{ html: CSP }}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>Firebreak drill ${result.drill.name}: ${result.overall.verdict}</title><style>${{ html: DRILL_STYLE }}</style></head><body><main>
${opening(result, options)}
${verdicts(result, options)}
${timelineSection(result, options)}
${exposure(result)}
${collateral(result)}
${findings(result)}
${methodAndLimits(result)}
${safetyRecord(result)}
${reproduce(result, options)}
<footer>Written by ${result.tool} from run ${result.runId}. Every number is an interval; “unknown” is never counted as refused.</footer>
</main></body></html>`.html
  }\n`;
}
