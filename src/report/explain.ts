import type { RuleMeta } from '../model/finding.ts';
import type { Paint } from './color.ts';

/** A rule on one screen: what, why, an example, what to do, where it is written. */
export function explainRule(rule: RuleMeta, color: Paint): string {
  const [bad] = rule.examples.bad;
  const example = Object.entries(bad.files).flatMap(([file, text]) => [
    color.dim(`  ${file}`),
    ...text
      .trimEnd()
      .split('\n')
      .slice(0, 24)
      .map((line) => `    ${line}`),
  ]);
  return [
    `${color.bold(rule.id)}  ${color.dim(`${rule.severity}, ${rule.confidence}, since ${rule.since}`)}`,
    rule.summary,
    '',
    ...wrap('Why', rule.why),
    ...wrap('Fix', rule.fix),
    ...wrap('Sources', rule.sources.join('; ')),
    '',
    color.bold('Fires on'),
    ...example,
    '',
    color.dim(`Silence it with: # firebreak-ignore ${rule.id} until=YYYY-MM-DD owner=@team -- reason`),
    '',
  ].join('\n');
}

/** Text beside its title, within 96 columns. */
function wrap(title: string, text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length > 85) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  lines.push(line);
  return lines.map((content, index) => `${(index === 0 ? title : '').padEnd(9)}${content}`);
}
