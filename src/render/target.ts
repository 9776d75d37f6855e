import type { Location } from '../model/location.ts';
import { toTimestamp } from '../model/instant.ts';
import type { LiveEntry, RevocationList } from './live-entries.ts';

/** What a person chose on the command line. */
export interface RenderSettings {
  /** Where HAProxy finds the map. */
  readonly mapFile: string;
  /** Where verifiers fetch the status list from; the `sub` of its token. */
  readonly statusUri: string | null;
  /** Fewest entries of a status list. */
  readonly statusSize: number;
  /** Seconds that verifiers may keep a status list. */
  readonly statusTtl: number;
  /** DEFLATE in ZLIB form (RFC 1950). */
  readonly compress: (bytes: Uint8Array) => Uint8Array;
}

/** Something of the documents that a product cannot do. */
export interface Unsupported {
  readonly at: Location | null;
  readonly message: string;
  readonly hint: string;
  /** The text is of no use without it, so nobody can agree to leave it out. */
  readonly blocks?: true;
}

export interface Rendered {
  readonly text: string;
  /** What is missing from the text; nothing is written unless the user accepts that. */
  readonly unsupported: readonly Unsupported[];
}

/** Turns revocations into what one kind of enforcement point reads. Its page is docs/render.md. */
export interface RevocationTarget {
  readonly id: string;
  /** What comes out. */
  readonly title: string;
  /** Which product reads it, and from where. */
  readonly reads: string;
  /** What it cannot do, as a sentence; null when it does everything. */
  readonly cannot: string | null;
  readonly render: (list: RevocationList, settings: RenderSettings) => Rendered;
}

/** First lines of every artefact: what it is, of which content, as of when. */
export function headerLines(target: string, { entries, digest, now }: RevocationList): readonly string[] {
  const count = `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`;
  return [
    `Rendered by firebreak render ${target}. Do not edit: change the Revocation documents instead.`,
    `sha256:${digest}, ${count}, as of ${toTimestamp(now)}`,
  ];
}

/** Header lines as comments of a syntax in which they begin with a mark and end with the line. */
export function commented(mark: string, lines: readonly string[]): string {
  return lines.map((line) => `${mark} ${line}\n`).join('');
}

/** Splits entries into those that a target can write and the others, each with what is wrong with it. */
export function sortOut(
  entries: readonly LiveEntry[],
  faultOf: (entry: LiveEntry) => Omit<Unsupported, 'at'> | null,
): { readonly fit: readonly LiveEntry[]; readonly unsupported: readonly Unsupported[] } {
  const fit: LiveEntry[] = [];
  const unsupported: Unsupported[] = [];
  for (const entry of entries) {
    const fault = faultOf(entry);
    if (fault === null) fit.push(entry);
    else unsupported.push({ ...fault, at: entry.at });
  }
  return { fit, unsupported };
}

/** `jti "x"`, for messages. Values were checked not to be tokens when they were read. */
export function showLive({ by, value, issuedBefore }: LiveEntry): string {
  const named = by === null ? 'all tokens' : `${by} ${JSON.stringify(value)}`;
  return issuedBefore === null ? named : `${named} issued before ${toTimestamp(issuedBefore * 1000)}`;
}
