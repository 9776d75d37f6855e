import type { FileTexts } from '../model/document.ts';
import type { Finding, LintResult, Severity, Suppressed } from '../model/finding.ts';
import { SEVERITIES } from '../model/finding.ts';
import { showLocation } from '../model/location.ts';
import { paint } from './color.ts';
import { counted } from './counted.ts';
import type { Markup } from './drill-markup.ts';
import { markup } from './drill-markup.ts';
import { codeFrame } from './frame.ts';
import { LINT_STYLE } from './lint-style.ts';
import { visible } from './visible.ts';
import { countByRule, worstFirst } from './worst-first.ts';

// Without scripts, remote images, fonts or frames, a hostile name in a result has nothing to start.
const CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Findings with their source lines; more make a page that no browser scrolls well. */
const MAX_FRAMES = 500;

/** Findings listed at all. */
const MAX_ROWS = 5000;

const WORDS: Readonly<Record<Severity, string>> = { error: 'Errors', warning: 'Warnings', info: 'Notes' };

export interface LintHtmlOptions {
  readonly texts: FileTexts;
  readonly version: string;
  /** Instant that dates were judged by, RFC 3339. */
  readonly judgedAt: string;
}

/**
 * One HTML file that needs nothing else: no script, no request, light and dark, fit for paper. First the counts, then
 * what could not be read, then findings by severity with their source lines, then what is silenced and by whom.
 */
export function lintHtml(result: LintResult, { texts, version, judgedAt }: LintHtmlOptions): string {
  const { findings, errors, suppressed } = result;
  const ordered = worstFirst(findings).slice(0, MAX_ROWS);
  const framed = new Set(ordered.slice(0, MAX_FRAMES));
  const left = findings.length - ordered.length;
  const title = titleOf(result);
  return `${
    markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${{ html: CSP }}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>Firebreak lint: ${title}</title><style>${{ html: LINT_STYLE }}</style></head><body><main>
<header><p class="kicker">Firebreak lint ${visible(version)}, judged at ${visible(judgedAt)}</p><h1>${title}</h1>${facts(result)}</header>
${errors.length === 0 ? null : markup`<section><h2>Could not be evaluated</h2><p class="lead">While there are any, the run is no pass: nobody knows what hides in them.</p>${errors.map((error) => problem(error, texts))}</section>`}
${overview(findings)}
${SEVERITIES.map((severity) => group(severity, ordered, { framed, texts }))}
${left > 0 ? markup`<p class="lead">${counted(left, 'more finding')} not listed here; firebreak lint --json has all of them.</p>` : null}
${silenced(suppressed)}
<footer>Written by firebreak ${visible(version)}. Source lines show tokens without signatures and keys without their private half.</footer>
</main></body></html>`.html
  }\n`;
}

function titleOf({ findings, errors, summary, since }: LintResult): string {
  const { error, warning, info } = summary.bySeverity;
  const parts = [
    ...(errors.length === 0 ? [] : [`${errors.length} unreadable`]),
    ...(error === 0 ? [] : [counted(error, 'error')]),
    ...(warning === 0 ? [] : [counted(warning, 'warning')]),
    ...(info === 0 ? [] : [counted(info, 'note')]),
  ];
  if (findings.length + errors.length === 0) return since === undefined ? 'no findings' : 'no new findings';
  return parts.join(', ');
}

function facts({ summary, suppressed, since }: LintResult): Markup {
  const rows: readonly (readonly [string, string])[] = [
    ['policies', String(summary.policies)],
    ['inventories', String(summary.inventories)],
    ['drills', String(summary.drills)],
    ['key sets', String(summary.jwks)],
    ['tokens', String(summary.tokens)],
    ['configuration files', String(summary.configs)],
    ['rules', String(summary.rules)],
    ['silenced', String(suppressed.length)],
    ...(since === undefined
      ? []
      : ([
          [`known at ${visible(since.ref)}`, String(since.known)],
          ['fixed since', String(since.fixed)],
        ] as const)),
  ];
  return markup`<dl class="facts">${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function overview(findings: readonly Finding[]): Markup | null {
  const counts = countByRule(findings);
  if (counts.length < 2) return null;
  const rows = counts.map(([rule, count]) => {
    const worst = worstFirst(findings.filter((finding) => finding.rule === rule))[0]?.severity ?? 'info';
    return markup`<tr><td><span class="dot ${worst}"></span>${visible(rule)}</td><td class="n">${count}</td></tr>`;
  });
  return markup`<section><h2>By rule</h2><table><thead><tr><th scope="col">Rule</th><th scope="col" class="n">Findings</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

interface Shown {
  readonly framed: ReadonlySet<Finding>;
  readonly texts: FileTexts;
}

function group(severity: Severity, ordered: readonly Finding[], { framed, texts }: Shown): Markup | null {
  const own = ordered.filter((finding) => finding.severity === severity);
  if (own.length === 0) return null;
  const items = own.map(
    (finding) =>
      markup`<article class="${severity}"><h3>${visible(finding.message)}</h3><p class="meta"><b>${visible(finding.rule)}</b> ${visible(showLocation(finding.at))}${finding.confidence === 'certain' ? null : ` · ${finding.confidence}`} · ${visible(finding.fingerprint)}</p>${framed.has(finding) ? frame(codeFrame(texts, finding.at, paint(false), finding.related)) : null}</article>`,
  );
  return markup`<section><h2>${WORDS[severity]} <span class="count">${own.length}</span></h2>${items}</section>`;
}

function problem({ code, message, hint, at }: LintResult['errors'][number], texts: FileTexts): Markup {
  return markup`<article class="error"><h3>${visible(message)}</h3><p class="meta"><b>${visible(code)}</b>${at === null ? null : ` ${visible(showLocation(at))}`}</p>${at === null ? null : frame(codeFrame(texts, at, paint(false)))}${hint === null ? null : markup`<p class="hint">${visible(hint)}</p>`}</article>`;
}

/** The frame of the terminal, its lines marked for what they are. */
function frame(text: string): Markup {
  const lines = text.split('\n').map((line) => {
    const name = /^\s*(?:-->|:::)/.test(line) ? 'where' : /^ +\| /.test(line) ? 'mark' : 'line';
    return markup`<span class="${name}">${line}</span>\n`;
  });
  return markup`<pre tabindex="0">${lines}</pre>`;
}

function silenced(suppressed: readonly Suppressed[]): Markup | null {
  if (suppressed.length === 0) return null;
  const rows = suppressed
    .slice(0, MAX_ROWS)
    .map(
      ({ finding, how, owner, until, reason, at }) =>
        markup`<tr><td>${visible(finding.rule)}<small>${visible(showLocation(finding.at))}</small></td><td>${visible(owner)}<small>${how}, ${visible(showLocation(at))}</small></td><td class="n">${visible(until)}</td><td>${visible(reason)}</td></tr>`,
    );
  const left = suppressed.length - rows.length;
  return markup`<section><h2>Silenced <span class="count">${suppressed.length}</span></h2><p class="lead">Findings that somebody decided to live with until a day.</p><table><thead><tr><th scope="col">Finding</th><th scope="col">Owner</th><th scope="col">Until</th><th scope="col">Reason</th></tr></thead><tbody>${rows}</tbody></table>${left > 0 ? markup`<p class="lead">and ${left} more</p>` : null}</section>`;
}
