import { isAbsolute } from 'node:path';
import { pathsOf } from '../lint/config-inventory.ts';
import type { EstateRead, ReadOptions } from '../lint/read-estate.ts';
import type { ConfigReader } from '../adapters/read-config.ts';
import { readEstateWith } from '../lint/read-estate.ts';
import type { Problem } from '../model/failure.ts';
import type { ConfigReference, Inventory } from '../model/inventory.ts';
import { systemFiles } from '../system/files.ts';
import type { LoadedFile } from './load.ts';
import { loadFiles } from './load.ts';

interface Reading {
  readonly read: EstateRead;
  /** Those that were given, then those that their inventories name. */
  readonly files: readonly LoadedFile[];
}

/**
 * Reads documents and the configuration files that their inventories name, wherever in the working directory they are.
 *
 * @throws UserError file/* when a file is there and cannot be read
 */
export async function readWithReferenced(
  given: readonly LoadedFile[],
  settings: ReadOptions,
  loadConfigs: () => Promise<ConfigReader> = loadAdapters,
): Promise<Reading> {
  const reading = readEstateWith(given, settings, given.every(isOurs) ? null : await loadConfigs());
  const read = reading.lacksConfigs ? readEstateWith(given, settings, await loadConfigs()).read : reading.read;
  if (!read.estate.inventories.some((inventory) => referencesOf(inventory).length > 0)) return { read, files: given };
  const { files: more, problems } = await loadReferenced(read.estate.inventories, given);
  const files = [...given, ...more];
  const whole = more.length === 0 ? read : readEstateWith(files, settings, await loadConfigs()).read;
  return { read: { ...whole, problems: [...whole.problems, ...problems] }, files };
}

/** Most of the program is adapters, and a repository of policies needs none of them. */
async function loadAdapters(): Promise<ConfigReader> {
  return (await import('../adapters/read-config.ts')).CONFIG_READER;
}

/** A guess that spares reading twice: a file that begins as a document of ours does. */
function isOurs({ text }: LoadedFile): boolean {
  return /^(?:\s|#.*|---|\{)*["']?apiVersion["']?\s*:\s*["']?firebreak\.dev\//.test(text);
}

interface ReferencedFiles {
  readonly files: readonly LoadedFile[];
  /** References that lead nowhere: what their verifiers do is not known. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the configuration files that inventories name and that the run does not hold yet, so that `firebreak lint` of the
 * policies alone judges what is deployed. Nothing outside of the working directory is read because a document says so.
 *
 * @throws UserError file/* when a file is there and cannot be read
 */
async function loadReferenced(
  inventories: readonly Inventory[],
  loaded: readonly LoadedFile[],
): Promise<ReferencedFiles> {
  const known = new Set(loaded.map(({ file }) => file));
  const files: LoadedFile[] = [];
  const problems: Problem[] = [];
  for (const inventory of inventories) {
    for (const reference of referencesOf(inventory)) {
      const paths = pathsOf(reference, inventory);
      if (paths.some((path) => known.has(path))) continue;
      const inside = isAbsolute(reference.file) ? [] : paths.filter(isBelow);
      const path = await firstThere(inside);
      if (path === null) {
        problems.push(brokenReference(reference, { isOutside: inside.length === 0 }));
        continue;
      }
      known.add(path);
      files.push(...(await loadFiles([path])).map((file) => ({ ...file, named: false })));
    }
  }
  return { files, problems };
}

function referencesOf({ issuers, verifiers }: Inventory): readonly ConfigReference[] {
  return [...issuers, ...verifiers].flatMap(({ configs = [] }) => configs);
}

function isBelow(path: string): boolean {
  return path.split('/')[0] !== '..';
}

async function firstThere(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if (await systemFiles.exists(path)) return path;
  return null;
}

/** What to say of a reference that led nowhere: what its verifier does is not known. */
export function brokenReference(
  { file, at }: ConfigReference,
  { isOutside }: { readonly isOutside: boolean },
): Problem {
  return {
    code: 'document/not-found',
    message: isOutside
      ? `${file} is outside of the folder that firebreak runs in, and is not read`
      : `there is no file ${file}, neither here nor beside the Inventory`,
    hint: isOutside ? 'run firebreak in the folder above both, or name the file too' : 'correct the path',
    at,
  };
}
