import type { Prediction } from '../model/prediction.ts';
import { showBound } from '../model/quantity.ts';
import { causeOf, degradedWords, groupsOf, titleOf, verdictWords } from './predict-wording.ts';
import { visible } from './visible.ts';

/** Tables for a pull request: one for every scenario and arm, the worst verifier first. */
export function predictMarkdown(predictions: readonly Prediction[]): string {
  return groupsOf(predictions)
    .map((group) =>
      [
        `### Time-to-revocation: ${titleOf(group[0])}`,
        '',
        '| Verifier | Environment | Product | Worst case | Objective | Biggest part | Would end by |',
        '| --- | --- | --- | --- | --- | --- | --- |',
        ...group.map(row),
        '',
      ].join('\n'),
    )
    .join('\n');
}

function row(prediction: Prediction): string {
  const { verifier, environment, product, bound, wouldBeBoundedBy } = prediction;
  const cells = [
    verifier,
    environment,
    product ?? 'unknown',
    [showBound(bound), degradedWords(prediction)].filter((words) => words !== null).join('; '),
    verdictWords(prediction),
    causeOf(prediction),
    wouldBeBoundedBy ?? '',
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function cell(text: string): string {
  return visible(text)
    .replaceAll(/[\\|`*_[\]<>]/g, (character) => (character === '<' ? '&lt;' : `\\${character}`))
    .replaceAll(/[\r\n]+/g, ' ');
}
