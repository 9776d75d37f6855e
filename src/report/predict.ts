import { showLocation } from '../model/location.ts';
import type { Addend, BoundTree, Prediction } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, showBound } from '../model/quantity.ts';
import type { Paint } from './color.ts';

/** Version of the JSON output; additive within a major. */
const SCHEMA_VERSION = '1.0';

/** A machine's view, as schema/output/predict.json describes it. */
export function predictJson(predictions: readonly Prediction[]): string {
  const targets = predictions.map((prediction) => ({
    verifier: prediction.verifier,
    environment: prediction.environment,
    owner: prediction.owner,
    product: prediction.product,
    scenario: prediction.scenario,
    arm: prediction.arm,
    bound_ms: prediction.bound,
    expected_ms: prediction.expected,
    addends: prediction.addends.map(({ symbol, label, value, origin, at, source }) => ({
      symbol,
      label,
      ms: value,
      origin,
      at: at === null ? null : showLocation(at),
      source,
    })),
    objective_ms: prediction.objective?.max ?? null,
    policy: prediction.objective?.policy ?? null,
    verdict: prediction.verdict,
    would_be_bounded_by: prediction.wouldBeBoundedBy,
    assumptions: prediction.assumptions,
  }));
  return `${JSON.stringify({ schema_version: SCHEMA_VERSION, targets }, null, 2)}\n`;
}

const SCENARIO_TITLES: Readonly<Record<string, string>> = {
  access_token: 'leaked access token',
  refresh_token: 'leaked refresh token',
  signing_key: 'leaked signing key',
};

/** One line per verifier, worst first; with `tree` every addend below it. */
export function predictPretty(
  predictions: readonly Prediction[],
  { tree, color }: { readonly tree: boolean; readonly color: Paint },
): string {
  const groups = [...new Set(predictions.map(({ scenario, arm }) => `${scenario} ${arm}`))];
  const blocks = groups.map((group) => {
    const members = predictions
      .filter(({ scenario, arm }) => `${scenario} ${arm}` === group)
      .toSorted((a, b) => rank(b.bound) - rank(a.bound));
    return groupText(members, tree, color);
  });
  return `${blocks.join('\n')}\n`;
}

function groupText(members: readonly Prediction[], tree: boolean, color: Paint): string {
  const [first] = members;
  if (first === undefined) return '';
  const arms =
    first.scenario !== 'signing_key'
      ? ''
      : first.arm === 'quiet'
        ? ', only the leaked key is used (the guarantee)'
        : ', tokens under a new key arrive too';
  const title = `${SCENARIO_TITLES[first.scenario] ?? first.scenario}${arms}`;
  const width = Math.max(8, ...members.map(({ verifier }) => verifier.length));
  const products = Math.max(7, ...members.map(({ product }) => (product ?? 'unknown').length));
  const lines = members.flatMap((prediction) => {
    const row = [
      prediction.verifier.padEnd(width),
      (prediction.product ?? 'unknown').padEnd(products),
      verdictPaint(prediction, color)(showBound(prediction.bound).padStart(9)),
      verdictWords(prediction).padEnd(20),
      color.dim(cause(prediction)),
    ];
    const remedy =
      prediction.wouldBeBoundedBy === null
        ? []
        : [`${' '.repeat(width + 4)}${color.dim(`would end by ${prediction.wouldBeBoundedBy}`)}`];
    return [`  ${row.join('  ')}`.trimEnd(), ...remedy, ...(tree ? treeLines(prediction.tree, 4, color) : [])];
  });
  return [color.bold(title), ...lines, ''].join('\n');
}

function verdictPaint({ verdict }: Prediction, color: Paint): (text: string) => string {
  if (verdict === 'within') return color.green;
  return verdict === 'over' || verdict === 'unbounded' ? color.red : color.yellow;
}

function verdictWords({ verdict, objective }: Prediction): string {
  if (objective === null) return 'no objective';
  const limit = showBound(objective.max);
  if (verdict === 'within') return `within ${limit}`;
  return verdict === 'unknown' ? `objective ${limit}` : `misses ${limit}`;
}

/** The biggest addend, with where it is written. */
function cause({ addends, bound, assumptions }: Prediction): string {
  if (bound === 'unknown') return addends.find(({ value }) => value === 'unknown')?.label ?? assumptions[0] ?? '';
  const biggest = addends.toSorted((a, b) => rank(b.value) - rank(a.value))[0];
  return biggest === undefined ? '' : `${showBound(biggest.value)} ${biggest.label}, ${origin(biggest)}`;
}

function origin({ at, origin: kind, source }: Addend): string {
  if (kind === 'explicit' && at !== null) return showLocation(at);
  return source ?? (at === null ? kind : showLocation(at));
}

function rank(bound: Bound): number {
  if (bound === 'unbounded') return Number.POSITIVE_INFINITY;
  return isFiniteBound(bound) ? bound : -1;
}

function treeLines(tree: BoundTree, indent: number, color: Paint): readonly string[] {
  const pad = ' '.repeat(indent);
  if (tree.op === 'addend') {
    const { symbol, label, value } = tree.addend;
    return [
      `${pad}${showBound(value).padStart(9)}  ${symbol.padEnd(9)} ${label} ${color.dim(`(${tree.addend.origin}: ${origin(tree.addend)})`)}`,
    ];
  }
  const words = { sum: 'sum of', min: 'the fastest of', max: 'the slowest of' } as const;
  return [
    `${pad}${showBound(tree.value).padStart(9)}  ${color.bold(`${tree.label}, ${words[tree.op]}`)}`,
    ...tree.terms.flatMap((term) => treeLines(term, indent + 2, color)),
  ];
}

/** A table for pull requests. */
export function predictMarkdown(predictions: readonly Prediction[]): string {
  const rows = predictions.map(
    (prediction) =>
      `| ${cell(prediction.verifier)} | ${SCENARIO_TITLES[prediction.scenario] ?? prediction.scenario} | ${prediction.arm} | ${showBound(prediction.bound)} | ${prediction.objective === null ? '-' : showBound(prediction.objective.max)} | ${prediction.verdict} | ${cell(cause(prediction))} |`,
  );
  return [
    '| Verifier | Scenario | Arm | Worst case | Objective | Verdict | Biggest part |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('<', '&lt;');
}
