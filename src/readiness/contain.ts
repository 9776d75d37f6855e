/** Whether the leak could be closed at every verifier, by which ways, and where it stays open. */
import type { BoundTree, Prediction } from '../model/prediction.ts';
import { showBound } from '../model/quantity.ts';
import type { ReadinessAnswer, ReadinessFact, ReadinessGap } from '../model/readiness.ts';
import { answerOf, counted, missing, unknown } from './answer.ts';
import type { Concerned } from './input.ts';

export function containAnswer(concerned: readonly Concerned[]): ReadinessAnswer {
  const closed = concerned.filter(({ prediction: { bound } }) => bound !== 'unbounded' && bound !== 'unknown');
  return answerOf({
    question: 'contain',
    basis: 'declared',
    says: `${closed.length} of ${counted(concerned.length, 'verifier')} can be closed`,
    facts: closed.map(({ prediction }) => wayFact(prediction)),
    gaps: concerned.flatMap(({ prediction }) => openGap(prediction)),
  });
}

function wayFact({ verifier, bound, tree, at }: Prediction): ReadinessFact {
  return { says: `"${verifier}" within ${showBound(bound)}: ${decidingWay(tree)}`, at };
}

/** The name of the way that is the fastest, as the prediction calls it. */
function decidingWay(tree: BoundTree): string {
  if (tree.op === 'addend') return tree.addend.label;
  if (tree.op === 'min') {
    const fastest = tree.terms.find(({ value }) => value === tree.value);
    return fastest === undefined ? tree.label : decidingWay(fastest);
  }
  const choice = tree.terms.find(({ op }) => op === 'min');
  return choice === undefined ? tree.label : decidingWay(choice);
}

function openGap({ verifier, bound, wouldBeBoundedBy, at }: Prediction): readonly ReadinessGap[] {
  if (bound === 'unbounded') {
    const fix = wouldBeBoundedBy === null ? null : `it would end by ${wouldBeBoundedBy}`;
    return [missing(`"${verifier}" stays open without an end`, fix, at)];
  }
  if (bound === 'unknown')
    return [unknown(`nobody knows whether "${verifier}" can be closed`, 'library in the Inventory', at)];
  return [];
}
