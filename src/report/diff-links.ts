import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import { markdownCode } from './markdown-text.ts';

/** Addresses under which the files of each side lie, ended by a slash; null where a side is no commit. */
export interface FileLinks {
  readonly base: string | null;
  readonly head: string | null;
}

/** A place as code, with a link to its line where the file can be looked at. */
export function linkedPlace(at: Location, root: string | null, most: number): string {
  const shown = markdownCode(showLocation(at), most);
  const url = root === null ? null : addressOf(at, root);
  return url === null ? shown : `<a href="${url}">${shown}</a>`;
}

/** Null for files outside the repository, which no address reaches. */
function addressOf({ file, line }: Location, root: string): string | null {
  const parts = file.replaceAll(/\p{Surrogate}/gu, '\uFFFD').split('/');
  if (file.startsWith('/') || parts.includes('..')) return null;
  const path = parts.map((part) => encodeURIComponent(part).replaceAll("'", '%27')).join('/');
  return `${root}${path}#L${line}`;
}
