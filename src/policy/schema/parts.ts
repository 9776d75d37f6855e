import { API_VERSION } from '../../model/document.ts';
import type { DocumentKind } from '../../model/document.ts';
import { DURATION_PATTERN } from '../../model/quantity.ts';

/** A JSON Schema (draft-07) as data. */
export type Schema = Readonly<Record<string, unknown>>;

/** A duration, or the words for "no limit" and "nobody knows". */
export const BOUND_PATTERN: string = `(?:${DURATION_PATTERN})|^unbounded$|^unknown$`;

/** Names of documents and their parts; they become parts of key ids and file names (RFC 1123 section 2.1). */
export const NAME_PATTERN = '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$';

/** A verifier's name, or all of them. */
export const TARGET_PATTERN = '^(?:\\*|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$';

/** Names of credentials; with underscores, because they are keys of a mapping like every other key in a spec. */
export const CREDENTIAL_PATTERN = '^[a-z][a-z0-9_]{0,62}$';

/** Where something answers; `lab` names a part of the embedded lab. */
export const URL_PATTERN = '^(?:https?|lab)://[^\\s/]';

/** 0% to 99.9...%. */
export const PERCENT_PATTERN = '^\\d{1,2}(?:\\.\\d+)?%$';

/** A calendar day (RFC 3339 full-date). */
export const DATE_PATTERN = '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$';

/** An instant (RFC 3339 date-time) in capitals. */
export const INSTANT_PATTERN = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)$';

/** A calendar day, or an instant. */
export const MOMENT_PATTERN: string = `(?:${DATE_PATTERN})|(?:${INSTANT_PATTERN})`;

/** `family/slug` */
export const RULE_PATTERN = '^[a-z]+/[a-z0-9-]+$';

/** Fingerprints of findings. */
export const FINGERPRINT_PATTERN = '^[0-9a-f]{16}$';

/** Fingerprints of changes of policies (`DimensionChange.fingerprint`). */
export const CHANGE_PATTERN = '^[0-9a-f]{12}$';

/** An instant (RFC 3339 date-time). */
export const TIME_PATTERN = '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:[Zz]|[+-]\\d\\d:\\d\\d)$';

/** A person: a mail address, or a name of the code host. */
export const PERSON_PATTERN = '^(?:[^\\s@]+@[^\\s@]+|@[^\\s@]+)$';

/** 0% to 100%. */
export const SHARE_PATTERN = '^(?:100|\\d{1,2}(?:\\.\\d+)?)%$';

export function text(description: string, extra: Schema = {}): Schema {
  return { type: 'string', minLength: 1, description, ...extra };
}

export function url(description: string): Schema {
  return text(description, { pattern: URL_PATTERN });
}

export function choice(description: string, values: readonly string[], extra: Schema = {}): Schema {
  return { type: 'string', enum: values, description, ...extra };
}

export function flag(description: string, extra: Schema = {}): Schema {
  return { type: 'boolean', description, ...extra };
}

export function whole(description: string, minimum: number, maximum: number, extra: Schema = {}): Schema {
  return { type: 'integer', minimum, maximum, description, ...extra };
}

/** A duration with its unit. */
export function duration(description: string, extra: Schema = {}): Schema {
  return { type: 'string', pattern: DURATION_PATTERN, description, examples: ['90s', '15m'], ...extra };
}

export function bound(description: string, extra: Schema = {}): Schema {
  return { type: 'string', pattern: BOUND_PATTERN, description, examples: ['90s', 'unbounded', 'unknown'], ...extra };
}

export function percent(description: string, extra: Schema = {}): Schema {
  return { type: 'string', pattern: PERCENT_PATTERN, description, examples: ['5%'], ...extra };
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

/** The same, or null for what nobody knows. */
export function nullable(schema: Schema): Schema {
  return { ...schema, type: [schema['type'], 'null'] };
}

export function name(description: string, extra: Schema = {}): Schema {
  return { type: 'string', pattern: NAME_PATTERN, description, ...extra };
}

/** A day, as it stands in a calendar. */
export function date(description: string): Schema {
  return { type: 'string', pattern: DATE_PATTERN, description, examples: ['2027-01-31'] };
}

/** An instant. */
export function instant(description: string): Schema {
  return { type: 'string', pattern: INSTANT_PATTERN, description, examples: ['2027-01-31T12:00:00Z'] };
}

/** A day, or an instant. */
export function moment(description: string): Schema {
  return { type: 'string', pattern: MOMENT_PATTERN, description, examples: ['2027-01-31', '2027-01-31T12:00:00Z'] };
}

/** The id of a rule. */
export function ruleId(description: string): Schema {
  return { type: 'string', pattern: RULE_PATTERN, description, examples: ['policy/alg-family-mix'] };
}

/** The fingerprint of a finding. */
export function fingerprint(description: string): Schema {
  return { type: 'string', pattern: FINGERPRINT_PATTERN, description };
}

/** Refers to one of the definitions of the document's schema. */
export function defined(key: string): Schema {
  return { $ref: `#/definitions/${key}` };
}

/** The schema of one member or item of what a schema describes; null when it says nothing about it. */
export function schemaBelow(root: Schema, schema: Schema, key: string): Schema | null {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const below = Object.hasOwn(properties, key)
    ? properties[key]
    : ((schema['items'] ?? schema['additionalProperties']) as Schema | boolean | undefined);
  return typeof below === 'object' ? followReference(root, below) : null;
}

function followReference(root: Schema, schema: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const definitions = (root['definitions'] ?? {}) as Readonly<Record<string, Schema>>;
  return definitions[reference.replace('#/definitions/', '')] ?? {};
}

export interface DocumentParts {
  /** Schemas that the spec refers to. */
  readonly definitions?: Readonly<Record<string, Schema>>;
  /** Whether somebody must be named who answers for it. */
  readonly hasOwner?: boolean;
}

/** The envelope every kind shares. */
export function documentSchema(
  kind: DocumentKind,
  description: string,
  spec: Schema,
  { definitions = {}, hasOwner = false }: DocumentParts = {},
): Schema {
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
          name: name('Unique among the documents of this kind.', { examples: ['orders'] }),
          owner: text('Team or person who answers for it: "@team" or a mail address.', { examples: ['@identity'] }),
          version: text('Version of the document, for people.', { examples: ['1.4.0'] }),
          labels: mapOf('Free labels.', { type: 'string' }),
          annotations: mapOf('Notes; they never change the meaning.', { type: 'string' }),
        },
        hasOwner ? ['name', 'owner'] : ['name'],
      ),
      spec,
    },
    ...(Object.keys(definitions).length > 0 ? { definitions } : {}),
  };
}
