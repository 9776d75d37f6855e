import type { Problem } from '../model/failure.ts';
import { UserError } from '../model/failure.ts';
import { startOf } from '../model/location.ts';
import { findConflict } from '../source/conflict.ts';
import { decodeFound, decodeText } from '../source/decode.ts';
import type { BlobReader, BlobReading } from '../system/git-blobs.ts';
import type { FoundFile, LeftOut, Listing, SideFile } from './side-files.ts';
import { tooLarge } from './side-of-disk.ts';

/** Files with their texts, and what has none. */
export interface SideTexts {
  readonly files: readonly SideFile[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
}

/** Reads texts of any number of listings; a content that several files have is fetched and decoded once. */
export interface TextReader {
  /** @throws UserError git/unreadable, git/incomplete in a partial clone */
  readonly read: (listings: readonly Listing[]) => Promise<readonly SideTexts[]>;
}

/** First line of what Git LFS commits in place of a file (git-lfs, docs/spec.md). */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1';

/** Names that documents of ours may have. */
const DOCUMENT = /\.(?:ya?ml|json)$/i;

/** @param fetchObjects gets objects that are not here, before they are read; null where that is not allowed */
export function openTexts(
  blobs: BlobReader,
  fetchObjects: ((ids: readonly string[]) => Promise<void>) | null,
): TextReader {
  const texts = new Map<string, string>();
  const textOf = (file: FoundFile, bytes: Uint8Array): string | null => {
    const known = texts.get(file.oid);
    if (known !== undefined) return known;
    const text = decode(file, bytes);
    if (text !== null) texts.set(file.oid, text);
    return text;
  };
  return {
    async read(listings) {
      const all = listings.flatMap(({ found }) => found);
      const contents = new Map<string, BlobReading>();
      for (const { oid, bytes } of all) if (bytes !== null) contents.set(oid, { kind: 'bytes', bytes });
      const wanted = all.map(({ oid }) => oid).filter((oid) => !contents.has(oid) && !texts.has(oid));
      if (wanted.length > 0) await fetchObjects?.([...new Set(wanted)]);
      for (const [oid, reading] of await blobs.read(wanted)) contents.set(oid, reading);
      return listings.map((listing) => textsOf(listing, contents, textOf));
    },
  };
}

function textsOf(
  listing: Listing,
  contents: ReadonlyMap<string, BlobReading>,
  textOf: (file: FoundFile, bytes: Uint8Array) => string | null,
): SideTexts {
  const files: SideFile[] = [];
  const leftOut: LeftOut[] = [...listing.leftOut];
  const problems: Problem[] = [...listing.problems];
  for (const found of listing.found) {
    const { file, oid, named } = found;
    const reading = contents.get(oid) ?? { kind: 'bytes', bytes: new Uint8Array() };
    if (reading.kind !== 'bytes') {
      problems.push(reading.kind === 'missing' ? missing(file, oid) : tooLarge(file, reading.size));
      continue;
    }
    try {
      const text = textOf(found, reading.bytes);
      const conflict = text === null ? null : findConflict(file, text);
      if (text === null) leftOut.push({ reason: 'file that is no text', file });
      else if (text.startsWith(LFS_POINTER)) leftOut.push({ reason: 'Git LFS pointer', file });
      else if (conflict === null) files.push({ file, text, oid, named });
      else problems.push(unresolved(conflict));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push({ code: error.code, message: error.message, hint: error.hint, at: startOf(file) });
    }
  }
  return { files, leftOut, problems };
}

/** Null for a file that is no text and that nobody can have meant as a document. @throws UserError file/binary */
function decode({ file, named }: FoundFile, bytes: Uint8Array): string | null {
  const text = decodeFound(file, bytes);
  return text !== null || !(named || DOCUMENT.test(file)) ? text : decodeText(file, bytes);
}

function missing(file: string, oid: string): Problem {
  return {
    code: 'git/unreadable',
    message: `git has no object ${oid} for ${file}`,
    hint: 'run git fsck in this folder; in a partial clone add --fetch',
    at: startOf(file),
  };
}

function unresolved(at: NonNullable<Problem['at']>): Problem {
  return {
    code: 'document/invalid',
    message: 'a conflict of a merge begins here that nobody resolved',
    hint: 'choose one of the sides and delete the markers; the file was not read',
    at,
  };
}
