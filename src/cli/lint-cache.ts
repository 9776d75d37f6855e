import { hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '../model/failure.ts';
import type { ConfigReader, ConfigReading } from '../adapters/read-config.ts';
import { joinSubjects, readConfigFile } from '../adapters/read-config.ts';
import type { KeptReading, KeptShared } from '../lint/keep-configs.ts';
import { keeper, recallReading } from '../lint/keep-configs.ts';
import { redactText } from '../lint/redact.ts';
import type { KeptDocument } from '../source/keep-documents.ts';
import { parseToKeep, recallParsed } from '../source/keep-documents.ts';
import type { ParsedFile } from '../source/parse.ts';
import { systemFiles } from '../system/files.ts';
import { VERSION } from './version.ts';

/** What files said, by the hash of their name and content. */
export interface LintCache {
  /** Reads a configuration file, or remembers what it said. */
  readonly configs: ConfigReader;
  /** Parses documents of ours, or remembers them. */
  readonly parse: (file: string, text: string) => ParsedFile;
  /** Writes what this run read or used; entries that nobody asked for are dropped. */
  readonly save: () => Promise<void>;
}

/** Layout of the cache file. */
const FORMAT = 2;

/** Most of a cache that is read; a larger file is somebody else's. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Opens a cache file. One that is missing, cut, or written by another version or build is an empty one: a cache can
 * cost time, never a finding. What a file with a secret says is not kept.
 *
 * @throws UserError usage/bad-argument for a file that something else wrote
 */
export async function openLintCache(path: string): Promise<LintCache> {
  const build = await buildOf();
  const { shared, readings, documents } = (await load(path, build)) ?? NOTHING;
  const read = new Map<string, { readonly file: string; readonly reading: ConfigReading }>();
  const parsed = new Map<string, { readonly file: ParsedFile; readonly kept: readonly KeptDocument[] }>();
  const readConfig = (file: string, text: string): ConfigReading => {
    const key = keyOf(file, text);
    const known = read.get(key)?.reading;
    if (known !== undefined) return known;
    const kept = readings.get(key);
    const reading = kept === undefined ? readConfigFile(file, text) : recallReading(file, kept, shared);
    if (reading.problems.length === 0 && reading.subjects.every(isPublic)) read.set(key, { file, reading });
    return reading;
  };
  return {
    configs: { read: readConfig, join: (subjects) => joinSubjects(subjects) },
    parse(file, text) {
      const key = keyOf(file, text);
      const known = parsed.get(key)?.file;
      if (known !== undefined) return known;
      const kept = documents.get(key);
      const fresh = kept === undefined ? parseToKeep(file, text) : { parsed: recallParsed(file, text, kept), kept };
      if (fresh.kept !== null && redactText(text) === text) parsed.set(key, { file: fresh.parsed, kept: fresh.kept });
      return fresh.parsed;
    },
    async save() {
      if (isSame(read, readings) && isSame(parsed, documents)) return;
      const { keep, shared: written } = keeper();
      const body: Body = {
        readings: inOrder(read).flatMap(([key, { file, reading }]) => {
          const kept = keep(file, reading);
          return kept === null ? [] : [[key, kept] as const];
        }),
        documents: inOrder(parsed).map(([key, { kept }]) => [key, kept] as const),
        shared: written,
      };
      const text = JSON.stringify(body);
      const head = JSON.stringify({ format: FORMAT, build, digest: hash('sha256', text, 'base64url') });
      await systemFiles.writeAtomically(path, `${head}\n${text}\n`, 0o600);
    },
  };
}

/** What stands in the second line of the file. */
interface Body {
  readonly readings: readonly (readonly [key: string, kept: KeptReading])[];
  readonly documents: readonly (readonly [key: string, kept: readonly KeptDocument[]])[];
  readonly shared: KeptShared;
}

interface Loaded {
  readonly readings: ReadonlyMap<string, KeptReading>;
  readonly documents: ReadonlyMap<string, readonly KeptDocument[]>;
  readonly shared: KeptShared;
}

const NOTHING: Loaded = { readings: new Map(), documents: new Map(), shared: { rests: [], names: [], facts: [] } };

function keyOf(file: string, text: string): string {
  return hash('sha256', `${file}\0${text}`, 'base64url');
}

function isSame(used: ReadonlyMap<string, unknown>, known: ReadonlyMap<string, unknown>): boolean {
  return used.size === known.size && [...used.keys()].every((key) => known.has(key));
}

function inOrder<T>(entries: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

function isPublic(subject: ConfigReading['subjects'][number]): boolean {
  // Facts about keys hold functions, and a hash of a weak secret can be guessed.
  return subject.secrets.length === 0 && !('inlineKeys' in subject && subject.inlineKeys.length > 0);
}

/** Null for a file that is not there, was cut or changed, or is of another version or build. */
async function load(path: string, build: string): Promise<Loaded | null> {
  if (!(await systemFiles.exists(path))) return null;
  const text = new TextDecoder().decode(await systemFiles.readBytes(path, MAX_BYTES));
  if (text !== '' && !text.startsWith('{"format":')) {
    throw new UserError('usage/bad-argument', `${path} is no cache of Firebreak, so it is not written over`, {
      hint: 'name another file: --cache=FILE, or --cache alone before another option',
    });
  }
  const [head = '', line = ''] = text.split('\n', 2);
  if (head !== JSON.stringify({ format: FORMAT, build, digest: hash('sha256', line, 'base64url') })) return null;
  const { readings, documents, shared } = JSON.parse(line) as Body; // written by this build, and whole
  return { readings: new Map(readings), documents: new Map(documents), shared };
}

/** This program, so that a development build does not trust what the one before it wrote. */
async function buildOf(): Promise<string> {
  const { size, mtimeMs } = await stat(fileURLToPath(import.meta.url));
  return `${VERSION} ${size} ${Math.round(mtimeMs)}`;
}
