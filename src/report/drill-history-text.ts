import type { DrillHistory, HistorySeries } from '../model/drill-history.ts';
import type { Paint } from './color.ts';
import { counted } from './counted.ts';
import { bandWords, ratioWords, shiftWords, statementWords } from './drill-history-wording.ts';
import { boundText, intervalText } from './drill-numbers.ts';
import { markdownText } from './markdown-text.ts';
import { visible } from './visible.ts';

/** Runs shown for each verifier; JSON has all. */
const SHOWN_RUNS = 10;

const HEAD = ['run', 'measured', 'predicted', 'share', 'verdict'] as const;

/** The history for a terminal: what the runs say together first, then the newest runs. */
export function historyText({ results, series }: DrillHistory, paint: Paint): string {
  const blocks = series.map((one) => {
    const rows = rowsOf(one);
    const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    const table = rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    return [
      paint.bold(titleOf(one)),
      ...statementWords(one).map((text) => `  ${text}`),
      `  estimated from ${counted(one.statements.drills, 'interval')}: ${bandWords(one)}`,
      ...remarks(one).map((text) => `  ${paint.yellow(visible(text))}`),
      ...table.map((line) => `    ${visible(line)}`),
      '',
    ].join('\n');
  });
  return `${counted(results, 'drill')} recorded\n\n${blocks.join('\n')}`;
}

/** The history for a pull request or a page. */
export function historyMarkdown({ results, series }: DrillHistory): string {
  const lines = series.flatMap((one) => [
    `### ${markdownText(titleOf(one))}`,
    '',
    ...[...statementWords(one), `estimated: ${bandWords(one)}`, ...remarks(one)].map(
      (text) => `- ${markdownText(text)}`,
    ),
    '',
    ...rowsOf(one).flatMap((row, index) => [
      `| ${row.map((cell) => markdownText(cell)).join(' | ')} |`,
      ...(index === 0 ? [`| ${HEAD.map(() => '---').join(' | ')} |`] : []),
    ]),
    '',
  ]);
  return `## Drills so far: ${results}\n\n${lines.join('\n')}`;
}

function titleOf({ verifier, scenario, arm, environment }: HistorySeries): string {
  return `${visible(verifier)}: ${scenario}, ${arm} arm, in ${visible(environment)}`;
}

/** Newest first; what is left out is counted. */
function rowsOf({ runs }: HistorySeries): readonly (readonly string[])[] {
  const shown = runs.slice(-SHOWN_RUNS).toReversed();
  return [
    HEAD,
    ...shown.map((run) => [
      run.runId,
      intervalText(run.interval),
      boundText(run.predicted),
      ratioWords(run.ratio),
      run.verdict,
    ]),
    ...(runs.length > shown.length ? [[`and ${runs.length - shown.length} older`, '', '', '', '']] : []),
  ];
}

function remarks({ runs, remarks: general }: HistorySeries): readonly string[] {
  const shifts = runs.slice(-SHOWN_RUNS).flatMap((run) => {
    const words = shiftWords(run);
    return words === null ? [] : [`${run.runId} was ${words}`];
  });
  return [...general, ...shifts];
}
