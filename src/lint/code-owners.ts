import { fitsGlob } from '../policy/glob.ts';

/** Where code hosts look for it, relative to the root of the repository; GitHub takes the first that exists. */
export const CODE_OWNER_FILES: readonly string[] = [
  '.github/CODEOWNERS',
  '.gitlab/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
];

interface OwnerRule {
  readonly patterns: readonly string[];
  readonly hasOwners: boolean;
}

/** A run of rules of which the last that fits counts; GitLab has several, each of which asks for a review of its own. */
interface Section {
  readonly isOptional: boolean;
  readonly rules: OwnerRule[];
}

/**
 * Whether a CODEOWNERS file asks somebody for a review of a file: the last pattern that fits has an owner. Patterns are
 * those of .gitignore without `!` and `[ ]` (GitHub docs, "About code owners"; GitLab docs, "Code Owners", for sections).
 */
export function hasOwner(codeOwners: string, file: string): boolean {
  return readSections(codeOwners).some(({ isOptional, rules }) => {
    const last = rules.findLast(({ patterns }) => patterns.some((pattern) => fitsGlob(file, pattern)));
    return !isOptional && last !== undefined && last.hasOwners;
  });
}

function readSections(text: string): readonly Section[] {
  const sections: Section[] = [{ isOptional: false, rules: [] }];
  let owned = false;
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, optional, defaults] = /^(\^?)\[[^\]]+\](?:\[\d+\])?(.*)$/.exec(trimmed) ?? [];
    if (optional !== undefined) {
      sections.push({ isOptional: optional === '^', rules: [] });
      owned = wordsOf(defaults ?? '').length > 0;
      continue;
    }
    const [pattern, ...owners] = wordsOf(trimmed);
    if (pattern === undefined) continue;
    sections.at(-1)?.rules.push({ patterns: globsOf(pattern), hasOwners: owners.length > 0 || owned });
  }
  return sections;
}

/** Words up to a comment; a blank of a path is written behind a backslash. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/(?:\\.|[^\s\\])+/g) ?? [];
  const end = words.findIndex((word) => word.startsWith('#'));
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replaceAll(/\\(.)/g, '$1'));
}

function globsOf(pattern: string): readonly string[] {
  const isFolder = pattern.endsWith('/');
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
  const isAnchored = pattern.startsWith('/') || bare.includes('/');
  const glob = isAnchored ? bare : `**/${bare}`;
  if (isFolder) return [`${glob}/**`];
  // `docs/*` is what lies in docs and not what lies deeper.
  return glob.endsWith('/*') && isAnchored ? [glob] : [glob, `${glob}/**`];
}
