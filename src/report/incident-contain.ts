import type { StepOutcome, StepState } from '../model/containment.ts';
import type { Paint } from './color.ts';
import { jsonText } from './json-text.ts';
import { visible } from './visible.ts';

/** What a run of containment came to. */
export interface ContainView {
  readonly incident: string;
  readonly folder: string;
  readonly outcomes: readonly StepOutcome[];
}

const STATE_WORDS: Readonly<Record<StepState, string>> = {
  done: 'done',
  'was-done': 'done before',
  failed: 'FAILED',
  uncertain: 'UNCERTAIN',
  waiting: 'waiting',
  stopped: 'not begun',
};

/** One line of progress. */
export function outcomeLine({ step, state, says, why }: StepOutcome): string {
  return visible(`${STATE_WORDS[state].padEnd(11)} ${step.id}: ${says}${why === null ? '' : ` (${why})`}`);
}

/** The end of a run for a terminal. */
export function containPretty({ incident, folder, outcomes }: ContainView, color: Paint): string {
  const open = outcomes.filter(({ state }) => state !== 'done' && state !== 'was-done');
  const head =
    outcomes.length === 0
      ? `The plan of ${incident} has no steps: nothing was done`
      : open.length === 0
        ? `Every step of ${incident} was made`
        : `${open.length} of ${outcomes.length} steps of ${incident} were not made`;
  return `${[
    open.length === 0 && outcomes.length > 0 ? color.bold(head) : color.red(head),
    ...outcomes.flatMap((outcome) => [
      `  ${outcomeLine(outcome)}`,
      ...(outcome.state === 'done' || outcome.state === 'was-done'
        ? [`              undo: ${visible(outcome.undo)}`]
        : []),
    ]),
    '',
    open.length === 0
      ? `next, prove it: firebreak incident verify ${folder}`
      : `go on with: firebreak incident contain ${folder}`,
  ].join('\n')}\n`;
}

/** The same for programs. */
export function containJson({ incident, outcomes }: ContainView): string {
  return jsonText({
    schema_version: '1.0',
    incident,
    complete: outcomes.length > 0 && outcomes.every(({ state }) => state === 'done' || state === 'was-done'),
    steps: outcomes.map(({ step, state, says, why, undo }) => ({
      id: step.id,
      does: step.does,
      state: state.replace('-', '_'),
      says,
      why,
      undo,
    })),
  });
}
