import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import type { SuppressionKind } from '../model/waiver.ts';
import type { Paint } from './color.ts';
import { counted } from './counted.ts';
import { visible } from './visible.ts';
import { jsonText } from './json-text.ts';

/** One exception of a list. */
export interface ExceptionRow {
  readonly how: SuppressionKind;
  /** null for directives. */
  readonly name: string | null;
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string | null;
  /** Last day. */
  readonly until: string;
  /** Today included; 0 or less when it has ended. */
  readonly daysLeft: number;
  readonly rules: readonly string[];
  /** Values it lets in that policies do not allow, a line each. */
  readonly permits: readonly string[];
  /** Findings it silences. */
  readonly silences: number;
  readonly at: Location;
}

/** Who lives with what until when, those that end first in front. */
export function exceptionsPretty(rows: readonly ExceptionRow[], color: Paint): string {
  if (rows.length === 0) return 'no directive, waiver or baseline\n';
  return rows
    .map((row) => {
      const title = row.name === null ? row.how : `${row.how} ${visible(row.name)}`;
      const ticket = row.ticket === null ? '' : `  ${visible(row.ticket)}`;
      const silences = row.rules.length === 0 ? '' : `  silences ${counted(row.silences, 'finding')}`;
      return [
        `${color.bold(title)}  ${endOf(row, color)}  ${visible(row.owner)}${silences}${ticket}`,
        ...(row.rules.length === 0 ? [] : [`  ${row.rules.map(visible).join(', ')}`]),
        ...row.permits.map((line) => `  permits ${visible(line)}`),
        `  ${visible(row.reason)}`,
        `  ${color.dim(visible(showLocation(row.at)))}`,
        '',
      ].join('\n');
    })
    .join('\n');
}

/** The same for machines. */
export function exceptionsJson(rows: readonly ExceptionRow[]): string {
  const exceptions = rows.map(({ at, daysLeft, ...row }) => ({
    ...row,
    days_left: daysLeft,
    path: at.file,
    line: at.line,
    column: at.column,
  }));
  return jsonText({ schema_version: '1.0', exceptions });
}

function endOf({ until, daysLeft }: ExceptionRow, color: Paint): string {
  if (daysLeft <= 0) return color.red(`ended ${visible(until)}`);
  const text = `until ${visible(until)} (${counted(daysLeft, 'day')} left)`;
  return daysLeft <= 14 ? color.yellow(text) : text;
}
