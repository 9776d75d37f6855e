import type { EstateInput } from '../lint/read-estate.ts';
import type { Problem } from '../model/failure.ts';

/** One file of a side. Both sides share the text of a content that both have. */
export interface SideFile extends EstateInput {
  /** What git calls this content: the same bytes have the same name, committed or not. */
  readonly oid: string;
  readonly named: boolean;
}

/** One version of the policies, and the configuration files that its inventories name. */
export interface SideFiles {
  /** As it was asked for: a branch, `ref:path`, a folder, `working tree`. */
  readonly label: string;
  /** Full hash; null for what is on disk. */
  readonly commit: string | null;
  /** What opens a file of this side from here when it is put before its name; empty but for another checkout. */
  readonly root: string;
  /** Sorted by name. */
  readonly files: readonly SideFile[];
  /** What could not be read on this side; every other file is there. */
  readonly problems: readonly Problem[];
}

/** A file that was found and not yet read. */
export interface FoundFile {
  /** As findings show it. */
  readonly file: string;
  readonly oid: string;
  readonly named: boolean;
  /** Null for content that is still in the object store. */
  readonly bytes: Uint8Array | null;
}

/** Why a file is left out although it is there. */
export type LeftOutReason = 'submodule' | 'symbolic link' | 'Git LFS pointer' | 'file that is no text' | 'ignored file';

export interface LeftOut {
  readonly reason: LeftOutReason;
  readonly file: string;
}

export interface Listing {
  readonly found: readonly FoundFile[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
}

/** Where the files of a side come from. */
export interface SideSource {
  /** What the run reads. */
  readonly list: () => Promise<Listing>;
  /** Those of the named files that exist, whatever their endings. */
  readonly find: (files: readonly string[]) => Promise<Listing>;
}
