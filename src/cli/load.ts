import { UserError } from '../model/failure.ts';
import { decodeFound, decodeText } from '../source/decode.ts';
import { systemFiles } from '../system/files.ts';

/** What a run reads when no paths are given, in the order of `firebreak init`. */
const DEFAULT_PATHS: readonly string[] = ['policies', 'drills'];

/** Ends of file names: documents, keys and tokens, then the configuration files and manifests of other products. */
export const EXTENSIONS: readonly string[] =
  '.yaml .yml .json .jwt .key .pem .jwk .jwks .ndjson .toml .properties .tf .hcl .conf .cfg .ini .env .server_conf .tmpl .tpl .j2 .lock .mod .sum requirements.txt pom.xml .gradle .gradle.kts .csproj .props lockfile'.split(
    ' ',
  );

export interface LoadedFile {
  readonly file: string;
  readonly text: string;
  /** True when the user named this very file, so that "not one of ours" must be said. */
  readonly named: boolean;
}

/** The default paths that exist here. @throws UserError usage/no-input when none does */
export async function defaultPaths(): Promise<readonly string[]> {
  const present = [];
  for (const path of DEFAULT_PATHS) if (await systemFiles.exists(path)) present.push(path);
  if (present.length > 0) return present;
  throw new UserError('usage/no-input', 'there is neither a folder policies nor drills here', {
    hint: 'name files or folders, or run `firebreak init` to write a first policy',
  });
}

/**
 * Reads every file below the paths that could be a document, key set or token.
 *
 * @param passOver told of each file that nobody named and that is no text, or larger than any text that is read
 * @throws UserError usage/no-input when the paths hold no such file; file/* when one cannot be read
 */
export async function loadFiles(
  paths: readonly string[],
  passOver: (file: string, why: string) => void = () => undefined,
): Promise<readonly LoadedFile[]> {
  const chosen = paths.length > 0 ? paths : await defaultPaths();
  const files = await systemFiles.list(chosen, EXTENSIONS);
  if (files.length === 0) {
    throw new UserError('usage/no-input', `no file to read in ${chosen.join(', ')}`, {
      hint: `files end in ${EXTENSIONS.join(', ')}`,
    });
  }
  const named = new Set(chosen.map((path) => path.replace(/^\.\//, '')));
  const loaded: LoadedFile[] = [];
  for (const file of files) {
    const reading = await loadFile(file, named.has(file));
    if (reading.text === null) passOver(reading.file, reading.why);
    else loaded.push(reading);
  }
  return loaded;
}

type Loading = LoadedFile | { readonly file: string; readonly text: null; readonly why: string };

async function loadFile(file: string, isNamed: boolean): Promise<Loading> {
  if (isNamed) return { file, text: decodeText(file, await systemFiles.readBytes(file)), named: true };
  const bytes = await foundBytes(file);
  if (bytes === null) return { file, text: null, why: 'too large' };
  const text = decodeFound(file, bytes);
  return text === null ? { file, text: null, why: 'no text' } : { file, text, named: false };
}

/** Null for a file that is too large to be one that a person wrote. */
async function foundBytes(file: string): Promise<Uint8Array | null> {
  try {
    return await systemFiles.readBytes(file);
  } catch (error) {
    if (error instanceof UserError && error.code === 'file/too-large') return null;
    throw error;
  }
}

/** The instant to judge dates by: that of the option, or the clock. @throws UserError usage/bad-argument */
export function readNow(value: string | undefined, option = '--now'): number {
  if (value === undefined) return Date.now();
  const instant = Date.parse(value);
  if (Number.isNaN(instant)) {
    throw new UserError('usage/bad-argument', `${option} "${value}" is not a time`, {
      hint: 'write it as 2026-11-23T09:00:00Z',
    });
  }
  return instant;
}
