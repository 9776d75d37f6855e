import { hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '../model/failure.ts';
import type { ConfigReading } from '../adapters/read-config.ts';
import { readConfigFile } from '../adapters/read-config.ts';
import { systemFiles } from '../system/files.ts';
import { VERSION } from './version.ts';

/** What configuration files said, by the hash of their name and content. */
export interface LintCache {
  /** Reads a configuration file, or remembers what it said. */
  readonly read: (file: string, text: string) => ConfigReading;
  /** Writes what this run read or used; entries that nobody asked for are dropped. */
  readonly save: () => Promise<void>;
}

/** Layout of the cache file. */
const FORMAT = 1;

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
  const known = await load(path, build);
  const used = new Map<string, ConfigReading>();
  return {
    read(file, text) {
      const key = hash('sha256', `${file}\0${text}`, 'base64url');
      const reading = used.get(key) ?? known.get(key) ?? readConfigFile(file, text);
      if (reading.subjects.every(isPublic)) used.set(key, reading);
      return reading;
    },
    async save() {
      const isSame = used.size === known.size && [...used.keys()].every((key) => known.has(key));
      if (isSame) return;
      const entries = [...used].sort(([a], [b]) => (a < b ? -1 : 1));
      await systemFiles.writeAtomically(path, `${JSON.stringify({ format: FORMAT, build, entries })}\n`, 0o600);
    },
  };
}

function isPublic(subject: ConfigReading['subjects'][number]): boolean {
  // Facts about keys hold functions, and a hash of a weak secret can be guessed.
  return subject.secrets.length === 0 && !('inlineKeys' in subject && subject.inlineKeys.length > 0);
}

async function load(path: string, build: string): Promise<ReadonlyMap<string, ConfigReading>> {
  const nothing = new Map<string, ConfigReading>();
  if (!(await systemFiles.exists(path))) return nothing;
  const text = new TextDecoder().decode(await systemFiles.readBytes(path, MAX_BYTES));
  if (text !== '' && !text.startsWith('{"format":')) {
    throw new UserError('usage/bad-argument', `${path} is no cache of Firebreak, so it is not written over`, {
      hint: 'name another file: --cache=FILE, or --cache alone before another option',
    });
  }
  try {
    const document = JSON.parse(text) as { format?: unknown; build?: unknown; entries?: unknown };
    if (document.format !== FORMAT || document.build !== build || !Array.isArray(document.entries)) return nothing;
    return new Map(document.entries as readonly (readonly [string, ConfigReading])[]); // written by this build
  } catch {
    return nothing;
  }
}

/** This program, so that a development build does not trust what the one before it wrote. */
async function buildOf(): Promise<string> {
  const { size, mtimeMs } = await stat(fileURLToPath(import.meta.url));
  return `${VERSION} ${size} ${Math.round(mtimeMs)}`;
}
