import { posix } from 'node:path';
import { evaluateGate } from '../gate/evaluate.ts';
import type { GateFile } from '../gate/protected.ts';
import { CONFIG_FILE } from '../policy/read-gate-config.ts';
import type { GateSides } from '../gate/read-sides.ts';
import { readGateSides, waiversOf } from '../gate/read-sides.ts';
import { findWaiverChanges } from '../gate/waiver-changes.ts';
import type { GateResult, PolicyDiff } from '../model/change.ts';
import type { ExitCode } from '../model/exit.ts';
import { EXIT } from '../model/exit.ts';
import type { FileCommit, GateContext } from '../model/gate.ts';
import type { Waiver } from '../model/waiver.ts';
import { decodeFound } from '../source/decode.ts';
import { commitsTouching } from '../system/git-history.ts';
import { readTree } from '../system/git-tree.ts';

export interface GateRequest {
  readonly diff: PolicyDiff;
  /** All documents of each side and what `loadGateFiles` finds there; a file given twice is read once. */
  readonly base: readonly GateFile[];
  readonly head: readonly GateFile[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** All targets of both sides. */
  readonly targets: number | null;
  readonly replay?: GateContext['replay'];
  readonly forceMassChange?: boolean;
  /** Where the commits of both sides are; null for folders, of which nobody knows who wrote them. */
  readonly history: GateHistory | null;
}

/** Commits of the change. */
export interface GateHistory {
  readonly folder: string;
  readonly base: string;
  readonly head: string;
  /** Files whose text the change makes another one, relative to `folder`. */
  readonly changed: ReadonlySet<string>;
  /** Whoever answers for what is not committed yet, as git is configured; null when everything is committed. */
  readonly uncommittedBy: string | null;
}

/**
 * Reads what the gate needs from both sides and from history, and decides.
 *
 * @throws UserError git/unreadable
 */
export async function gateOf(request: GateRequest): Promise<GateResult & Pick<GateSides, 'problems'>> {
  const { diff, base, head, now, targets, history } = request;
  const sides = readGateSides(onceEach(base), onceEach(head));
  const files = [...new Set(sides.approvals.map(({ file }) => file))];
  const context: GateContext = {
    now,
    authors: history === null ? null : await authorsOf(history, sides),
    approvalCommits: history === null ? new Map() : await lastCommits(history, files),
    protectedChanges: sides.protectedChanges,
    waivers: findWaiverChanges({
      ...sides.waivers,
      extensions: history === null ? new Map() : await extensionsOf(history, sides.waivers),
      now,
    }),
    targets,
    replay: request.replay ?? null,
    forceMassChange: request.forceMassChange ?? false,
    source: base.some(({ file }) => file === CONFIG_FILE) ? `${CONFIG_FILE} of ${diff.base.label}` : 'the defaults',
  };
  return { ...evaluateGate(diff, sides.config, sides.approvals, context), problems: sides.problems };
}

/** The code to leave with. */
export function exitOfGate({ outcome }: GateResult): ExitCode {
  if (outcome === 'blocked') return EXIT.findings;
  return outcome === 'inconclusive' ? EXIT.inconclusive : EXIT.done;
}

function onceEach(files: readonly GateFile[]): readonly GateFile[] {
  return [...new Map(files.map((each) => [each.file, each])).values()];
}

/** Everybody who committed a change of something else than approvals. */
async function authorsOf(
  { folder, base, head, changed, uncommittedBy }: GateHistory,
  { approvalFiles, protectedChanges }: GateSides,
): Promise<readonly string[]> {
  const own = new Set([...changed, ...protectedChanges.map(({ file }) => file)]);
  for (const file of approvalFiles) own.delete(file);
  if (own.size === 0 && uncommittedBy === null) return [];
  // Folders instead of files: a change may be of more files than a command line holds.
  const paths = [...new Set([...own].map((file) => posix.dirname(file)))];
  const commits = own.size === 0 ? [] : await commitsTouching(folder, `${base}..${head}`, { paths });
  const changing = commits.filter(({ files }) => files.some((file) => own.has(file)));
  const uncommitted = uncommittedBy === null ? [] : [uncommittedBy];
  return [...new Set([...changing.flatMap(({ people }) => people), ...uncommitted])].sort();
}

async function lastCommits(
  { folder, head }: GateHistory,
  files: readonly string[],
): Promise<ReadonlyMap<string, FileCommit>> {
  const commits = new Map<string, FileCommit>();
  for (const file of files) {
    const [last] = await commitsTouching(folder, head, { paths: [file], newest: 1 });
    if (last !== undefined) commits.set(file, { people: last.people, at: last.at });
  }
  return commits;
}

/** Older versions of a file with a waiver that are looked at; a waiver that changed more often has other troubles. */
const MAX_VERSIONS = 50;

/** How often the end of each waiver that is extended now was moved before. */
async function extensionsOf(
  { folder, base }: GateHistory,
  waivers: GateSides['waivers'],
): Promise<ReadonlyMap<string, number>> {
  const extended = waivers.base.filter(({ name, expires }) =>
    waivers.head.some((now) => now.name === name && now.expires.ends > expires.ends),
  );
  const counts = new Map<string, number>();
  for (const waiver of extended) counts.set(waiver.name, await countExtensions(folder, base, waiver));
  return counts;
}

async function countExtensions(folder: string, base: string, { name, file }: Waiver): Promise<number> {
  const commits = await commitsTouching(folder, base, { paths: [file], newest: MAX_VERSIONS });
  let count = 0;
  let newer: number | null = null;
  for (const { commit } of commits) {
    const found = await readTree(folder, commit, { paths: [file], isWanted: () => false });
    const texts = found.map(({ path, bytes }) => ({ file: path, text: decodeFound(path, bytes) ?? '' }));
    const ends = waiversOf(texts).find((waiver) => waiver.name === name)?.expires.ends ?? null;
    if (newer !== null && ends !== null && ends < newer) count += 1;
    newer = ends;
  }
  return count;
}
