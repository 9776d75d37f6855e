import { join, relative, sep } from 'node:path';
import type { GateFile } from '../gate/protected.ts';
import { fitsGlob } from '../policy/glob.ts';
import { CONFIG_FILE, readGateConfig } from '../policy/read-gate-config.ts';
import { decodeFound } from '../source/decode.ts';
import { isListed, systemFiles } from '../system/files.ts';
import { readTree } from '../system/git-tree.ts';

/** One side: a commit, or the files of a folder as they are. */
export interface GatePlace {
  /** The root of the repository, or what stands for it. */
  readonly folder: string;
  /** Null for the files as they are. */
  readonly commit: string | null;
}

/**
 * Reads firebreak.yaml of both sides and the files that the base side protects, wherever they are: what is protected must
 * not depend on which folders hold documents.
 *
 * @throws UserError git/unreadable, file/*
 */
export async function loadGateFiles(
  base: GatePlace,
  head: GatePlace,
): Promise<{ readonly base: readonly GateFile[]; readonly head: readonly GateFile[] }> {
  const [settings] = await loadMatching(base, [CONFIG_FILE]);
  const { config } = readGateConfig(CONFIG_FILE, settings?.text ?? null);
  const patterns = [CONFIG_FILE, ...config.protected.paths];
  return { base: await loadMatching(base, patterns), head: await loadMatching(head, patterns) };
}

async function loadMatching(place: GatePlace, patterns: readonly string[]): Promise<readonly GateFile[]> {
  const isWanted = (file: string): boolean =>
    isListed(file, ANY_ENDING) && patterns.some((pattern) => fitsGlob(file, pattern));
  return place.commit === null
    ? loadFromFolder(place.folder, patterns, isWanted)
    : loadFromCommit(place.folder, place.commit, isWanted);
}

const ANY_ENDING: readonly string[] = [''];

async function loadFromCommit(
  folder: string,
  commit: string,
  isWanted: (file: string) => boolean,
): Promise<readonly GateFile[]> {
  const found = await readTree(folder, commit, { paths: ['.'], isWanted });
  return found.map(({ path, bytes }) => ({ file: path, text: textOf(path, bytes) }));
}

async function loadFromFolder(
  folder: string,
  patterns: readonly string[],
  isWanted: (file: string) => boolean,
): Promise<readonly GateFile[]> {
  const files = new Map<string, GateFile>();
  for (const start of new Set(patterns.map(fixedPart))) {
    const path = join(folder, start);
    if (!(await systemFiles.exists(path))) continue;
    for (const found of await systemFiles.list([path], ANY_ENDING)) {
      const file = relative(folder, found).split(sep).join('/');
      if (!isWanted(file)) continue;
      files.set(file, { file, text: textOf(file, await systemFiles.readBytes(found)) });
    }
  }
  return [...files.values()];
}

/** The folder or file before the first wildcard, so that no more of the repository is walked than must be. */
function fixedPart(pattern: string): string {
  const parts = pattern.split('/');
  const wild = parts.findIndex((part) => /[*?]/.test(part));
  return wild < 0 ? pattern : parts.slice(0, wild).join('/');
}

/** Only compared with its like; what is no text is spelled byte by byte. */
function textOf(file: string, bytes: Uint8Array): string {
  return decodeFound(file, bytes) ?? new TextDecoder('latin1').decode(bytes);
}
