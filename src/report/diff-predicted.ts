import type { PredictedChange } from '../model/change.ts';
import type { Paint } from './color.ts';
import { lined, widthOf } from './diff-layout.ts';
import { isMiss, objectiveWords, predictedTitle, predictedWords } from './diff-wording.ts';
import { visible } from './visible.ts';

/** Time-to-revocation before and after as a table; on a narrow terminal every verifier takes two lines. */
export function predictedLines(
  predicted: readonly PredictedChange[],
  { color, width }: { readonly color: Paint; readonly width: number },
): readonly string[] {
  if (predicted.length === 0) return [];
  const severalPlaces = new Set(predicted.map(({ environment }) => environment)).size > 1;
  const rows = predicted.map((change) => ({
    change,
    name: visible(severalPlaces ? `${change.environment}/${change.verifier}` : change.verifier),
    title: predictedTitle(change),
    times: predictedWords(change),
    objective: objectiveWords(change),
  }));
  const widest = (texts: readonly string[]): number => Math.max(...texts.map(widthOf));
  const names = widest(rows.map(({ name }) => name));
  const titles = widest(rows.map(({ title }) => title));
  const times = widest(rows.map((row) => row.times));
  const whole = 2 + names + 2 + titles + 2 + times + 2 + widest(rows.map(({ objective }) => objective));
  return [
    color.bold('Predicted time-to-revocation, worst case'),
    ...rows.flatMap(({ change, name, title, times: shown, objective }, index) => {
      const paint = isMiss(change) ? color.red : color.green;
      const files = change.because.join(', ');
      const isSame = files === (rows[index + 1]?.change.because.join(', ') ?? '');
      const because =
        isSame || files === '' ? [] : lined(`because of ${files}`, width, '      ', '        ').map(color.dim);
      return whole <= width
        ? [
            `  ${padded(name, names)}  ${title.padEnd(titles)}  ${paint(padded(shown, times))}  ${objective}`,
            ...because,
          ]
        : [`  ${name}  ${title}`, `    ${paint(shown)}  ${objective}`, ...because];
    }),
  ];
}

function padded(text: string, width: number): string {
  return `${text}${' '.repeat(Math.max(0, width - widthOf(text)))}`;
}
