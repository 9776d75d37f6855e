import type { FileTexts } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { compareLocations, showLocation } from '../model/location.ts';
import type { Paint } from './color.ts';
import type { Cell } from './visible.ts';
import { cellsOf, visible } from './visible.ts';

/** Columns of a whole frame, number and bar included. */
const WIDTH = 80;

/** Columns kept before a span when a long line is cut. */
const LEAD = 20;

/** Characters looked at on each side of a span; a key set can be one line of a megabyte. */
const REACH = 400;

/** Related places shown; a finding with more is told how many are left. */
const MAX_NOTES = 8;

/** A second place, with what it has to do with the first. */
export interface FrameNote {
  readonly at: Location;
  readonly message: string;
}

/** Content of a file, or of several by name. */
type Source = string | undefined | FileTexts;

/**
 * The source lines of a place with carets under the exact span, as compilers show it, and the related places under
 * their own lines. Control characters are made visible, so that a file under lint cannot speak to the terminal.
 *
 * @param source content of the file, or of every file by name; what is missing is shown as a place without text
 */
export function codeFrame(source: Source, at: Location, colors: Paint, notes: readonly FrameNote[] = []): string {
  const textOf = (file: string): string | undefined =>
    typeof source === 'object' ? source.get(file) : file === at.file ? source : undefined;
  const own = notes.find((note) => isSamePlace(note.at, at));
  const others = notes.filter((note) => note !== own);
  const shown = others.slice(0, MAX_NOTES);
  const spots: readonly Spot[] = [
    { at, message: own?.message ?? '', main: true },
    ...shown.map((note) => ({ ...note, main: false })),
  ];
  const files = [at.file, ...new Set(shown.map((note) => note.at.file).filter((file) => file !== at.file))];
  const gutter = Math.max(...spots.map((spot) => String(spot.at.line).length));
  const sections = files.flatMap((file) => {
    const here = spots.filter((spot) => spot.at.file === file);
    const first = here[0]?.at ?? at;
    const arrow = colors.cyan(file === at.file ? '-->' : ':::');
    const head = `${' '.repeat(gutter + 1)}${arrow} ${visible(showLocation(first))}`;
    return [head, ...section(textOf(file), here, { gutter, colors })];
  });
  const left = others.length - shown.length;
  return [...sections, ...(left > 0 ? [`${' '.repeat(gutter + 1)}${colors.dim(`and ${left} more places`)}`] : [])].join(
    '\n',
  );
}

function isSamePlace(a: Location, b: Location): boolean {
  return compareLocations(a, b) === 0 && a.endLine === b.endLine && a.endColumn === b.endColumn;
}

interface Spot extends FrameNote {
  /** The place of the finding itself. */
  readonly main: boolean;
}

interface Style {
  /** Digits of the largest line number. */
  readonly gutter: number;
  readonly colors: Paint;
}

/** The lines of one file that have spots, in order, with `...` where lines are left out. */
function section(text: string | undefined, spots: readonly Spot[], style: Style): readonly string[] {
  const lines = new Map<number, Spot[]>();
  for (const spot of [...spots].sort((a, b) => compareLocations(a.at, b.at))) {
    lines.set(spot.at.line, [...(lines.get(spot.at.line) ?? []), spot]);
  }
  const { gutter, colors } = style;
  const empty = ` ${' '.repeat(gutter)} ${colors.cyan('|')}`;
  const rows: string[] = [];
  let before: number | null = null;
  for (const [number, here] of lines) {
    const line = lineOf(text, number);
    if (line === undefined || line.trim() === '') continue;
    rows.push(before === null || before + 1 === number ? '' : colors.cyan('...'));
    rows.push(...lineRows(line, number, here, style));
    before = number;
  }
  return rows.length === 0 ? [] : [empty, ...rows.filter((row) => row !== '')];
}

/** One line, and below it one row of marks for each of its spots. */
function lineRows(line: string, number: number, spots: readonly Spot[], { gutter, colors }: Style): readonly string[] {
  const bar = colors.cyan('|');
  const focus = (spots.find(({ main }) => main) ?? spots[0])?.at;
  const start = (focus?.column ?? 1) - 1;
  const from = start > REACH ? alignedAt(line, start - REACH / 2) : 0;
  const cells = cellsOf(line.slice(from, start + REACH));
  const view = viewOf(cells, start - from, WIDTH - gutter - 5);
  const cutLeft = from > 0 || view.first > 0;
  const cutRight = start + REACH < line.length || view.last < cells.length;
  const shown = cells.slice(view.first, view.last);
  const text = `${cutLeft ? '…' : ''}${shown.map((cell) => cell.shown).join('')}${cutRight ? '…' : ''}`;
  return [
    ` ${colors.cyan(String(number).padStart(gutter))} ${bar} ${text.trimEnd()}`,
    ...spots.map(({ at, message, main }) => {
      const begin = at.column - 1 - from;
      const end = at.endLine === at.line ? at.endColumn - 1 - from : Infinity;
      const before = shown.filter(({ offset }) => offset < begin);
      const inside = shown.filter(({ offset }) => offset >= begin && offset < end);
      const marks = (main ? '^' : '-').repeat(Math.max(1, widthOf(trimBlanks(inside))));
      const note = message === '' ? '' : ` ${visible(message)}`;
      const indent = ' '.repeat(widthOf(before) + (cutLeft ? 1 : 0));
      return ` ${' '.repeat(gutter)} ${bar} ${indent}${(main ? colors.red : colors.cyan)(`${marks}${note}`)}`;
    }),
  ];
}

/** The line of a text, without its end. */
function lineOf(text: string | undefined, number: number): string | undefined {
  if (text === undefined) return undefined;
  const starts = lineStartsOf(text);
  const start = starts[number - 1];
  if (start === undefined) return undefined;
  const next = starts[number];
  return text.slice(start, next === undefined ? text.length : next - 1).replace(/\r$/, '');
}

/** Texts of which the lines are remembered: findings come file by file, each with a few related places. */
const REMEMBERED = 4;

const recent: { readonly text: string; readonly starts: readonly number[] }[] = [];

/** Where lines begin. Files can be large and findings many, so each text is walked once. */
function lineStartsOf(text: string): readonly number[] {
  const known = recent.find((each) => each.text === text);
  if (known !== undefined) return known.starts;
  const starts = [text.startsWith('\uFEFF') ? 1 : 0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  recent.unshift({ text, starts });
  recent.length = Math.min(recent.length, REMEMBERED);
  return starts;
}

/** The cells of a window that begins a little before the span when the whole line does not fit. */
function viewOf(
  cells: readonly Cell[],
  start: number,
  width: number,
): { readonly first: number; readonly last: number } {
  if (widthOf(cells) <= width) return { first: 0, last: cells.length };
  const focus = Math.max(
    0,
    cells.findIndex(({ offset }) => offset >= start),
  );
  let first = focus;
  for (let used = 0; first > 0 && used < LEAD; first -= 1) used += cells[first - 1]?.width ?? 0;
  // What lies before a span near the beginning fits whole.
  if (widthOf(cells.slice(0, focus)) <= width / 2) first = 0;
  let last = first;
  for (let used = 2; last < cells.length; last += 1) {
    used += cells[last]?.width ?? 0;
    if (used > width) break;
  }
  return { first, last };
}

function trimBlanks(cells: readonly Cell[]): readonly Cell[] {
  const last = cells.findLastIndex(({ shown }) => shown.trim() !== '');
  return cells.slice(0, last + 1);
}

/** A cut must not fall between the halves of a character. */
function alignedAt(line: string, offset: number): number {
  const code = line.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff ? offset + 1 : offset;
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}
