import type { DrillResult, UnitResult } from '../model/drill.ts';
import { showLocation } from '../model/location.ts';
import type { Markup } from './drill-markup.ts';
import { markup, prose } from './drill-markup.ts';
import { countOf, secondsText } from './drill-numbers.ts';
import type { DrillReportOptions } from './drill-wording.ts';
import { rerunCommand } from './drill-wording.ts';

const COUNT_NAMES = ['Accepted', 'Refused', 'Unknown'] as const;

function namesWith(result: DrillResult, attribution: UnitResult['attribution']): string {
  return result.arms
    .flatMap((arm) =>
      arm.units.filter((unit) => unit.attribution === attribution).map((unit) => `${unit.unit} (${arm.arm})`),
    )
    .join(', ');
}

/** Claims nothing that was not looked at: each sentence needs units, or probes of the credential it speaks of. */
function harm(result: DrillResult): string {
  const units = result.arms.flatMap((arm) => arm.units);
  if (units.length === 0) return 'Nothing was measured.';
  const { bystander } = result.controls;
  const collateral = namesWith(result, 'collateral');
  const unattributed = namesWith(result, 'unattributed');
  const sentences = [
    collateral === '' ? null : `Refusals that hit other credentials too, so an outage may be the cause: ${collateral}.`,
    unattributed === ''
      ? null
      : `Refusals without a clear answer for another credential near them, so the cause is not known: ${unattributed}.`,
    bystander.rejected === 0
      ? null
      : `The bystander, who should never notice, was refused ${countOf(bystander.rejected, 'time')}.`,
  ].filter((text) => text !== null);
  return sentences.length > 0
    ? sentences.join(' ')
    : 'No refusal of the leaked credential coincided with a refusal of a credential that should have worked.';
}

function recovery(result: DrillResult): string {
  const uppers = result.arms.flatMap((arm) => arm.units.flatMap((unit) => unit.recovery?.upper ?? []));
  if (uppers.length === 0) return 'Recovery was not measured.';
  const open = uppers.filter((upper) => upper === 'unbounded').length;
  if (open > 0)
    return `The credential for legitimate users was not accepted by the end of the drill in ${open} of ${countOf(uppers.length, 'measurement')}.`;
  const last = Math.max(...uppers.map(Number));
  return `The credential for legitimate users was accepted by ${secondsText(last, 'up')} after t0 in all ${countOf(uppers.length, 'measurement')}.`;
}

/** Did anybody else suffer, and when did legitimate users get back in. */
export function collateral(result: DrillResult): Markup {
  const rows = [
    ['control', 'same issuer and client as the leaked credential, not leaked', result.controls.control],
    ['bystander', 'another client; must never be refused', result.controls.bystander],
  ] as const;
  return markup`<section aria-labelledby="collateral"><h2 id="collateral">Collateral and recovery</h2>
<p>${prose(`${harm(result)} ${recovery(result)}`)}</p>
<div class="scroll"><table><caption>Answers to credentials that were not revoked</caption><thead><tr><th scope="col">Credential</th>${COUNT_NAMES.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(([name, meaning, counts]) => markup`<tr><th scope="row">${name}<small>${meaning}</small></th><td>${counts.accepted}</td><td>${counts.rejected}</td><td>${counts.unknown}</td></tr>`)}</tbody></table></div></section>`;
}

const SEVERITY = { error: '✕ error', warning: '! warning', info: 'i info' } as const;
const SEVERITY_STYLE = { error: 'bad', warning: 'unsure', info: 'good' } as const;

