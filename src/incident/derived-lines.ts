/** Passes over lines that no id of the leaked credential can make a use, without reading them. */
import type { Buffer } from 'node:buffer';
import { JSON_LINES } from '../logs/json-lines.ts';
import { MARK_OF_TOKENS, createLineMarks } from '../logs/line-marks.ts';
import type { LogFormat } from '../logs/log-format.ts';
import type { ByteLines } from '../logs/read-lines.ts';
import type { Incident } from '../model/incident.ts';
import { createDirectTest } from './direct-bytes.ts';
import type { LearnedIds } from './match-use.ts';
import { HASH, JTI, SID, TELLING, TS, createMemberReader } from './scanned-members.ts';

/** Ids that are looked for one after the other; each takes a walk over all bytes. */
const MOST_MARKS = 4;

const LINE_FEED = 0x0a;

/** Null when every line has to be read. */
export function createDerivedLines(incident: Incident, ids: LearnedIds, format: LogFormat | null): ByteLines | null {
  const { jtis, hashes, sids, subjects } = ids;
  if (!subjects.isEmpty() && sids.isEmpty()) return null;
  const sets = [jtis, hashes, sids];
  if (sets.reduce((sum, set) => sum + set.size(), 0) <= MOST_MARKS) {
    const marks = sets.flatMap((set) => set.values());
    if (marks.every(isPlain)) return markedLines(marks);
  }
  return format === JSON_LINES ? namedLines(incident, ids) : null;
}

/** Whether JSON writes the text as it is, or with a backslash in it. */
function isPlain(text: string): boolean {
  return /^[\u0020-\u007e]+$/.test(text) && !/["\\]/.test(text);
}

/** Reads lines that hold one of the texts, an escape, or a token. */
function markedLines(texts: readonly string[]): ByteLines {
  const marks = [...texts, '\\', MARK_OF_TOKENS].map(createLineMarks);
  return {
    startBlock: (bytes, start) => {
      for (const mark of marks) mark.startBlock(bytes, start);
    },
    line: (bytes, start, end) => {
      const lineEnd = bytes.indexOf(LINE_FEED, start);
      return lineEnd !== -1 && lineEnd < end && !marks.some((mark) => mark.isWithin(bytes, start, lineEnd))
        ? lineEnd
        : -1;
    },
  };
}

/** Reads lines of our own format that have one of the ids, and those that are not plain. */
function namedLines(incident: Incident, { jtis, hashes, sids }: LearnedIds): ByteLines {
  const reader = createMemberReader();
  const test = createDirectTest(incident, reader);
  const tokens = createLineMarks(MARK_OF_TOKENS);
  const members = [
    { member: JTI, ids: jtis },
    { member: HASH, ids: hashes },
    { member: SID, ids: sids },
  ].filter(({ ids }) => !ids.isEmpty());
  const hasId = (bytes: Buffer): boolean =>
    members.some(
      ({ member, ids }) => reader.isSaid(member) && ids.hasBytes(bytes, reader.start(member), reader.end(member)),
    );
  return {
    startBlock: tokens.startBlock,
    line: (bytes, start, end) => {
      const lineEnd = reader.scan(bytes, start, end);
      // A line without `ts` may be one of another format.
      if (
        lineEnd === -1 ||
        reader.isAbsent(TS) ||
        TELLING.every(reader.isAbsent) ||
        tokens.isWithin(bytes, start, lineEnd)
      )
        return -1;
      return test.fits() && test.mayDerive() && hasId(bytes) ? -1 : lineEnd;
    },
  };
}
