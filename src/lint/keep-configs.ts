import type { ConfigReading } from '../adapters/read-config.ts';
import type { ConfigSubject } from '../model/config.ts';
import type { Location } from '../model/location.ts';

/*
 * What configuration files say, in a form that is small as JSON: thousands of files repeat the same few defaults with
 * their sources, and every place repeats the name of its file. What differs only in its place is written once.
 */

/** One reading: whether it was recognised, its places (four numbers each), then each subject. */
export type KeptReading = readonly [isRecognised: 0 | 1, places: readonly number[], ...subjects: KeptSubject[]];

/**
 * Number of the subject without name, place and facts; name; number of its place; number of the names of its facts; then
 * for each fact its number and that of its place.
 */
type KeptSubject = readonly [rest: number, name: string, at: number, names: number, ...facts: number[]];

/** What readings share. */
export interface KeptShared {
  readonly rests: readonly object[];
  readonly names: readonly (readonly string[])[];
  readonly facts: readonly object[];
}

/** Collects what readings share while they are written. */
export interface Keeper {
  readonly shared: KeptShared;
  /** Null for a reading with a part that stands in another file, which nothing here writes. */
  readonly keep: (file: string, reading: ConfigReading) => KeptReading | null;
}

type Facts = Readonly<Record<string, { readonly at: Location }>>;

export function keeper(): Keeper {
  const rests = table<object>();
  const names = table<readonly string[]>();
  const facts = table<object>();
  return {
    shared: { rests: rests.all, names: names.all, facts: facts.all },
    keep(file, { recognised, subjects }) {
      const places = table<Location>();
      const keptSubjects = subjects.map((subject): KeptSubject => {
        const own = Object.entries(subject.facts as Facts); // every member is a fact
        return [
          rests.numberOf({ ...subject, name: '', file: '', at: 0, facts: 0 }),
          subject.name,
          places.numberOf(subject.at),
          names.numberOf(own.map(([name]) => name)),
          ...own.flatMap(([, fact]) => [facts.numberOf({ ...fact, at: 0 }), places.numberOf(fact.at)]),
        ];
      });
      const isHere = subjects.every((subject) => subject.file === file) && places.all.every((at) => at.file === file);
      const numbers = places.all.flatMap(({ line, column, endLine, endColumn }) => [line, column, endLine, endColumn]);
      return isHere ? [recognised ? 1 : 0, numbers, ...keptSubjects] : null;
    },
  };
}

/** The reading that was kept, as it was: members are in the same order, equal places may be one object. */
export function recallReading(file: string, kept: KeptReading, { rests, names, facts }: KeptShared): ConfigReading {
  const [isRecognised, numbers, ...subjects] = kept;
  const places: Location[] = [];
  for (let at = 0; at < numbers.length; at += 4) {
    const [line = 1, column = 1, endLine = 1, endColumn = 1] = numbers.slice(at, at + 4);
    places.push({ file, line, column, endLine, endColumn });
  }
  return {
    recognised: isRecognised === 1,
    subjects: subjects.map(([rest, name, at, shape, ...numbersOfFacts]) => {
      const own: Record<string, unknown> = {};
      for (const [index, factName] of (names[shape] ?? []).entries()) {
        const place = places[numbersOfFacts[index * 2 + 1] ?? 0];
        own[factName] = { ...facts[numbersOfFacts[index * 2] ?? 0], at: place };
      }
      return { ...rests[rest], name, file, at: places[at], facts: own } as unknown as ConfigSubject; // as it was kept
    }),
    problems: [],
  };
}

interface Table<T> {
  readonly all: T[];
  readonly numberOf: (value: T) => number;
}

/** Gives equal values, by their JSON, one number. */
function table<T>(): Table<T> {
  const all: T[] = [];
  const known = new Map<string, number>();
  return {
    all,
    numberOf(value) {
      const text = JSON.stringify(value);
      const number = known.get(text) ?? all.length;
      if (number === all.length) {
        known.set(text, number);
        all.push(value);
      }
      return number;
    },
  };
}
