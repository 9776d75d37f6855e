import type { ScopeGrouping, ScopeResult } from '../model/incident-scope.ts';
import { SCOPE_GROUPS } from '../model/incident-scope.ts';
import { GROUP_TITLES, SIGNAL_TITLES, leakedLogs, showTime, signalWords, summaryOf } from './incident-scope-wording.ts';
import { COMMENT_BYTES, bytesOf, markdownCode, markdownText } from './markdown-text.ts';
import { showCount } from './replay-wording.ts';

/** Rows of each table. */
const MAX_GROUPS = 20;
const MAX_USES = 50;

/** The scope of an incident for a comment or a chat; parts that do not fit are named. */
export function scopeMarkdown(result: ScopeResult): string {
  const { incident, signals, unanswerable, limits, problems } = result;
  const warnings = [...problems.map(({ message }) => message), ...leakedLogs(result), ...limits];
  const parts = [
    [
      `## Scope of ${markdownText(incident.name)}: ${markdownText(incident.leaked)}`,
      '',
      ...summaryOf(result).map((line) => `- ${markdownText(line)}`),
    ],
    list(
      'Signals',
      signals.map((signal) => `**${SIGNAL_TITLES[signal.kind]}**: ${markdownText(signalWords(signal))}`),
    ),
    list(
      'The logs cannot say',
      unanswerable.map(
        ({ question, why, wouldAnswer }) =>
          `**${markdownText(question)}**: ${markdownText(why)}${wouldAnswer === null ? '' : `. Would answer it: ${markdownText(wouldAnswer)}`}`,
      ),
    ),
    list(
      'Warnings',
      warnings.map((words) => markdownText(words)),
    ),
    ...SCOPE_GROUPS.map((by) => groupTable(by, result)),
    useTable(result),
  ].filter((lines) => lines.length > 0);
  return fitting(parts.map((lines) => `${lines.join('\n')}\n`));
}

function list(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`### ${title}`, '', ...items.map((item) => `- ${item}`)];
}

function groupTable(by: ScopeGrouping, { groups }: ScopeResult): readonly string[] {
  const found = groups.filter((group) => group.by === by);
  if (found.length === 0) return [];
  const more = found.length - MAX_GROUPS;
  return [
    `### By ${GROUP_TITLES[by]}`,
    '',
    `| ${GROUP_TITLES[by]} | after | before | first | last | |`,
    '| --- | ---: | ---: | --- | --- | --- |',
    ...found
      .slice(0, MAX_GROUPS)
      .map(
        ({ value, after, before, first, last, isNew }) =>
          `| ${markdownCode(value)} | ${showCount(after)} | ${showCount(before)} | ${showTime(first)} | ${showTime(last)} | ${isNew ? 'new' : ''} |`,
      ),
    ...(more > 0 ? ['', `and ${showCount(more)} more`] : []),
  ];
}

function useTable({ uses, usesLeftOut }: ScopeResult): readonly string[] {
  const after = uses.filter(({ when }) => when !== 'before');
  const shown = after.slice(0, MAX_USES);
  if (shown.length === 0) return [];
  const more = uses.length + usesLeftOut - shown.length;
  return [
    '### First uses after the leak',
    '',
    '| time | decision | address | request | user agent | known by | line |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...shown.map((use) => {
      const request = `${use.method ?? ''} ${use.target ?? ''}${use.route ?? ''}`.trim();
      const known = `${use.link}${use.isDerived ? ', derived' : ''}`;
      const cells = [use.ip, request, use.userAgent].map((text) =>
        text === null || text === '' ? '' : markdownCode(text),
      );
      return `| ${showTime(use.time)} | ${use.decision ?? ''} | ${cells.join(' | ')} | ${known} | ${markdownCode(`${use.file}:${use.line}`)} |`;
    }),
    ...(more > 0 ? ['', `and ${showCount(more)} more lines`] : []),
  ];
}

/** Parts in order, as many as a comment takes. */
function fitting(parts: readonly string[]): string {
  let text = '';
  let left = 0;
  for (const part of parts) {
    if (bytesOf(text) + bytesOf(part) > COMMENT_BYTES) left += 1;
    else text += `${text === '' ? '' : '\n'}${part}`;
  }
  return left === 0 ? text : `${text}\n${left} ${left === 1 ? 'part' : 'parts'} left out: too long\n`;
}
