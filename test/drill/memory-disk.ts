import { UserError } from '../../src/model/failure.ts';
import type { Files, JournalSink } from '../../src/model/ports.ts';

/** Files in memory, and journals of which only the synced part survives. */
export interface MemoryDisk {
  readonly files: Files;
  readonly openJournal: (path: string) => Promise<JournalSink>;
  readonly text: (path: string) => string;
  /** Paths that end so. */
  readonly paths: (ending: string) => readonly string[];
  readonly append: (path: string, text: string) => void;
  /** From now on nothing can be written. */
  readonly fill: () => void;
}

export function memoryDisk(): MemoryDisk {
  const content = new Map<string, string>();
  let full = false;
  const write = (path: string, text: string): void => {
    if (full) throw new UserError('drill/journal-unwritable', 'the disk is full');
    content.set(path, (content.get(path) ?? '') + text);
  };
  return {
    files: {
      readBytes: async (path) => {
        const text = content.get(path);
        if (text === undefined) throw new UserError('file/missing', `cannot read ${path}: does not exist`);
        return new TextEncoder().encode(text);
      },
      exists: async (path) => [...content.keys()].some((key) => key === path || key.startsWith(`${path}/`)),
      writeAtomically: async (path, text) => void content.set(path, String(text)),
      createExclusively: async (path, text) => {
        if (content.has(path)) return false;
        content.set(path, text);
        return true;
      },
      list: async (folders, extensions) =>
        [...content.keys()]
          .filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)))
          .filter((path) => extensions.some((extension) => path.endsWith(extension)))
          .toSorted(),
      remove: async (path) => void content.delete(path),
    },
    openJournal: async (path) => {
      let buffered = '';
      return {
        append: (line) => {
          buffered += `${line}\n`;
        },
        appendSynced: async (line) => {
          write(path, `${buffered}${line}\n`);
          buffered = '';
        },
        close: async () => write(path, buffered),
      };
    },
    text: (path) => content.get(path) ?? '',
    paths: (ending) => [...content.keys()].filter((path) => path.endsWith(ending)),
    append: (path, text) => void content.set(path, (content.get(path) ?? '') + text),
    fill: () => {
      full = true;
    },
  };
}
