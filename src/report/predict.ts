import type { BoundTree, Prediction } from '../model/prediction.ts';
import { isFiniteBound, showBound } from '../model/quantity.ts';
import type { Paint } from './color.ts';
import { causeOf, degradedCause, degradedWords, groupsOf, originOf, titleOf, verdictWords } from './predict-wording.ts';
import { visible } from './visible.ts';

export { predictJson } from './predict-json.ts';
export { predictMarkdown } from './predict-markdown.ts';

export interface PredictPrettyOptions {
  /** Prints every addend below its verifier, what was assumed, and the mean. */
  readonly tree: boolean;
  readonly color: Paint;
  /** Prints the sum that a bound is, in one line of symbols. */
  readonly sums?: boolean;
  /** Only this scenario. */
  readonly scenario?: string;
}

/** One line for every verifier, the worst first, in a block for every scenario and arm. */
export function predictPretty(predictions: readonly Prediction[], options: PredictPrettyOptions): string {
  const { scenario } = options;
  const wanted = scenario === undefined ? predictions : predictions.filter((one) => one.scenario === scenario);
  return `${groupsOf(wanted)
    .map((group) => groupText(group, options))
    .join('\n')
    .trimEnd()}\n`;
}

interface Widths {
  readonly name: number;
  readonly product: number;
  readonly bound: number;
  readonly verdict: number;
}

function groupText(
  group: readonly [Prediction, ...Prediction[]],
  { tree, sums = false, color }: PredictPrettyOptions,
): string {
  const severalPlaces = new Set(group.map(({ environment }) => environment)).size > 1;
  const nameOf = ({ verifier, environment }: Prediction): string =>
    severalPlaces ? `${environment}/${verifier}` : verifier;
  const widths: Widths = {
    name: widest(group.map(nameOf), 8),
    product: widest(group.map(productOf), 7),
    bound: widest(
      group.map(({ bound }) => showBound(bound)),
      9,
    ),
    verdict: widest(group.map(verdictWords), 20),
  };
  const lines = group.flatMap((prediction) => [
    lineOf(prediction, nameOf(prediction), widths, color),
    ...(sums ? [`${' '.repeat(widths.name + 4)}${color.dim(sumOf(prediction))}`] : []),
    ...degradedLines(prediction, widths, color),
    ...(prediction.wouldBeBoundedBy === null
      ? []
      : [`${' '.repeat(widths.name + 4)}${color.dim(`would end by ${visible(prediction.wouldBeBoundedBy)}`)}`]),
    ...(tree ? [...treeLines(prediction.tree, 4, color), ...noteLines(prediction, color), ''] : []),
  ]);
  return [color.bold(titleOf(group[0])), ...(tree ? lines : [...lines, ''])].join('\n');
}

function degradedLines(prediction: Prediction, { name }: Widths, color: Paint): readonly string[] {
  const words = degradedWords(prediction);
  if (words === null) return [];
  const cause = degradedCause(prediction);
  return [`${' '.repeat(name + 4)}${color.dim(visible(cause === '' ? words : `${words}: ${cause}`))}`];
}

/** `= 1s D_act (time to act) + 5s C (keys are cached)`: the parts that are not zero, in the order in which they happen. */
function sumOf({ addends }: Prediction): string {
  const parts = addends.filter(({ value }) => value !== 0);
  return parts.length === 0
    ? '= 0s'
    : `= ${parts.map(({ symbol, value, label }) => `${showBound(value)} ${symbol} (${visible(label)})`).join(' + ')}`;
}

function lineOf(prediction: Prediction, name: string, widths: Widths, color: Paint): string {
  const cells = [
    visible(name).padEnd(widths.name),
    visible(productOf(prediction)).padEnd(widths.product),
    boundPaint(prediction, color)(showBound(prediction.bound).padStart(widths.bound)),
    verdictWords(prediction).padEnd(widths.verdict),
    color.dim(visible(causeOf(prediction))),
  ];
  return `  ${cells.join('  ')}`.trimEnd();
}

function productOf({ product }: Prediction): string {
  return product ?? 'unknown';
}

function widest(texts: readonly string[], least: number): number {
  return Math.max(least, ...texts.map((text) => visible(text).length));
}

function boundPaint({ verdict }: Prediction, color: Paint): (text: string) => string {
  if (verdict === 'within') return color.green;
  return verdict === 'over' || verdict === 'unbounded' ? color.red : color.yellow;
}

const WORDS = { sum: 'sum of', min: 'the fastest of', max: 'the slowest of' } as const;

function treeLines(tree: BoundTree, indent: number, color: Paint): readonly string[] {
  const value = `${' '.repeat(indent)}${showBound(tree.value).padStart(9)}  `;
  if (tree.op === 'addend') {
    const { symbol, label, origin } = tree.addend;
    return [
      `${value}${symbol.padEnd(9)} ${visible(label)} ${color.dim(`(${origin}: ${visible(originOf(tree.addend))})`)}`,
    ];
  }
  return [
    `${value}${color.bold(`${visible(tree.label)}, ${WORDS[tree.op]}`)}`,
    ...tree.terms.flatMap((term) => treeLines(term, indent + 2, color)),
  ];
}

function noteLines({ expected, assumptions }: Prediction, color: Paint): readonly string[] {
  const mean = isFiniteBound(expected)
    ? [`on average ${showBound(expected)}, each cache at a random point of its life`]
    : [];
  return [...mean, ...assumptions.map((text) => `assumes: ${visible(text)}`)].map(
    (text) => `${' '.repeat(4)}${color.dim(text)}`,
  );
}
