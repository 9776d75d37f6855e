import { API_VERSION } from '../../model/document.ts';
import type { DocumentKind } from '../../model/document.ts';
import { DURATION_PATTERN } from '../../model/quantity.ts';

/** A JSON Schema (draft-07) as data. */
export type Schema = Readonly<Record<string, unknown>>;

export function text(description: string, extra: Schema = {}): Schema {
  return { type: 'string', minLength: 1, description, ...extra };
}

export function choice(description: string, values: readonly string[]): Schema {
  return { type: 'string', enum: values, description };
}

export function flag(description: string): Schema {
  return { type: 'boolean', description };
}

export function whole(description: string, minimum: number, maximum: number): Schema {
  return { type: 'integer', minimum, maximum, description };
}

/** A duration with its unit. */
export function duration(description: string): Schema {
  return { type: 'string', pattern: DURATION_PATTERN, description, examples: ['90s', '15m'] };
}

/** A duration, or the words for "no limit" and "nobody knows". */
export function bound(description: string): Schema {
  return {
    type: 'string',
    pattern: `(?:${DURATION_PATTERN})|^unbounded$|^unknown$`,
    description,
    examples: ['90s', 'unbounded', 'unknown'],
  };
}

export function listOf(description: string, items: Schema, extra: Schema = {}): Schema {
  return { type: 'array', items, description, ...extra };
}

export function setOf(description: string, items: Schema, extra: Schema = {}): Schema {
  return listOf(description, items, { uniqueItems: true, ...extra });
}

/** A mapping with exactly these keys. */
export function members(
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    description,
    properties,
    ...(required.length > 0 ? { required } : {}),
  };
}

/** A mapping with free keys. */
export function mapOf(description: string, values: Schema, keyPattern?: string): Schema {
  return {
    type: 'object',
    description,
    additionalProperties: values,
    ...(keyPattern === undefined ? {} : { propertyNames: { pattern: keyPattern } }),
  };
}

/** Names of documents and their parts: lower case, digits, dashes; they become parts of key ids and file names. */
export const NAME_PATTERN = '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$';

export function name(description: string): Schema {
  return { type: 'string', pattern: NAME_PATTERN, description };
}

/** The envelope every kind shares. */
export function documentSchema(kind: DocumentKind, description: string, spec: Schema): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: kind,
    description,
    type: 'object',
    additionalProperties: false,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { const: API_VERSION, description: 'Version of the document format.' },
      kind: { const: kind, description: 'Kind of the document.' },
      metadata: members(
        'Who and what.',
        {
          name: name('Unique among the documents of this kind.'),
          owner: text('Team or person who answers for it: "@team" or a mail address.'),
          version: text('Version of the document, for people.'),
          labels: mapOf('Free labels.', { type: 'string' }),
          annotations: mapOf('Notes; they never change the meaning.', { type: 'string' }),
        },
        ['name'],
      ),
      spec,
    },
  };
}
