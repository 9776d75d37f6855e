/**
 * Ways in which documents are rewritten without changing what they mean: from one version of the format to the next, and from
 * spellings that are still read to the one that is written today.
 */
import type { DocumentKind, Pointer, SourceDocument } from '../model/document.ts';
import { API_VERSION, pointerTo } from '../model/document.ts';
import type { Change } from '../model/fix.ts';
import { expandAlgorithms, normalTyp } from './meet-field.ts';

export interface Migration {
  /** For people: `eddsa-by-curve`. */
  readonly id: string;
  /** What it rewrites, after "rewrites". */
  readonly summary: string;
  /** The version of documents that it takes. */
  readonly from: string;
  /** The version it leaves; the same for spellings. */
  readonly to: string;
  readonly kinds: readonly DocumentKind[];
  /** The changes one document needs; none when it is written so already. The version is set by the caller. */
  readonly changes: (document: SourceDocument) => readonly Change[];
}

/** Kinds that hold limits of tokens. */
const WITH_LIMITS: readonly DocumentKind[] = ['TokenPolicy', 'Waiver', 'Guardrail'];

/** In order of application: a later one may rely on an earlier one. */
export const MIGRATIONS: readonly Migration[] = [
  {
    id: 'eddsa-by-curve',
    summary: 'EdDSA as Ed25519 and Ed448 (RFC 9864 section 2.2)',
    from: API_VERSION,
    to: API_VERSION,
    kinds: WITH_LIMITS,
    changes: (document) =>
      listsNamed(document, ['algorithms', 'signing_algorithms']).flatMap(({ pointer, items }) =>
        items.includes('EdDSA') ? byCurve(pointer, items) : [],
      ),
  },
  {
    id: 'typ-short',
    summary: 'media types in lower case and without application/ (RFC 7515 section 4.1.9)',
    from: API_VERSION,
    to: API_VERSION,
    kinds: WITH_LIMITS,
    changes: (document) => listsNamed(document, ['typ']).flatMap(({ pointer, items }) => shortTyps(pointer, items)),
  },
];

function byCurve(pointer: Pointer, items: readonly string[]): readonly Change[] {
  const [first, ...others] = expandAlgorithms(['EdDSA']).filter((curve) => !items.includes(curve));
  if (first === undefined) return [{ kind: 'remove-item', pointer, item: 'EdDSA' }];
  return [
    { kind: 'replace-item', pointer, item: 'EdDSA', by: first },
    ...others.map((item): Change => ({ kind: 'append-item', pointer, item })),
  ];
}

/** A second spelling of one type goes: lists name each value once. */
function shortTyps(pointer: Pointer, items: readonly string[]): readonly Change[] {
  const kept = new Set(items.filter((item) => normalTyp(item) === item));
  return items.flatMap((item): readonly Change[] => {
    const short = normalTyp(item);
    if (short === item) return [];
    if (kept.has(short)) return [{ kind: 'remove-item', pointer, item }];
    kept.add(short);
    return [{ kind: 'replace-item', pointer, item, by: short }];
  });
}

interface NamedList {
  readonly pointer: Pointer;
  readonly items: readonly string[];
}

/** Lists of texts under one of the keys, anywhere below `spec`. */
function listsNamed({ data }: SourceDocument, keys: readonly string[]): readonly NamedList[] {
  const spec: unknown = typeof data === 'object' && data !== null && 'spec' in data ? data.spec : undefined;
  return listsBelow(spec, '/spec', keys);
}

/** Keys under which the names are somebody else's: a claim may be called `typ`. */
const FOREIGN_NAMES: readonly string[] = ['claim_values', 'labels'];

function listsBelow(data: unknown, pointer: Pointer, keys: readonly string[]): readonly NamedList[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]: [string, unknown]): readonly NamedList[] => {
    if (FOREIGN_NAMES.includes(key)) return [];
    const below = pointerTo(pointer, key);
    return keys.includes(key) && isTexts(value) ? [{ pointer: below, items: value }] : listsBelow(value, below, keys);
  });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
