/** One character as it is shown. */
export interface Cell {
  readonly shown: string;
  /** Columns of a terminal. */
  readonly width: number;
  /** Where it begins in the text, in UTF-16 code units. */
  readonly offset: number;
}

const TAB = 4;

/** Longest name of a runner that is looked for before a bracket; real ones have 3 to 8 letters. */
const ORDER_REACH = 64;

/**
 * Characters that do something instead of showing something: C0 and C1 controls, direction marks and overrides
 * (Trojan Source, CVE-2021-42574), zero-width characters, line and paragraph separators, tags, lone surrogates.
 */
const ACTING = /\u034F|[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115F\u1160\u3164\uFFA0]/u;

/** Two columns wide: Unicode Standard Annex 11, East Asian Width W and F, the blocks that matter. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;

const COMBINING = /\p{M}/u;

/**
 * `##[group]`, `##vso[...]`, `##teamcity[...]`: orders to a build runner, which the ones of GitHub (actions/runner,
 * ActionCommand.cs) and Azure obey wherever they stand in a line.
 */
const RUNNER_COMMAND = /##(\w*)\[/g;

/** Looks like the bracket and is none. */
const BRACKET = '\u2045';

/** The characters of one line; tabs are blanks up to the next multiple of four columns. */
export function cellsOf(text: string): readonly Cell[] {
  const cells: Cell[] = [];
  let offset = 0;
  let column = 0;
  for (const char of text) {
    const isOrder = char === '[' && /##\w*$/.test(text.slice(Math.max(0, offset - ORDER_REACH), offset));
    const shown = char === '\t' ? ' '.repeat(TAB - (column % TAB)) : isOrder ? BRACKET : symbolFor(char);
    const width = char === '\t' ? shown.length : COMBINING.test(shown) ? 0 : WIDE.test(shown) ? 2 : 1;
    cells.push({ shown, width, offset });
    offset += char.length;
    column += width;
  }
  return cells;
}

/**
 * Text for one line of a terminal, a log or a report: what would act is shown as a symbol, so that neither a file nor
 * its name can move the cursor, change the colour, turn the direction, forge a line or command a build runner. Tabs
 * become one blank.
 */
export function visible(text: string): string {
  return Array.from(text, (char) => (char === '\t' ? ' ' : symbolFor(char)))
    .join('')
    .replaceAll(RUNNER_COMMAND, `##$1${BRACKET}`);
}

function symbolFor(char: string): string {
  if (!ACTING.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\uFFFD';
}
