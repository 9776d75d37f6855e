import type { Location } from './location.ts';

/** The API version all documents carry. */
export const API_VERSION = 'firebreak.dev/v1alpha1';

/** Who owns what `firebreak init` writes until somebody says who does. */
export const PLACEHOLDER_OWNER = '@your-team';

/** Kinds of documents this version reads. */
export const DOCUMENT_KINDS = [
  'TokenPolicy',
  'Inventory',
  'Drill',
  'Waiver',
  'Baseline',
  'Guardrail',
  'Revocation',
  'TokenTest',
  'ChangeApproval',
  'Incident',
  'ContainmentPlan',
] as const;

export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** An RFC 6901 JSON pointer into one document: `/spec/tokens/access_token/lifetime/max`; the empty string is the root. */
export type Pointer = string;

/** One YAML or JSON document of a file, as plain data, with the position of every value and key. */
export interface SourceDocument {
  readonly file: string;
  /** 0 for the first document of the file. */
  readonly index: number;
  /** Plain JSON data. Nothing is validated yet. */
  readonly data: unknown;
  /** Position of the value at a pointer. Falls back to the nearest existing ancestor, so it always answers. */
  readonly locate: (pointer: Pointer) => Location;
  /** Position of the key of the member at a pointer; for list items and the root, the position of the value. */
  readonly locateKey: (pointer: Pointer) => Location;
}

/** Texts of files by name, without their secrets, for code frames. */
export type FileTexts = Pick<ReadonlyMap<string, string>, 'get'>;

/** A document whose kind is known and whose content passed its schema. */
export interface ValidDocument<Spec> {
  readonly source: SourceDocument;
  readonly kind: DocumentKind;
  readonly name: string;
  readonly owner: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Spec;
}

/** Appends one segment, escaped as RFC 6901 section 3 says. */
export function pointerTo(parent: Pointer, segment: string | number): Pointer {
  return `${parent}/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
