import { compareText } from '../model/compare-text.ts';
import type { ConfigSubject } from '../model/config.ts';
import type { Problem } from '../model/failure.ts';
import { compareLocations, showLocation } from '../model/location.ts';
import { configFormatOf, parseConfig } from '../source/parse-config.ts';
import type { Adapter } from './adapter.ts';
import { ADAPTERS } from './registry.ts';

/** What one file configures, and whether any adapter knew it. */
export interface ConfigReading {
  readonly recognised: boolean;
  readonly subjects: readonly ConfigSubject[];
  /** What of it is not read for its cost, each told once. */
  readonly problems: readonly Problem[];
}

const NOTHING: ConfigReading = { recognised: false, subjects: [], problems: [] };

/**
 * Reads a configuration file of whatever product wrote it. A file that nobody recognises costs a few text searches, and
 * only one that may hold something is parsed.
 */
export function readConfigFile(file: string, text: string, adapters: readonly Adapter[] = ADAPTERS): ConfigReading {
  const candidates = adapters.filter((adapter) => adapter.mayHold(file, text));
  if (candidates.length === 0 || configFormatOf(file, text) === null) return NOTHING;
  const problems = new Map<string, Problem>();
  const documents = parseConfig(file, text, (problem) => {
    const place = problem.at === null ? file : showLocation(problem.at);
    problems.set(`${place} ${problem.message}`, problem);
  });
  let recognised = false;
  const subjects: ConfigSubject[] = [];
  for (const document of documents) {
    for (const adapter of candidates) {
      if (!adapter.recognise(document)) continue;
      recognised = true;
      subjects.push(...adapter.read(document));
    }
  }
  return { recognised, subjects, problems: [...problems.values()] };
}

/** What reads and joins configuration files; a cache can take the place of the first. */
export interface ConfigReader {
  readonly read: (file: string, text: string) => ConfigReading;
  readonly join: (subjects: readonly ConfigSubject[]) => readonly ConfigSubject[];
}

/** The adapters of every product. */
export const CONFIG_READER: ConfigReader = {
  read: (file, text) => readConfigFile(file, text),
  join: (subjects) => joinSubjects(subjects),
};

/** Lets each adapter join what several files say together. Sorted by file and position, whatever the order given. */
export function joinSubjects(
  subjects: readonly ConfigSubject[],
  adapters: readonly Adapter[] = ADAPTERS,
): readonly ConfigSubject[] {
  const sorted = [...subjects].sort(compareSubjects);
  return adapters
    .flatMap(({ id, join }) => {
      const own = sorted.filter((subject) => subject.adapter === id);
      if (own.length === 0 || join === undefined) return own;
      return join(
        own,
        sorted.filter((subject) => subject.adapter !== id),
      );
    })
    .sort(compareSubjects);
}

function compareSubjects(a: ConfigSubject, b: ConfigSubject): number {
  return (
    compareLocations(a.at, b.at) ||
    compareText(a.adapter, b.adapter) ||
    compareText(a.kind, b.kind) ||
    compareText(a.name, b.name)
  );
}
