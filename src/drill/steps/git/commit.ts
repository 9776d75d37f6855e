import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import { toTimestamp } from '../../../model/instant.ts';
import type { GitBranch } from '../../../model/machine.ts';
import type { StepAction } from '../../step.ts';
import { dataOf, machineOf } from '../../step.ts';
import { argumentOf, optionalText, textOf, textOr, wrong } from '../arguments.ts';
import { entryIfAny, plannedEntryIfAny, withValue } from '../canary-entry.ts';
import { PUBLISHING, branchOf, plannedPublish, showBranch, withCommit } from './published.ts';

/** What stands for the end of the second in which the step is made, in the text of the file. */
const NOW = '{now}';

/** How the text of a file is made: all of it, or what is added at its end. */
interface Text {
  readonly file: string;
  readonly content: string | null;
  readonly append: string | null;
}

interface Chosen {
  readonly branch: GitBranch;
  readonly message: string;
  readonly text: Text;
}

/** Changes one file on a branch by a commit of its own. The instant of the action is that of the push or the new tip. */
export const commitFile: StepAction = {
  ...PUBLISHING,
  uses: 'git.commit',
  summary: 'change a file on a branch by a commit',
  undoSummary: 'commit the text from before, read the branch back',
  planned: (call) => {
    const branch = branchOf(call);
    const { file, append } = textOfCall(call);
    return plannedPublish(branch, `${append === null ? 'write' : 'append to'} ${file}`);
  },
  effect: ({ call, vault }) => {
    const text = textOfCall(call);
    const entry = entryIfAny(call, vault);
    const isDocument = /\.(?:json|ya?ml)$/i.test(text.file);
    const fill = (value: string | null): string | null => {
      if (value === null) return null;
      return isDocument ? withValue(inDoubleQuotes(value), entry, insideQuotes) : withValue(value, entry);
    };
    const branch = branchOf(call);
    const chosen: Chosen = {
      branch,
      message: textOr(
        argumentOf(call, 'message'),
        `firebreak ${call.isResponse === true ? 'incident' : 'drill'}: change ${text.file}`,
      ),
      text: { file: text.file, content: fill(text.content), append: fill(text.append) },
    };
    return {
      action: 'git.commit',
      with: { ...chosen },
      says: `commit ${text.file} to ${showBranch(branch)}`,
      undo: 'required',
    };
  },
  prepare: async (effect, context) => {
    const { branch, text, message } = dataOf<Chosen>(effect);
    const { git, clock } = machineOf(context);
    // Tokens count whole seconds (RFC 7519 section 2): one that was issued in this second is from before, too.
    const now = toTimestamp((Math.floor(clock.wall() / 1000) + 1) * 1000);
    const atNow = (value: string): string => value.replaceAll(NOW, now);
    const parent = await git.tip(branch);
    const before = await git.entry(branch.repository, parent, text.file);
    const old = before === null ? '' : await git.text(branch.repository, before.blob);
    const made = text.content === null ? `${old}${atNow(text.append ?? '')}` : atNow(text.content);
    const blob = await git.writeText(branch.repository, made);
    if (blob === before?.blob) {
      throw new UserError('drill/step-failed', `${text.file} on ${showBranch(branch)} has this text already`, {
        hint: 'a commit that changes nothing would measure nothing',
      });
    }
    const changes = [{ path: text.file, before, after: { mode: before?.mode ?? '100644', blob } }];
    return withCommit(effect, { branch, parent, changes, message }, context);
  },
};

/** Single quotes of YAML know no escapes. */
function inDoubleQuotes(text: string): string {
  return text.replaceAll("'{value}'", '"{value}"');
}

/** What stands between double quotes, in JSON and YAML alike: an identifier cannot end them and write on. */
function insideQuotes(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function textOfCall(call: ActionCall): Text {
  const content = optionalText(argumentOf(call, 'content'));
  const append = optionalText(argumentOf(call, 'append'));
  if ((content === null) === (append === null)) throw wrong(argumentOf(call, 'content'), 'given, or append instead');
  plannedEntryIfAny(call);
  return { file: textOf(argumentOf(call, 'file')), content, append };
}
