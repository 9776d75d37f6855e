import { UserError } from '../model/failure.ts';

/** What the two arguments of `firebreak diff` ask for, before anything is looked up. */
export interface AskedSides {
  /** Null: where this branch began. */
  readonly base: string | null;
  /** Null: the working tree. */
  readonly head: string | null;
  /** Compare with the base itself instead of with what both have in common. */
  readonly isExact: boolean;
}

/**
 * Reads `[BASE] [HEAD]`, `A..B` (these two) and `A...B` (B since it left A); an empty half of a range is HEAD, as git has it.
 *
 * @param isOnDisk says whether a path exists: `../old` is a folder and no range
 * @throws UserError usage/bad-argument
 */
export function askedSides(
  args: readonly string[],
  isOnDisk: (path: string) => boolean,
  { isExact = false }: { readonly isExact?: boolean } = {},
): AskedSides {
  const [base = null, head = null, ...rest] = args;
  if (rest.length > 0) {
    throw new UserError('usage/bad-argument', `diff takes a base and a head, and got ${args.length} arguments`, {
      hint: 'choose folders with --policies PATH',
    });
  }
  for (const arg of args) refuseOdd(arg);
  const range = base === null || looksLikePath(base) || isOnDisk(base) ? null : /^(.*?)(\.{2,3})(.*)$/s.exec(base);
  if (range === null) return { base, head, isExact };
  const [, from = '', dots = '', to = ''] = range;
  if (head !== null || to.includes('..')) {
    throw new UserError('usage/bad-argument', `"${args.join(' ')}" names more than two versions`, {
      hint: 'write firebreak diff BASE HEAD, BASE..HEAD or BASE...HEAD',
    });
  }
  const sides = { base: from === '' ? 'HEAD' : from, head: to === '' ? 'HEAD' : to };
  for (const side of [sides.base, sides.head]) refuseOdd(side);
  return { ...sides, isExact: isExact || dots === '..' };
}

/** Spelled so that it can only be a path: from here, from above, from the root, or with a slash at the end. */
export function looksLikePath(text: string): boolean {
  return /^\.{1,2}$|^\.{0,2}[/\\]|^[A-Za-z]:[/\\]|[/\\]$/.test(text);
}

/** The two halves of `ref:path`; null for a name without a path. `HEAD^{/a:b}` is a name. */
export function splitTreePath(text: string): { readonly ref: string; readonly path: string } | null {
  const [, ref, path] = /^([^:{]+(?:\{[^}]*\}[^:{]*)*):(.*)$/s.exec(text) ?? [];
  return ref === undefined || path === undefined ? null : { ref, path };
}

function refuseOdd(side: string): void {
  if (side !== '' && !side.startsWith('-') && !side.includes('\0')) return;
  throw new UserError('usage/bad-argument', `"${side.replaceAll('\0', '')}" is no version of the policies`, {
    hint: 'name a branch, a tag, a commit, REF:PATH, a folder or a file',
  });
}
