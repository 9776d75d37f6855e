/**
 * The journal of an incident: one file for each author, append-only, every record chained to the one before by its hash.
 * Clones are merged by taking the files of both, because nobody writes into the file of another.
 */
import type { Problem } from '../model/failure.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { Location } from '../model/location.ts';
import { sha256Of } from './write-incident.ts';

/** One thing that somebody did. */
export interface JournalRecord {
  readonly author: string;
  /** 1 for the first of the author. */
  readonly seq: number;
  /** SHA-256 of the line before, without its line end; null for the first. */
  readonly previous: string | null;
  /** RFC 3339. */
  readonly time: string;
  /** `opened`, `scoped`. */
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What is there of one author. */
export interface JournalChain {
  readonly records: readonly JournalRecord[];
  readonly problems: readonly Problem[];
  /** SHA-256 of the last line; null for none. */
  readonly head: string | null;
}

/** `ana.ndjson` for `@ana`, `ana_at_example.com.ndjson` for a mail address. */
export function journalFileOf(author: string): string {
  const name = author
    .toLowerCase()
    .replace(/^@/, '')
    .replaceAll('@', '_at_')
    .replaceAll(/[^a-z0-9._-]/g, '-')
    .replace(/^\.+/, '-');
  return `journal/${name.slice(0, 100)}.ndjson`;
}

/** The line to append, without its line end. */
export function nextLine(
  chain: Pick<JournalChain, 'records' | 'head'>,
  entry: Omit<JournalRecord, 'seq' | 'previous'>,
): string {
  const { author, time, event, data } = entry;
  return JSON.stringify({ author, seq: chain.records.length + 1, previous: chain.head, time, event, data });
}

/** Reads the chain of one author and tells where it was broken: a line changed, taken out, put in, or written twice. */
export function readChain(file: string, text: string): JournalChain {
  const records: JournalRecord[] = [];
  const problems: Problem[] = [];
  let head: string | null = null;
  const lines = text.split('\n');
  const isCut = lines.pop() !== '';
  const tell = (number: number, message: string): void =>
    void problems.push({
      code: 'document/invalid',
      message,
      hint: 'get the file back from the history of the repository; records are only ever appended',
      at: lineOf(file, number),
    });
  if (isCut) tell(lines.length + 1, 'the last record was not written to its end');
  for (const [index, line] of lines.entries()) {
    const record = parseRecord(line);
    if (record === null) {
      tell(index + 1, 'this line is no record of a journal');
      break;
    }
    const fault = faultOf(record, { before: records.at(-1) ?? null, head });
    if (fault !== null) {
      tell(index + 1, fault);
      break;
    }
    records.push(record);
    head = sha256Of(line);
  }
  return { records, problems, head };
}

/** All records of all authors in the order of their times; equal times by author and number. */
export function mergeChains(chains: readonly JournalChain[]): readonly JournalRecord[] {
  const instant = ({ time }: JournalRecord): number => fromTimestamp(time) ?? 0;
  return chains
    .flatMap(({ records }) => records)
    .sort((a, b) => instant(a) - instant(b) || (a.author === b.author ? a.seq - b.seq : a.author < b.author ? -1 : 1));
}

function faultOf(
  { author, seq, previous }: JournalRecord,
  { before, head }: { readonly before: JournalRecord | null; readonly head: string | null },
): string | null {
  if (before !== null && author !== before.author) {
    return `a record of ${JSON.stringify(author)} stands in the journal of ${JSON.stringify(before.author)}`;
  }
  const expected = (before?.seq ?? 0) + 1;
  if (seq !== expected) return `record ${seq} stands where record ${expected} must be`;
  return previous === head ? null : `record ${seq} does not follow from the line before it: one of them was changed`;
}

function parseRecord(line: string): JournalRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const { author, seq, previous, time, event, data } = value;
  if (typeof author !== 'string' || typeof seq !== 'number' || typeof event !== 'string') return null;
  if (typeof time !== 'string' || fromTimestamp(time) === null || !isObject(data)) return null;
  if (previous !== null && typeof previous !== 'string') return null;
  return { author, seq, previous, time, event, data };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lineOf(file: string, line: number): Location {
  return { file, line, column: 1, endLine: line, endColumn: 1 };
}
