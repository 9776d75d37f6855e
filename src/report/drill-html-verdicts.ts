import { attackOf } from '../model/attack.ts';
import type { AttackCell, AttackMatrix } from '../model/attack.ts';
import type { DrillResult, UnitResult } from '../model/drill.ts';
import { isFiniteBound } from '../model/quantity.ts';
import { exposureText } from './drill-exposure.ts';
import { OUTCOME_WORDS, refusedText, rowOf } from './drill-matrix.ts';
import type { Markup } from './drill-markup.ts';
import { markup, prose } from './drill-markup.ts';
import { boundText, countOf, intervalText, shareText } from './drill-numbers.ts';
import type { Replicas } from './drill-replicas.ts';
import { replicaName, replicasOf } from './drill-replicas.ts';
import type { ArmResult, DrillReportOptions } from './drill-wording.ts';
import {
  addendOrigin,
  addendWords,
  ARM_WORDS,
  biggestAddend,
  GLOSSARY,
  headline,
  judgedArm,
  nextAction,
  predictionOf,
  sentence,
  unitVerdict,
  verdictWord,
} from './drill-wording.ts';

const BADGE = {
  MET: { glyph: '✓', style: 'good' },
  MISSED: { glyph: '✕', style: 'bad' },
  FAILED: { glyph: '✕', style: 'bad' },
  INCONCLUSIVE: { glyph: '?', style: 'unsure' },
  STOPPED: { glyph: '■', style: 'unsure' },
} as const;

const CELL = {
  met: { text: '✓ met', style: 'good' },
  missed: { text: '✕ missed', style: 'bad' },
  inconclusive: { text: '? inconclusive', style: 'unsure' },
  excluded: { text: '– excluded', style: 'unsure' },
} as const;

const MODEL_CELL: Readonly<Record<UnitResult['model'], string>> = {
  consistent: 'as predicted',
  exceeded: 'EXCEEDED',
  'not-bounded': 'no limit',
  undecided: 'undecided',
};

function fact(name: string, value: string): Markup {
  return markup`<div><dt>${name}</dt><dd>${prose(value)}</dd></div>`;
}

function putBack({ safety }: DrillResult): string {
  if (!safety.clean) return 'NOT everything';
  return safety.effects.length === 0 ? 'nothing to put back' : 'everything';
}

function timeFacts(result: DrillResult): Markup {
  const arm = judgedArm(result);
  const met = arm?.units.filter((unit) => unitVerdict(unit) === 'met').length ?? 0;
  const exposure = arm === undefined ? '–' : `${exposureText(arm.exposureUnitSeconds)} s`;
  return markup`${fact('Time to revocation', result.overall.ttr === null ? 'not measured' : intervalText(result.overall.ttr))}
${fact('Objective', boundText(result.policy.objectiveMs))}
${fact('Met the objective', arm === undefined ? '–' : `${met} of ${arm.units.length}`)}
${fact('Exposure, all verifiers added', exposure)}`;
}

/** Verdict, headline, next action and the handful of numbers a lead asks for first. */
export function opening(result: DrillResult, options: DrillReportOptions): Markup {
  const word = verdictWord(result);
  const badge = BADGE[word];
  const arm = judgedArm(result);
  return markup`<header>
<p class="kicker">Drill <b>${result.drill.name}</b> in ${result.environment.name} (${result.environment.class}) · ${result.startedAt.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC')} · policy <b>${result.policy.name}</b></p>
<p class="badge ${badge.style}">${badge.glyph} ${word}</p>
<h1>${prose(`${headline(result)}.`)}</h1>
<p class="next"><b>Next:</b> ${prose(`${nextAction(result, options)}.`)}</p>
<dl class="facts">${result.matrix === null ? timeFacts(result) : fact('Refused from the first probe on', `${refusedText(result)} attacks`)}
${fact('Put back and verified', putBack(result))}</dl>
<p class="lead why-line">${arm === undefined ? null : `Numbers of the ${arm.arm} arm: ${ARM_WORDS[arm.arm]}. `}Verdict: ${prose(result.overall.why)} Tested was: ${result.drill.hypothesis}</p></header>`;
}

function cause(unit: UnitResult): Markup {
  if (unit.interval === null) return markup`${prose(unit.calibration)}`;
  const addend = biggestAddend(unit.addends);
  const why =
    addend === null
      ? markup`–`
      : markup`${prose(addendWords(addend, unit))}<small><code>${addendOrigin(addend)}</code></small>`;
  return unit.stillAccepting === null ? why : markup`${prose(unit.stillAccepting)}<small>${why}</small>`;
}

function measured(unit: UnitResult): Markup {
  const still = unit.interval?.upper === 'unbounded' ? markup`<small>still accepted</small>` : null;
  const doubt = unit.attribution === 'collateral' || unit.attribution === 'unattributed' ? unit.attribution : null;
  return markup`<span>${intervalText(unit.interval)}${still}${doubt === null ? null : markup`<small>${doubt}</small>`}</span>`;
}

