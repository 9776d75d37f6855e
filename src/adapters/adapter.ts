import type {
  ClientValues,
  ConfigSubject,
  IssuerValues,
  LibraryValues,
  RouteValues,
  VerifierValues,
} from '../model/config.ts';
import type { ConfigDocument } from '../source/config-document.ts';

interface ValuesByKind {
  readonly verifier: VerifierValues;
  readonly issuer: IssuerValues;
  readonly client: ClientValues;
  readonly route: RouteValues;
  readonly library: LibraryValues;
}

type SettingOn<Kind extends keyof ValuesByKind> = {
  readonly [Name in keyof ValuesByKind[Kind] & string]: {
    readonly on: Kind;
    readonly fact: Name;
    /** The product's own name for it, with its path: `providers.<name>.clock_skew_seconds`. Null when there is none. */
    readonly setting: string | null;
    /** Unit of a bare number. */
    readonly unit?: 'ms' | 's' | 'm' | 'h' | 'd';
    /** What holds when the setting is absent; null when the adapter then says nothing. */
    readonly absent: {
      /** `default` for a setting that could be given, `platform` for behaviour without a setting. */
      readonly origin: 'default' | 'platform';
      readonly value: ValuesByKind[Kind][Name];
      /** Product, version, and the file or page that says so. */
      readonly source: string;
      readonly versions?: string;
    } | null;
    /** One sentence on what is surprising about it. */
    readonly note?: string;
  };
}[keyof ValuesByKind[Kind] & string];

/** One row of the table that an adapter is documented by and reads with. */
export type Setting = { [Kind in keyof ValuesByKind]: SettingOn<Kind> }[keyof ValuesByKind];

/** A file that shows a product's configuration, for the docs and the tests. */
export interface AdapterExample {
  readonly file: string;
  readonly text: string;
  readonly note?: string;
}

/** Reads the configuration files of one product. */
export interface Adapter {
  /** Equal to the name of its file or folder. */
  readonly id: string;
  readonly title: string;
  /** What people call the thing it configures: `gateway`, `issuer`, `resource server`. */
  readonly role: string;
  /** Which files and versions, in one or two sentences. */
  readonly reads: string;
  /** What it cannot see and therefore assumes; one sentence each. */
  readonly assumes: readonly string[];
  /** Where the format and its defaults are documented. */
  readonly sources: readonly [string, ...string[]];
  readonly settings: readonly Setting[];
  readonly examples: readonly [AdapterExample, ...AdapterExample[]];
  /** Cheap test on the text before anything is parsed: false when the file can hold nothing of this product. */
  readonly mayHold: (file: string, text: string) => boolean;
  /** By content; a path is a hint at most. */
  readonly recognise: (document: ConfigDocument) => boolean;
  /** Facts of one recognised document. Values it is not sure of are `unknown`, never guessed. */
  readonly read: (document: ConfigDocument) => readonly ConfigSubject[];
  /**
   * Joins what several files say together, as base and overlay do. Gets all subjects of this adapter in a run, sorted by
   * file and position, and gives those that count. What other adapters read of the same run can tell what its own files
   * do not, as a build file tells the framework.
   */
  readonly join?: (subjects: readonly ConfigSubject[], others: readonly ConfigSubject[]) => readonly ConfigSubject[];
}
