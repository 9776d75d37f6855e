/** What the lines of each log say, whether they concern the incident or not. */
import { showBound, millis } from '../model/quantity.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import type { AskedField } from './field-settings.ts';
import { ASKED_FIELDS } from './field-settings.ts';

export interface Presence {
  readonly add: (use: RecordedUse, file: string) => void;
  /** The same of a line that is still bytes. */
  readonly addBits: (line: SeenLine, file: string) => void;
  readonly has: (file: string, field: AskedField) => boolean;
  readonly files: () => readonly string[];
  readonly window: () => { readonly first: number; readonly last: number } | null;
  /** Logs whose clock cannot be the one of the issuer, in words. */
  readonly clocks: () => readonly string[];
  readonly state: () => PresenceState;
  readonly merge: (state: PresenceState) => void;
}

export interface SeenLine {
  /** Bits in the order of `ASKED_FIELDS`. */
  readonly fields: number;
  /** Milliseconds since the epoch; NaN where the line has none. */
  readonly time: number;
  /** Seconds since the epoch; NaN where the line has none. */
  readonly iat: number;
}

/** What was seen, as it goes from one thread to another. */
export interface PresenceState {
  readonly files: ReadonlyMap<string, Readonly<SeenFile>>;
  readonly first: number;
  readonly last: number;
}

interface SeenFile {
  fields: number;
  /** Lines with a token that was issued after it was used. */
  early: number;
  /** By how much at the most, in milliseconds. */
  earliest: number;
}

/** Clocks that are this much apart are told; less is what verifiers let pass (RFC 7519 section 4.1.4: "a few minutes" at most). */
const CLOCK_TOLERANCE = 60_000;

const ALL_FIELDS = 2 ** ASKED_FIELDS.length - 1;

/** Remembers which log ever said which field, and what its times say of its clock. */
export function createPresence(): Presence {
  const files = new Map<string, SeenFile>();
  // Numbers in memory of their own: as variables they would be put into boxes for every line.
  const times = new Float64Array([Infinity, -Infinity]);
  const first = (): number => times[0] ?? Infinity;
  const last = (): number => times[1] ?? -Infinity;
  let recent = '';
  let seen: SeenFile = { fields: 0, early: 0, earliest: 0 };

  const open = (file: string): SeenFile => {
    const known = files.get(file) ?? { fields: 0, early: 0, earliest: 0 };
    files.set(file, known);
    return known;
  };

  const addBits = ({ fields, time, iat }: SeenLine, file: string): void => {
    if (recent !== file) {
      recent = file;
      seen = open(file);
    }
    if ((fields | seen.fields) !== seen.fields) seen.fields |= fields;
    if (time < first()) times[0] = time;
    if (time > last()) times[1] = time;
    const ahead = iat * 1000 - time;
    if (ahead <= CLOCK_TOLERANCE || Number.isNaN(ahead)) return;
    seen.early += 1;
    if (ahead > seen.earliest) seen.earliest = ahead;
  };

  return {
    addBits,
    add: (use, file) => {
      let fields = 0;
      if (recent !== file || seen.fields !== ALL_FIELDS) {
        for (const [at, field] of ASKED_FIELDS.entries()) if (use[field] !== null) fields |= 1 << at;
      }
      addBits({ fields, time: use.time ?? NaN, iat: use.iat ?? NaN }, file);
    },
    has: (file, field) => ((files.get(file)?.fields ?? 0) & (1 << ASKED_FIELDS.indexOf(field))) !== 0,
    files: () => [...files.keys()],
    window: () => (first() > last() ? null : { first: first(), last: last() }),
    clocks: () =>
      [...files].flatMap(([file, { early, earliest }]) =>
        early === 0
          ? []
          : [
              `${file}: ${early} ${early === 1 ? 'token was' : 'tokens were'} used before ${early === 1 ? 'its' : 'their'} iat, by up to ${showBound(millis(Math.ceil(earliest / 1000) * 1000))}: its clock and the one of the issuer differ, or the tokens are forged; times are told as they were logged`,
            ],
      ),
    state: () => ({ files, first: first(), last: last() }),
    merge: (state) => {
      for (const [file, { fields, early, earliest }] of state.files) {
        const known = open(file);
        known.fields |= fields;
        known.early += early;
        known.earliest = Math.max(known.earliest, earliest);
      }
      times[0] = Math.min(first(), state.first);
      times[1] = Math.max(last(), state.last);
      recent = '';
    },
  };
}
