import type { Pointer } from './document.ts';
import type { Location } from './location.ts';

/** A value that a change may write. */
export type FixValue = string | number | boolean | readonly string[];

/** One change to a document, by meaning: how it is written is decided where the text is. */
export type Change =
  /** Writes a value; missing mappings above it are added. */
  | { readonly kind: 'set'; readonly pointer: Pointer; readonly value: FixValue }
  /** Removes an item of a list by its text. */
  | { readonly kind: 'remove-item'; readonly pointer: Pointer; readonly item: string }
  /** Writes another text in place of an item of a list. */
  | { readonly kind: 'replace-item'; readonly pointer: Pointer; readonly item: string; readonly by: string }
  /** Adds an item to a list that exists. */
  | { readonly kind: 'append-item'; readonly pointer: Pointer; readonly item: string }
  /** Adds a mapping to a list; one that is not there yet is begun. */
  | { readonly kind: 'append-entry'; readonly pointer: Pointer; readonly entry: Readonly<Record<string, FixValue>> }
  /** Gives a key another name; what stands under it stays. */
  | { readonly kind: 'rename-key'; readonly pointer: Pointer; readonly to: string }
  /** Writes another text in place of the scalar that stands at a place. */
  | { readonly kind: 'replace'; readonly at: Location; readonly value: string | number | boolean }
  /** Turns `true` at a place into `false`, and the other way round. */
  | { readonly kind: 'flip'; readonly at: Location }
  /**
   * Shortens the duration that is written at a place and means `from`, in the notation it is written in: `600`, `10m`,
   * `PT10M`. Milliseconds.
   */
  | { readonly kind: 'shorten'; readonly at: Location; readonly from: number; readonly to: number };

/** A change that names its place by a pointer. */
export type PointedChange = Extract<Change, { readonly pointer: Pointer }>;

/** Files whose text can be changed without touching anything else. */
export function isEditable(file: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(file);
}

/** What would repair a finding. */
export interface FixPlan {
  /** What it does, after "fix:": `set clock_skew.max to 60s`. */
  readonly title: string;
  /** Whether it can be applied unseen: it only tightens or repairs what cannot have been meant. */
  readonly safe: boolean;
  /** Any place in the document that is changed. */
  readonly document: Location;
  readonly changes: readonly [Change, ...Change[]];
}
