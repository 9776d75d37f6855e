import { isDeepStrictEqual } from 'node:util';
import { claimsToBeOurs } from '../policy/validate.ts';
import type { ParsedFile } from '../source/parse.ts';
import type { Rename } from '../system/git-objects.ts';
import type { LeftOut, SideFile } from './side-files.ts';

/**
 * Files that are the same under another name: those that git paired, then those whose bytes are equal. What a document is
 * called decides what it is; this only says where it went.
 *
 * @param pairs files that are compared under two names although none was moved
 */
export function movedFiles(
  base: readonly SideFile[],
  head: readonly SideFile[],
  { renames, pairs }: { readonly renames: readonly Rename[]; readonly pairs: readonly Rename[] },
): readonly Rename[] {
  const [before, after] = [new Set(base.map(({ file }) => file)), new Set(head.map(({ file }) => file))];
  for (const { from, to } of pairs) {
    after.add(from);
    before.add(to);
  }
  const gone = base.filter(({ file }) => !after.has(file));
  const come = head.filter(({ file }) => !before.has(file));
  const moved = new Map(
    renames.filter(({ from, to }) => !after.has(from) && !before.has(to)).map(({ from, to }) => [from, to]),
  );
  const taken = new Set(moved.values());
  for (const { file, oid } of gone) {
    if (moved.has(file)) continue;
    const twin = come.find((each) => each.oid === oid && !taken.has(each.file));
    if (twin === undefined) continue;
    taken.add(twin.file);
    moved.set(file, twin.file);
  }
  return [...moved].map(([from, to]) => ({ from, to })).sort((a, b) => (a.from < b.from ? -1 : 1));
}

/**
 * Files of the head whose documents say what they said before, in another form: comments, line ends, order of keys. Files
 * that cannot be parsed are not among them.
 */
export function reformattedFiles(
  base: readonly SideFile[],
  head: readonly SideFile[],
  { moved, parse }: { readonly moved: readonly Rename[]; readonly parse: (file: string, text: string) => ParsedFile },
): readonly string[] {
  const cameFrom = new Map(moved.map(({ from, to }) => [to, from]));
  const before = new Map(base.map((each) => [each.file, each]));
  return head
    .filter((after) => {
      const old = before.get(cameFrom.get(after.file) ?? after.file);
      if (old === undefined || old.oid === after.oid) return false;
      if (![old, after].every(({ text }) => text.includes('firebreak.dev/'))) return false;
      const [then, now] = [parse(old.file, old.text), parse(after.file, after.text)];
      return then.problems.length + now.problems.length === 0 && isDeepStrictEqual(saidBy(then), saidBy(now));
    })
    .map(({ file }) => file);
}

function saidBy({ documents }: ParsedFile): readonly unknown[] {
  return documents.map(({ data }) => data).filter(claimsToBeOurs);
}

/** Names shown of a list that may have thousands. */
const SHOWN = 5;

/** What was left out, one note for each reason; what only one side leaves out is said of that side. */
export function notesOf(
  base: { readonly label: string; readonly leftOut: readonly LeftOut[] },
  head: { readonly label: string; readonly leftOut: readonly LeftOut[] },
): readonly string[] {
  const keys = (side: readonly LeftOut[]): ReadonlySet<string> =>
    new Set(side.map(({ reason, file }) => `${reason}\0${file}`));
  const [before, after] = [keys(base.leftOut), keys(head.leftOut)];
  return [
    ...notesFor(
      [...before].filter((key) => after.has(key)),
      '',
    ),
    ...notesFor(
      [...before].filter((key) => !after.has(key)),
      ` (${base.label})`,
    ),
    ...notesFor(
      [...after].filter((key) => !before.has(key)),
      ` (${head.label})`,
    ),
  ];
}

function notesFor(keys: readonly string[], where: string): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const key of [...keys].sort()) {
    const [reason = '', file = ''] = key.split('\0');
    byReason.set(reason, [...(byReason.get(reason) ?? []), file]);
  }
  return [...byReason].map(([reason, files]) => {
    const shown = files.slice(0, SHOWN).join(', ');
    const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : '';
    return `left out${where}, ${reason}: ${shown}${more}`;
  });
}
