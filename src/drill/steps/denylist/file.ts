import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { StepAction, StepContext } from '../../step.ts';
import { dataOf, machineOf } from '../../step.ts';
import { argumentOf, choiceOf, isGiven, textOf, textOr, wrong } from '../arguments.ts';
import { canaryEntry, hasPlaceholder, ofWhom, plannedEntry, withValue } from '../canary-entry.ts';
import { canariesAmong } from '../left-canaries.ts';

type Format = 'lines' | 'json';

interface FileEntry {
  readonly file: string;
  readonly format: Format;
  /** The line, or the text of the list. */
  readonly entry: string;
}

/** Tries when somebody else writes the file at the same time. */
const TRIES = 5;

/** Adds one entry to a list in a file. Entries of others stay as they are, also those that come in between. */
export const denyInFile: StepAction = {
  uses: 'denylist.file.add',
  summary: 'put a canary token on a denylist in a file',
  undoSummary: 'take the entry out, read the file back',
  isSelfContained: true,
  planned: (call) => {
    const file = textOf(argumentOf(call, 'file'));
    const entry = withValue(patternOf(call), plannedEntry(call));
    return {
      calls: [`${formatOf(call) === 'json' ? 'add to the JSON list' : 'add a line'} in ${file}: ${entry}`],
      reaches: `this one entry, for every process that reads ${file}`,
      undo: 'take this entry out and leave all others, read the file back',
    };
  },
  reach: async (call, context) => {
    const file = textOf(argumentOf(call, 'file'));
    listed(await machineOf(context).readText(file), { file, format: formatOf(call), entry: '' });
  },
  effect: ({ call, vault }) => {
    const file = textOf(argumentOf(call, 'file'));
    const entry = canaryEntry(call, vault);
    return {
      action: 'denylist.file.add',
      with: { file, format: formatOf(call), entry: withValue(patternOf(call), entry) },
      says: `deny ${entry.type} ${entry.value.slice(0, 8)}…${ofWhom(call)} in ${file}`,
      undo: 'required',
    };
  },
  prepare: async (effect, context) => {
    const data = dataOf<FileEntry>(effect);
    if (!listed(await machineOf(context).readText(data.file), data)) return effect;
    throw new UserError('drill/already-there', `${data.file} denies this token already, and not from this run`, {
      hint: 'look who else denies tokens of drills there; nothing was changed',
    });
  },
  apply: async (effect, context) => {
    const data = dataOf<FileEntry>(effect);
    await change(data, context, (text) => (listed(text, data) ? text : added(text, data)));
    return { added: 'yes' };
  },
  undo: (effect, context) => {
    const data = dataOf<FileEntry>(effect);
    return change(data, context, (text) => (listed(text, data) ? removed(text, data) : text));
  },
  isGone: async (effect, context) => {
    const data = dataOf<FileEntry>(effect);
    return !listed(await machineOf(context).readText(data.file), data);
  },
  canaries: async ({ call }, context) => {
    const file = textOf(argumentOf(call, 'file'));
    const format = formatOf(call);
    const text = await machineOf(context).readText(file);
    const entries = format === 'json' ? jsonList(text, { file, format, entry: '' }) : linesOf(text);
    return canariesAmong(entries, ({ name }, entry) => ({
      action: 'denylist.file.add',
      with: { file, format, entry },
      says: `entry for ${name} in ${file}`,
      undo: 'required',
    }));
  },
  byHand: (effect) => {
    const { file, entry } = dataOf<FileEntry>(effect);
    return `take this entry out of ${file}: ${entry}`;
  },
};

async function change({ file }: FileEntry, context: StepContext, edit: (text: string) => string): Promise<void> {
  const machine = machineOf(context);
  for (let turn = 0; turn < TRIES; turn += 1) {
    const from = await machine.readText(file);
    const to = edit(from);
    if (from === to || (await machine.replaceText(file, { from, to }))) return;
  }
  throw new UserError(
    'drill/step-failed',
    `${file} was written by others each of ${TRIES} times it was to be changed`,
    {
      hint: 'run it again when whoever writes there is done',
    },
  );
}

function listed(text: string, data: FileEntry): boolean {
  return data.format === 'json' ? jsonList(text, data).includes(data.entry) : linesOf(text).includes(data.entry);
}

function added(text: string, data: FileEntry): string {
  if (data.format === 'json') return writtenList([...jsonList(text, data), data.entry], text);
  // Without a line end the entry would become a part of the last line; undo takes the line end away again.
  return text === '' || text.endsWith('\n') ? `${text}${data.entry}\n` : `${text}\n${data.entry}`;
}

function removed(text: string, data: FileEntry): string {
  if (data.format === 'json') {
    return writtenList(
      jsonList(text, data).filter((each) => each !== data.entry),
      text,
    );
  }
  const lines = text.split('\n');
  lines.splice(
    lines.findIndex((line) => line.replace(/\r$/, '') === data.entry),
    1,
  );
  return lines.join('\n');
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, ''));
}

/** @throws UserError drill/step-failed */
function jsonList(text: string, { file }: FileEntry): readonly string[] {
  let data: unknown = null;
  try {
    data = JSON.parse(text);
  } catch {
    // Told below, with everything else that is no list.
  }
  if (Array.isArray(data) && data.every((each) => typeof each === 'string')) return data;
  throw new UserError('drill/step-failed', `${file} is no JSON list of texts`, {
    hint: 'choose format: lines, or name another file',
  });
}

/** In the layout of the text before: one entry a line where it had lines. */
function writtenList(list: readonly string[], like: string): string {
  const indent = /^\[\r?\n([ \t]+)/.exec(like)?.[1];
  const spaced = indent === undefined && like.includes('", "');
  const text = spaced ? `[${list.map((each) => JSON.stringify(each)).join(', ')}]` : JSON.stringify(list, null, indent);
  return `${text}${like.endsWith('\n') ? '\n' : ''}`;
}

function formatOf(call: ActionCall): Format {
  const at = argumentOf(call, 'format');
  return isGiven(at) ? choiceOf<Format>(at, ['lines', 'json']) : 'lines';
}

function patternOf(call: ActionCall): string {
  const at = argumentOf(call, 'entry');
  const pattern = textOr(at, '{value}');
  if (hasPlaceholder(pattern) && !/[\r\n]/.test(pattern)) return pattern;
  throw wrong(at, 'one line with {value} in it');
}
