import { isDeepStrictEqual } from 'node:util';
import { memberOf } from '../policy/pointers.ts';
import { claimsToBeOurs } from '../policy/validate.ts';
import type { ParsedFile } from '../source/parse.ts';
import type { Rename } from '../system/git-objects.ts';
import type { LeftOut, SideFile } from './side-files.ts';

type Parse = (file: string, text: string) => ParsedFile;

interface Known {
  /** What git takes for the same file. It goes by likeness, so for documents it does not count. */
  readonly renames: readonly Rename[];
  /** Files that are compared under two names although none was moved. */
  readonly pairs: readonly Rename[];
  readonly parse: Parse;
}

/**
 * Files that went elsewhere, sorted by their old names. Documents are known by their names, files of other products by their
 * bytes or by what git says.
 */
export function movedFiles(
  base: readonly SideFile[],
  head: readonly SideFile[],
  { renames, pairs, parse }: Known,
): readonly Rename[] {
  const before = new Set([...base.map(({ file }) => file), ...pairs.map(({ to }) => to)]);
  const after = new Set([...head.map(({ file }) => file), ...pairs.map(({ from }) => from)]);
  const likely = new Map(renames.map(({ from, to }) => [from, to]));
  const choices = new Map<string, string[]>();
  const offer = (key: string, file: string): unknown => choices.set(key, [...(choices.get(key) ?? []), file]);
  for (const each of head.filter(({ file }) => !before.has(file))) {
    const says = namesIn(each, parse);
    offer(`${says}\0${each.oid}`, each.file);
    offer(says === '' ? each.file : says, each.file);
  }
  const taken = new Set<string>();
  const next = (key: string): string | undefined => choices.get(key)?.find((file) => !taken.has(file));
  const moved = base.flatMap((each): readonly Rename[] => {
    if (after.has(each.file)) return [];
    const says = namesIn(each, parse);
    const to = next(`${says}\0${each.oid}`) ?? next(says === '' ? (likely.get(each.file) ?? '') : says);
    if (to === undefined) return [];
    taken.add(to);
    return [{ from: each.file, to }];
  });
  return [...moved].sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** Kinds and names of the documents in a file; empty for a file of somebody else. */
function namesIn({ file, text }: SideFile, parse: Parse): string {
  if (!text.includes('firebreak.dev/')) return '';
  return parse(file, text)
    .documents.map(({ data }) => data as { kind?: unknown; metadata?: { name?: unknown } | null } | null)
    .filter(claimsToBeOurs)
    .map((data) => `${String(data?.kind)}/${String(data?.metadata?.name)}`)
    .sort()
    .join('\n');
}

/**
 * Files of the head whose documents say what they said before, in another form: comments, line ends, order of keys. Files
 * that cannot be parsed are not among them.
 *
 * @param sameMeaning files whose policies mean what they meant, in whatever words; what else is in them must be the same
 */
export function reformattedFiles(
  base: readonly SideFile[],
  head: readonly SideFile[],
  {
    counterparts,
    parse,
    sameMeaning = new Set(),
  }: { readonly counterparts: readonly Rename[]; readonly parse: Parse; readonly sameMeaning?: ReadonlySet<string> },
): readonly string[] {
  const cameFrom = new Map(counterparts.map(({ from, to }) => [to, from]));
  const before = new Map(base.map((each) => [each.file, each]));
  return head
    .filter((after) => {
      const old = before.get(cameFrom.get(after.file) ?? after.file);
      if (old === undefined || old.oid === after.oid) return false;
      if (![old, after].every(({ text }) => text.includes('firebreak.dev/'))) return false;
      const [then, now] = [parse(old.file, old.text), parse(after.file, after.text)];
      if (then.problems.length + now.problems.length > 0) return false;
      const said = sameMeaning.has(after.file) ? saidBesidePolicies : saidBy;
      return isDeepStrictEqual(said(then), said(now));
    })
    .map(({ file }) => file);
}

function saidBy({ documents }: ParsedFile): readonly unknown[] {
  return documents.map(({ data }) => data).filter(claimsToBeOurs);
}

/** All that a digest of a policy does not stand for: other documents, and who answers for a policy. */
function saidBesidePolicies(file: ParsedFile): readonly unknown[] {
  return saidBy(file).map((data) => {
    if (memberOf(data, 'kind') !== 'TokenPolicy') return data;
    const metadata = memberOf(data, 'metadata');
    return { owner: memberOf(metadata, 'owner'), labels: memberOf(metadata, 'labels') };
  });
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
