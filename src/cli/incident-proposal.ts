/** What an incident taught, as changes of files: made in memory, compared as `firebreak diff` compares, and written on demand. */
import { lessonsOf } from '../incident/lessons.ts';
import { sha256Of } from '../incident/write-incident.ts';
import { lint } from '../lint/lint.ts';
import { onlyNew } from '../lint/only-new.ts';
import { readOnce } from '../lint/read-once.ts';
import { UserError } from '../model/failure.ts';
import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import type { IncidentState } from '../model/incident-state.ts';
import type { Lesson } from '../model/lesson.ts';
import { editDocument } from '../source/edit-document.ts';
import { parseDocuments } from '../source/parse.ts';
import { systemFiles } from '../system/files.ts';
import { decodeText } from '../source/decode.ts';
import type { Compared } from './compare-sides.ts';
import { changedFiles, compareSides } from './compare-sides.ts';
import type { Sides } from './diff-sides.ts';
import { replayOf } from './incident-replay.ts';
import type { SituationOptions } from './incident-situation.ts';
import { loadSituation, wouldAnswer } from './incident-situation.ts';
import type { LoadedFile } from './load.ts';
import { loadFiles } from './load.ts';
import { loadContainmentPlanIfAny } from './load-incident-state.ts';
import type { SideFile } from './side-files.ts';

export interface ProposedFile {
  readonly file: string;
  /** Null for a file that is new. */
  readonly before: string | null;
  readonly after: string;
  /** Made as a whole from the incident: nobody's changes can be lost in it. */
  readonly isGenerated: boolean;
}

export interface Proposal {
  /** Lessons that stand in the files. */
  readonly written: readonly Lesson[];
  /** Those that a person must write, or that concern what is no file here. */
  readonly byHand: readonly Lesson[];
  readonly files: readonly ProposedFile[];
  /** What the files mean before and after. */
  readonly compared: Compared;
  /** What lint says about the proposal and did not say before. */
  readonly findings: readonly Finding[];
}

/** Witnesses shown for one change, as in `firebreak diff`. */
const WITNESSES = 20;

/** @throws UserError document/*, usage/*, file/* */
export async function proposalFor(
  named: string | undefined,
  options: SituationOptions & { readonly plan?: string },
  {
    incident,
    folder,
    state,
    now,
    labels,
    isForBranch,
  }: {
    readonly incident: Incident;
    readonly folder: string;
    readonly state: IncidentState;
    readonly now: number;
    /** Of the versions before and after, as `firebreak diff` names them. */
    readonly labels: readonly [string, string];
    /** Compared with the last commit, and not with what lies here. */
    readonly isForBranch: boolean;
  },
): Promise<Proposal> {
  const found = await loadContainmentPlanIfAny({ folder, name: incident.name }, options.plan);
  const plan = found?.plan ?? null;
  const place = plan === null ? {} : { environment: plan.environment, inventory: plan.inventory };
  const { inventory, policies } = await loadSituation(named, { ...options, ...place });
  const replay = plan === null ? null : await replayOf(named, options, { incident, folder });
  const drills = replay?.text === null ? [] : (replay?.replay.drills ?? []);
  const lessons = lessonsOf({
    incident,
    plan,
    state,
    inventory,
    policies,
    wouldAnswer: await wouldAnswer(folder),
    drills,
  });
  const loaded = await loadFiles(options.policies ?? ['policies']);
  const { texts, written } = edited(loaded, lessons);
  const drillFile =
    replay === null || replay.text === null ? [] : await drillFileOf(replay.file, replay.text, isForBranch);
  const files = [
    ...loaded.flatMap(({ file, text }): readonly ProposedFile[] => {
      const after = texts.get(file) ?? text;
      return after === text ? [] : [{ file, before: text, after, isGenerated: false }];
    }),
    ...drillFile,
  ];
  const compared = await compare(loaded, files, { now, labels });
  const findings = onlyNew(lint(compared.head), lint(compared.base), { ref: labels[0], commit: '' }).findings;
  refuseInvalid(compared);
  return { written, byHand: lessons.filter((lesson) => !written.includes(lesson)), files, compared, findings };
}

/** A drill that lies there already stays as it is: a person may have changed it. */
async function drillFileOf(file: string, text: string, isForBranch: boolean): Promise<readonly ProposedFile[]> {
  if (!(await systemFiles.exists(file))) return [{ file, before: null, after: text, isGenerated: true }];
  // The postmortem may have written it, and no commit has it by that.
  if (!isForBranch) return [];
  const after = decodeText(file, await systemFiles.readBytes(file));
  return [{ file, before: null, after, isGenerated: true }];
}

/** Writes lessons into texts. From the end of each file, so that places before stay. */
function edited(
  files: readonly LoadedFile[],
  lessons: readonly Lesson[],
): { readonly texts: ReadonlyMap<string, string>; readonly written: readonly Lesson[] } {
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const done = new Set<Lesson>();
  const inOrder = lessons.toSorted((a, b) => (b.fix?.document.line ?? 0) - (a.fix?.document.line ?? 0));
  for (const lesson of inOrder) {
    const { fix } = lesson;
    const text = fix === null ? undefined : texts.get(fix.document.file);
    const after = fix === null || text === undefined ? null : editDocument(fix.document.file, text, fix);
    if (fix === null || after === null) continue;
    texts.set(fix.document.file, after);
    done.add(lesson);
  }
  return { texts, written: lessons.filter((lesson) => done.has(lesson)) };
}

async function compare(
  loaded: readonly LoadedFile[],
  files: readonly ProposedFile[],
  { now, labels: [before, proposed] }: { readonly now: number; readonly labels: readonly [string, string] },
): Promise<Compared> {
  const after = new Map(files.map(({ file, after: text }) => [file, text]));
  const side = (text: string, { file, named }: Pick<LoadedFile, 'file' | 'named'>): SideFile => ({
    file,
    text,
    named,
    oid: sha256Of(text),
  });
  const added = files.filter(({ file }) => !loaded.some((each) => each.file === file));
  const sides: Sides = {
    base: { label: before, commit: null, root: '', problems: [], files: loaded.map((each) => side(each.text, each)) },
    head: {
      label: proposed,
      commit: null,
      root: '',
      problems: [],
      files: [
        ...loaded.map((each) => side(after.get(each.file) ?? each.text, each)),
        ...added.map(({ file, after: text }) => side(text, { file, named: false })),
      ].toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    },
    notes: [],
    moved: [],
    counterparts: [],
    parse: readOnce(parseDocuments),
  };
  return compareSides(sides, { now, maxWitnesses: WITNESSES, changed: changedFiles(sides) });
}

/** Nothing is proposed that could not be merged because it cannot be read. */
function refuseInvalid({ base, head }: Compared): void {
  const known = new Set(base.problems.map(({ message }) => message));
  const problems = head.problems.filter(({ message }) => !known.has(message));
  if (problems.length === 0) return;
  throw new UserError('document/invalid', 'what the incident taught cannot be written into these documents', {
    problems,
    hint: 'write it by hand; nothing was changed',
  });
}
