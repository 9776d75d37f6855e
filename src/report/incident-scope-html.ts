import type { ScopeGrouping, ScopeResult, ScopeUse } from '../model/incident-scope.ts';
import { SCOPE_GROUPS } from '../model/incident-scope.ts';
import type { Markup } from './drill-markup.ts';
import { markup } from './drill-markup.ts';
import { GROUP_TITLES, SIGNAL_TITLES, leakedLogs, showTime, signalWords, summaryOf } from './incident-scope-wording.ts';
import { LINT_STYLE } from './lint-style.ts';
import { showCount } from './replay-wording.ts';
import { visible } from './visible.ts';

/** No script, no request, no frame: what stands in a log can do nothing here. */
const CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Rows of each grouping, and of the uses. */
const MAX_GROUPS = 100;
const MAX_USES = 5000;

/** The scope of an incident as one file that needs nothing else, for whoever has to decide. */
export function scopeHtml(result: ScopeResult): string {
  const { incident, signals, unanswerable, totals, problems, limits } = result;
  const title = visible(`${incident.name}: ${incident.leaked}`);
  const warnings = [...problems.map(({ message }) => message), ...leakedLogs(result), ...limits];
  return `${
    markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${{ html: CSP }}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>Firebreak scope of ${title}</title><style>${{ html: LINT_STYLE }}</style></head><body><main>
<header><p class="kicker">Firebreak scope of an incident, leaked ${showTime(incident.since)} or later</p><h1>${title}</h1>
<dl class="facts">${fact('Uses', showCount(totals.uses))}${fact('After the leak', showCount(totals.after))}${fact('Before', showCount(totals.before))}${fact('Accepted', showCount(totals.accepted))}${fact('Rejected', showCount(totals.rejected))}${fact('Derived', showCount(totals.derived))}</dl></header>
${summaryOf(result).map((line) => markup`<p class="lead">${line}</p>`)}
${signals.length === 0 ? null : markup`<section><h2>Signals</h2>${signals.map((signal) => markup`<article class="error"><h3>${SIGNAL_TITLES[signal.kind]}</h3><p class="meta">${visible(signalWords(signal))}</p></article>`)}</section>`}
${unanswerable.length === 0 ? null : markup`<section><h2>The logs cannot say</h2>${unanswerable.map(({ question, why, wouldAnswer, files }) => markup`<article class="warning"><h3>${visible(question)}</h3><p class="meta">${visible(why)}${files.length === 0 ? null : ` (${visible(files.join(', '))})`}</p>${wouldAnswer === null ? null : markup`<p class="hint">Would answer it: ${visible(wouldAnswer)}</p>`}</article>`)}</section>`}
${warnings.length === 0 ? null : markup`<section><h2>Warnings</h2>${warnings.map((words) => markup`<p class="lead">${visible(words)}</p>`)}</section>`}
${SCOPE_GROUPS.map((by) => groupTable(by, result))}
${useTable(result)}
<footer>Written by firebreak. No token stands here; tokens are named by their id or the first digits of their hash.</footer>
</main></body></html>`.html
  }\n`;
}

function fact(term: string, value: string): Markup {
  return markup`<div><dt>${term}</dt><dd>${value}</dd></div>`;
}

function groupTable(by: ScopeGrouping, { groups }: ScopeResult): Markup | null {
  const found = groups.filter((group) => group.by === by);
  if (found.length === 0) return null;
  const more = found.length - MAX_GROUPS;
  return markup`<section><h2>By ${GROUP_TITLES[by]} <span class="count">${found.length}</span></h2><table><thead><tr><th>${GROUP_TITLES[by]}</th><th class="n">after</th><th class="n">before</th><th class="n">first</th><th class="n">last</th><th></th></tr></thead><tbody>${found
    .slice(0, MAX_GROUPS)
    .map(
      ({ value, after, before, first, last, isNew }) =>
        markup`<tr><td>${visible(value)}</td><td class="n">${showCount(after)}</td><td class="n">${showCount(before)}</td><td class="n">${showTime(first)}</td><td class="n">${showTime(last)}</td><td>${isNew ? 'new' : null}</td></tr>`,
    )}</tbody></table>${more > 0 ? markup`<p class="lead">and ${showCount(more)} more</p>` : null}</section>`;
}

function useTable({ uses, usesLeftOut }: ScopeResult): Markup | null {
  if (uses.length === 0) return null;
  // The end of a long list is what happened after the leak.
  const shown = uses.slice(-MAX_USES);
  const more = uses.length + usesLeftOut - shown.length;
  return markup`<section><h2>Uses <span class="count">${shown.length}</span></h2><table><thead><tr><th class="n">time</th><th>when</th><th>decision</th><th>address</th><th>request</th><th>user agent</th><th>known by</th><th>line</th></tr></thead><tbody>${shown.map(useRow)}</tbody></table>${more > 0 ? markup`<p class="lead">and ${showCount(more)} more lines: -f csv has up to --max-uses of them</p>` : null}</section>`;
}

function useRow(use: ScopeUse): Markup {
  const request = `${use.method ?? ''} ${use.target ?? ''}${use.route ?? ''}`.trim();
  return markup`<tr><td class="n">${showTime(use.time)}</td><td>${use.when}</td><td>${use.decision ?? '?'}</td><td>${visible(use.ip ?? '')}</td><td>${visible(request)}</td><td>${visible(use.userAgent ?? '')}</td><td>${use.link}${use.isDerived ? ', derived' : null}</td><td>${visible(`${use.file}:${use.line}`)}</td></tr>`;
}
