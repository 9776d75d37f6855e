import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { Question } from '../../../model/machine.ts';
import type { StepAction, StepContext } from '../../step.ts';
import { dataOf, machineOf } from '../../step.ts';
import { argumentOf, memberOf, reasonWithoutUndo, textOf, textOr } from '../arguments.ts';
import type { CanaryEntry } from '../canary-entry.ts';
import { entryIfAny, plannedEntryIfAny, withValue } from '../canary-entry.ts';

/** What is typed where the step names no other word. */
const WORD = 'done';

interface Instruction {
  readonly text: string;
  readonly word: string;
}

interface ManualCall {
  readonly act: Instruction;
  readonly undo: Instruction | null;
  readonly reason: string | null;
}

/**
 * Asks a person to act. What the person does happens somewhere between the two instants that are recorded: when the
 * instructions were shown, and when they were confirmed.
 */
export const askPerson: StepAction = {
  uses: 'manual',
  summary: 'ask a person to act, and wait until it is confirmed',
  undoSummary: 'ask a person to put it back, and wait until it is confirmed',
  isSelfContained: true,
  planned: (call) => {
    const { act, undo, reason } = readManual(call, plannedEntryIfAny(call));
    return {
      calls: [`a person: ${act.text} (confirmed by typing ${act.word})`],
      reaches: 'whatever the person does: this program cannot tell',
      undo: undo === null ? null : `a person: ${undo.text} (confirmed by typing ${undo.word}; nothing is read back)`,
      ...(reason === null ? {} : { stays: reason }),
    };
  },
  // Before anything is changed: a run that nobody attends could neither act nor put back.
  reach: async (_call, context) => void asking(context),
  effect: ({ call, vault }) => {
    const read = readManual(call, entryIfAny(call, vault));
    return {
      action: 'manual',
      with: { ...read },
      says: `a person: ${read.act.text}`,
      undo: read.undo === null ? 'none' : 'required',
    };
  },
  apply: async (effect, context) => {
    await show(dataOf<ManualCall>(effect).act, context);
    return { confirmed: 'yes' };
  },
  undo: async (effect, context) => {
    const { undo } = dataOf<ManualCall>(effect);
    if (undo !== null) await show({ ...undo, text: `To put back: ${undo.text}` }, context);
  },
  // The person who confirmed is the only source there is.
  isGone: async () => true,
  byHand: (effect) => dataOf<ManualCall>(effect).undo?.text ?? 'nothing to undo',
};

async function show({ text, word }: Instruction, context: StepContext): Promise<void> {
  const { signal } = context;
  await asking(context)({ text, word, ...(signal === undefined ? {} : { signal }) });
}

/** @throws UserError drill/person-needed when nobody sits in front of this program */
function asking(context: StepContext): (question: Question) => Promise<void> {
  const { ask } = machineOf(context);
  if (ask !== null) return ask;
  throw new UserError('drill/person-needed', 'a step needs a person, and nobody can be asked here', {
    hint: 'run it in a terminal, without --no-input',
  });
}

/** @throws UserError document/invalid */
function readManual(call: ActionCall, entry: CanaryEntry | null): ManualCall {
  const reason = reasonWithoutUndo(call);
  const undo = argumentOf(call, 'undo');
  return {
    act: {
      text: withValue(textOf(argumentOf(call, 'text')), entry),
      word: textOr(argumentOf(call, 'confirm'), WORD),
    },
    undo:
      reason === null
        ? {
            text: withValue(textOf(memberOf(undo, 'text')), entry),
            word: textOr(memberOf(undo, 'confirm'), WORD),
          }
        : null,
    reason,
  };
}