/** What the run found, worst first as the runner sorted it. */
export function findings(result: DrillResult): Markup {
  const rows = result.findings.map(
    (
      finding,
    ) => markup`<tr><td class="n" data-label="Severity"><b class="${SEVERITY_STYLE[finding.severity]}">${SEVERITY[finding.severity]}</b></td>
<td data-label="Finding"><span>${prose(finding.message)}<small><code>${finding.rule}</code>${finding.at === null ? null : markup` at <code>${showLocation(finding.at)}</code>`}</small></span></td>
<td data-label="Where"><span>${finding.unit ?? 'whole run'}${finding.arm === null ? null : markup`<small>${finding.arm} arm</small>`}</span></td></tr>`,
  );
  const table = markup`<div class="scroll"><table class="cards"><thead><tr><th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">Where</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return markup`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>${rows.length === 0 ? markup`<p>None.</p>` : table}</section>`;
}

function list(items: readonly string[], none: string): Markup {
  return items.length === 0
    ? markup`<p>${none}</p>`
    : markup`<ul>${items.map((item) => markup`<li>${prose(item)}</li>`)}</ul>`;
}

function exclusions(result: DrillResult): readonly string[] {
  return result.arms.flatMap((arm) =>
    arm.units
      .filter((unit) => unit.interval === null)
      .map((unit) => `${unit.unit} is not judged in the ${arm.arm} arm: ${unit.calibration}`),
  );
}

function resolutions(result: DrillResult): readonly string[] {
  const known = result.arms.flatMap((arm) => arm.units.flatMap((unit) => unit.resolutionMs ?? []));
  if (known.length === 0) return [];
  return [
    `No change could be placed finer than the gap between two probes: at worst ${secondsText(Math.max(...known), 'up')} here.`,
  ];
}

/** How it was measured and what it does not show. Always printed, also when the lists are empty. */
export function methodAndLimits(result: DrillResult): Markup {
  const { requests, dropped, peakPerSecond, latenessP99Ms, latenessMaxMs } = result.load;
  const load = `${requests} requests, ${dropped} dropped, at most ${peakPerSecond} in one second; sent late by ${latenessP99Ms.toFixed(1)} ms (99th percentile), ${latenessMaxMs.toFixed(1)} ms at most.`;
  return markup`<section aria-labelledby="method"><h2 id="method">Method and limits</h2><div class="box">
<h3>How it was measured</h3>${list([...result.method, load], '')}
<h3>What this run cannot tell</h3>${list([...result.limits, ...resolutions(result), ...exclusions(result)], 'The runner named no limits.')}</div></section>`;
}

/** Every change the run made to the world, whether it was undone, and whether that was checked at the source. */
export function safetyRecord(result: DrillResult): Markup {
  const { effects, clean } = result.safety;
  const yes = (value: boolean): Markup =>
    value ? markup`<span class="good">✓ yes</span>` : markup`<b class="bad">✕ no</b>`;
  const rows = effects.map(
    (effect) =>
      markup`<tr><td data-label="Id"><code>${effect.id}</code></td><td data-label="Change"><span>${effect.says}</span></td><td class="n" data-label="Undone">${yes(effect.undone)}</td><td class="n" data-label="Verified">${yes(effect.verified)}</td><td data-label="Evidence"><span>${effect.why}</span></td></tr>`,
  );
  const table = markup`<div class="scroll"><table class="cards"><thead><tr><th scope="col">Id</th><th scope="col">Change</th><th scope="col">Undone</th><th scope="col">Verified</th><th scope="col">Evidence</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return markup`<section aria-labelledby="safety"><h2 id="safety">Safety record</h2>
<p>${clean ? markup`<b class="good">✓</b> ${effects.length === 0 ? 'The run changed nothing.' : 'Everything this run changed was put back, and that was checked at the source.'}` : markup`<b class="bad">✕ The clean-up is incomplete.</b> Run <code>firebreak drill recover</code>.`}</p>
${rows.length === 0 ? null : table}</section>`;
}

/** What another person needs to repeat the run and to check this page against its evidence. */
export function reproduce(result: DrillResult, options: DrillReportOptions): Markup {
  const pairs: readonly (readonly [string, string])[] = [
    ['Command', rerunCommand(result, options)],
    ['Run', result.runId],
    ['Drill', `${result.drill.file} sha256:${result.drill.digest}`],
    [
      'Policy',
      `${result.policy.file} sha256:${result.policy.digest}${result.policy.commit === null ? ' (not in a git commit)' : ` at commit ${result.policy.commit}`}`,
    ],
    [
      'Objective',
      result.policy.objectiveAt === null ? 'not written in a policy' : showLocation(result.policy.objectiveAt),
    ],
    ['Tool', result.tool],
    ['Seed', String(result.seed)],
    ['Journal', `${result.journal.path}, ${result.journal.lines} lines, sha256:${result.journal.sha256}`],
    ['Duration', secondsText(result.durationMs)],
  ];
  return markup`<section aria-labelledby="reproduce"><h2 id="reproduce">Reproduce</h2><div class="box"><dl class="pairs">${pairs.map(([name, value]) => markup`<dt>${name}</dt><dd><code>${value}</code></dd>`)}</dl></div></section>`;
}
