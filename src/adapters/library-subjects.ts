import type { LibraryConfig, LibraryFactMap, LibraryValues } from '../model/config.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import { locateIn } from '../source/config-text.ts';
import { explicitFact, unknownConfigFact } from './facts.ts';
import { hasOwnVersion, isKnownLibrary, productOf } from './known-libraries.ts';

/** One package that a manifest or lock file names. */
export interface NamedPackage {
  /** In the normal form of the ecosystem. */
  readonly name: string;
  /** Exact; null for a range, or a version that is kept elsewhere. */
  readonly version: string | null;
  /** Null where the file does not tell. */
  readonly direct: boolean | null;
  /** Offsets of the text that names it. */
  readonly start: number;
  readonly end: number;
}

/** A version that is one version: digits and dots, with a suffix for releases before the final one. */
const EXACT = /^v?\d+(?:\.\d+)*(?:[-+.]?[a-z][\w.+-]*|-[\w.+-]+|\+[\w.+-]+)?$/i;

/** The version when it is exact; null for ranges, tags and properties. */
export function exactVersion(text: string | undefined): string | null {
  const plain = text?.trim() ?? '';
  return EXACT.test(plain) ? plain.replace(/^v/, '') : null;
}

/**
 * The verifier libraries among the packages of one file, one subject for each name and version. All names count for the
 * question which libraries are used together.
 */
export function librariesOf(
  adapter: string,
  ecosystem: LibraryValues['ecosystem'],
  document: ConfigDocument,
  packages: Iterable<NamedPackage>,
): readonly LibraryConfig[] {
  const all = [...packages];
  const names = new Set(all.map(({ name }) => name));
  const locate = locateIn(document.file, document.text);
  const found = new Map<string, LibraryConfig>();
  for (const { name, version, direct, start, end } of all) {
    const key = `${name} ${version ?? ''}`;
    if (!isKnownLibrary(ecosystem, name) || found.has(key)) continue;
    const at = locate(start, end);
    const product = productOf(ecosystem, name, names);
    const facts: LibraryFactMap = {
      ecosystem: explicitFact(ecosystem, at),
      package: explicitFact(name, at),
      version: version === null ? unknownConfigFact(at, 'no exact version is written') : explicitFact(version, at),
      ...(direct === null ? {} : { direct: explicitFact(direct, at) }),
    };
    found.set(key, {
      kind: 'library',
      adapter,
      name: `${name}${isOnly(all, name) || version === null ? '' : ` ${version}`}`,
      file: document.file,
      at,
      profile: null,
      product: product === null ? null : { id: product, version: hasOwnVersion(name) ? version : null },
      facts,
      secrets: [],
      remarks: [],
    });
  }
  return [...found.values()];
}

function isOnly(all: readonly NamedPackage[], name: string): boolean {
  return new Set(all.filter((each) => each.name === name).map(({ version }) => version)).size === 1;
}

/** The name of a path without its folders, in lower case. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).toLowerCase();
}
