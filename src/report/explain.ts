import type { RuleExample, RuleMeta } from '../model/finding.ts';
import type { Paint } from './color.ts';
import { visible } from './visible.ts';

/** Columns of the screen. */
const WIDTH = 96;

/** Columns of the titles. */
const MARGIN = 9;

/** Lines of an example that fit a screen; the page of the rule has all of it. */
const EXAMPLE_LINES = 24;

/** A rule on one screen: what, why, an example of both kinds, what to do, where it is written, how to live with it. */
export function explainRule(rule: RuleMeta, color: Paint): string {
  const { id, severity, confidence, since, securitySeverity, sources, examples } = rule;
  const facts = `${severity} · ${confidence} · security severity ${securitySeverity.toFixed(1)} · since ${since}`;
  // Directives cannot silence the rules about directives.
  const directive = id.startsWith('lint/')
    ? []
    : titled('Waive', `# firebreak-ignore ${id} until=YYYY-MM-DD owner=@team -- reason`, color);
  return [
    `${color.bold(id)}  ${color.dim(facts)}`,
    ...broken(rule.summary, WIDTH),
    '',
    ...titled('Why', rule.why, color),
    ...titled('Fix', rule.fix, color),
    ...titled('Sources', sources.join('; '), color),
    ...directive,
    '',
    ...exampleLines('Bad', examples.bad[0], color),
    '',
    ...exampleLines('Good', examples.good[0], color),
    '',
  ].join('\n');
}

function exampleLines(title: string, { files, note }: RuleExample, color: Paint): readonly string[] {
  return Object.entries(files).flatMap(([file, text], index) => {
    const lines = text.trimEnd().split('\n');
    const left = lines.length - EXAMPLE_LINES;
    const heading = color.bold((index === 0 ? title : '').padEnd(MARGIN));
    return [
      `${heading}${color.dim(file)}`,
      ...(index === 0 && note !== undefined ? broken(note, WIDTH - 2).map((line) => color.dim(`  ${line}`)) : []),
      ...lines.slice(0, EXAMPLE_LINES).map((line) => `  ${clipped(line)}`),
      ...(left > 0 ? [color.dim(`  ... ${left} more lines, see docs/rules`)] : []),
    ];
  });
}

/** Key material is longer than any screen. */
function clipped(line: string): string {
  return line.length > WIDTH - 2 ? `${visible(line.slice(0, WIDTH - 3))}…` : visible(line);
}

/** Text beside its title. */
function titled(title: string, text: string, color: Paint): readonly string[] {
  return broken(text, WIDTH - MARGIN).map(
    (line, index) => `${color.bold((index === 0 ? title : '').padEnd(MARGIN))}${line}`,
  );
}

/** Broken between words; a word longer than a line stays whole. */
function broken(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}