/** All replicas of a verifier, as running text: it prints, and hundreds of them fit. */
function replicasRow({ units }: Replicas): Markup | null {
  if (units.length === 1) return null;
  const met = units.filter((unit) => unitVerdict(unit) === 'met').length;
  const each = units.map((unit) => {
    const { text, style } = CELL[unitVerdict(unit)];
    const flaps = unit.flaps > 0 ? `, ${countOf(unit.flaps, 'flap')}` : '';
    return markup`<span>${replicaName(unit)} ${intervalText(unit.interval)}${flaps} <b class="${style}">${text.slice(0, 1)}</b></span> `;
  });
  return markup`<tr class="replicas"><td colspan="9">${met} of ${units.length} replicas met the objective: ${each}</td></tr>`;
}

function row(replicas: Replicas, result: DrillResult, options: DrillReportOptions): Markup {
  const { worst: unit, units } = replicas;
  const cell = CELL[unitVerdict(unit)];
  const prediction = predictionOf(options, unit, result.scenario);
  const which = units.length > 1 ? `slowest of ${units.length}: ${replicaName(unit)}` : null;
  const about = [which, prediction?.product ?? null, prediction?.owner ?? null];
  const { accept, reject, unknown, dropped } = unit.probes;
  const bound = isFiniteBound(unit.predicted) ? `at most ${boundText(unit.predicted)}` : unit.predicted;
  return markup`<tr><th scope="row">${unit.verifier}${about.map((text) => (text === null ? null : markup`<small>${text}</small>`))}</th>
<td class="n" data-label="Measured">${measured(unit)}</td>
<td class="n" data-label="Predicted"><span>${bound}<small>${MODEL_CELL[unit.model]}</small></span></td>
<td class="n" data-label="Objective">${boundText(result.policy.objectiveMs)}</td>
<td class="n" data-label="Verdict"><b class="${cell.style}">${cell.text}</b></td>
<td class="why" data-label="Biggest part"><span>${cause(unit)}</span></td>
<td class="n" data-label="Flaps">${unit.flaps}</td>
<td class="n" data-label="Unknown"><span>${shareText(unknown, accept + reject + unknown)}${dropped > 0 ? markup`<small>${dropped} not sent</small>` : null}</span></td>
<td class="n" data-label="Recovery">${intervalText(unit.recovery)}</td></tr>${replicasRow(replicas)}`;
}

function armTable(arm: ArmResult, result: DrillResult, options: DrillReportOptions): Markup {
  const head = [
    'Verifier',
    'Measured',
    'Predicted',
    'Objective',
    'Verdict',
    'Biggest part',
    'Flaps',
    'Unknown',
    'Recovery',
  ];
  const body =
    arm.units.length === 0
      ? markup`<tr><td colspan="9">No verifier was measured in this arm.</td></tr>`
      : replicasOf(arm).map((replicas) => row(replicas, result, options));
  return markup`<h3 id="verdict-${arm.arm}">${arm.arm} arm</h3><div class="scroll"><table class="cards"><caption>${sentence(ARM_WORDS[arm.arm])}. All verifiers together: ${arm.ttr === null ? 'not measured' : intervalText(arm.ttr)}.</caption>
<thead><tr>${head.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const ATTACK_STYLE: Readonly<Record<AttackCell['outcome'], string>> = {
  refused: 'good',
  accepted: 'bad',
  undecided: 'unsure',
  excluded: 'unsure',
};

function attackCell(cell: AttackCell | null, unit: string): Markup {
  if (cell === null) return markup`<td class="n" data-label="${unit}">–</td>`;
  const notes = [cell.why, cell.spellings.length === 0 ? null : cell.spellings.join(', ')];
  return markup`<td class="n" data-label="${unit}"><span><b class="${ATTACK_STYLE[cell.outcome]}">${OUTCOME_WORDS[cell.outcome]}</b>${notes.map((note) => (note === null ? null : markup`<small>${note}</small>`))}</span></td>`;
}

function attackTable(matrix: AttackMatrix): Markup {
  const rows = matrix.kinds.map((kind) => {
    const { says, reference } = attackOf(kind);
    return markup`<tr><th scope="row">${kind}<small>${says}</small><small>${reference}</small></th>${rowOf(matrix, kind).map((cell, index) => attackCell(cell, matrix.units[index] ?? ''))}</tr>`;
  });
  return markup`<section aria-labelledby="verdicts"><h2 id="verdicts">Verifiers and attacks</h2><div class="scroll"><table class="cards"><caption>Refused means: every attempt, from the first on, while a good token was accepted right after it.</caption>
<thead><tr><th scope="col">Attack</th>${matrix.units.map((unit) => markup`<th scope="col">${unit}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** The verdict table of every arm, with the meaning of each column below; or the matrix of a drill with attacks. */
export function verdicts(result: DrillResult, options: DrillReportOptions): Markup {
  if (result.matrix !== null) return attackTable(result.matrix);
  const body =
    result.arms.length === 0
      ? markup`<p>The run ended before the leak was simulated, so nothing was measured.</p>`
      : markup`${result.arms.map((arm) => armTable(arm, result, options))}
<dl class="legend">${GLOSSARY.map(([term, meaning]) => markup`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>`;
  return markup`<section aria-labelledby="verdicts"><h2 id="verdicts">Verdict per verifier</h2>${body}</section>`;
}
