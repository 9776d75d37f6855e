import type { RecordedUse } from '../model/recorded-use.ts';

/** One line of a log as JSON. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A format of access logs: how to tell it, how to read it, and what it never says. */
export interface LogFormat {
  readonly id: string;
  readonly title: string;
  /** Whether a line is of this format. The first lines of a file vote. */
  readonly recognises: (line: LogLine) => boolean;
  /** What a line says; never throws. */
  readonly read: (line: LogLine) => RecordedUse;
  /** Questions that this format leaves open however it is set up, for people. */
  readonly cannotAnswer: readonly string[];
}
