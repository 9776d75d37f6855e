import { DURATION_PATTERN } from '../../src/model/quantity.ts';
import { APPROVER_PATTERN } from '../../src/policy/schema/config.ts';
import type { Schema } from '../../src/policy/schema/parts.ts';
import {
  BOUND_PATTERN,
  CHANGE_PATTERN,
  DATE_PATTERN,
  FINGERPRINT_PATTERN,
  INSTANT_PATTERN,
  MOMENT_PATTERN,
  NAME_PATTERN,
  PERCENT_PATTERN,
  PERSON_PATTERN,
  RULE_PATTERN,
  SHARE_PATTERN,
  TARGET_PATTERN,
  TIME_PATTERN,
  URL_PATTERN,
} from '../../src/policy/schema/parts.ts';

const PATTERN_NAMES: Readonly<Record<string, string>> = {
  [DURATION_PATTERN]: 'duration',
  [BOUND_PATTERN]: 'bound',
  [NAME_PATTERN]: 'name',
  [TARGET_PATTERN]: 'name or `*`',
  [URL_PATTERN]: 'URL',
  [PERCENT_PATTERN]: 'percent',
  [DATE_PATTERN]: 'day',
  [INSTANT_PATTERN]: 'instant',
  [MOMENT_PATTERN]: 'day or instant',
  [RULE_PATTERN]: 'rule',
  [FINGERPRINT_PATTERN]: 'fingerprint',
  [CHANGE_PATTERN]: 'fingerprint',
  [PERSON_PATTERN]: 'person',
  [APPROVER_PATTERN]: 'person or team',
  [SHARE_PATTERN]: 'percent',
  [TIME_PATTERN]: 'time',
};

interface Row {
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** Markdown tables of every field of a document kind: one of its spec, one of each part that it uses several times. */
export function fieldTables(schema: Schema): string {
  const { metadata, spec } = schema['properties'] as { metadata?: Schema; spec?: Schema };
  // A settings file has no envelope.
  if (metadata === undefined || spec === undefined) return table(rowsOf('', schema));
  const definitions = Object.entries((schema['definitions'] ?? {}) as Record<string, Schema>);
  return [
    table([...rowsOf('metadata', metadata), ...rowsOf('spec', spec)]),
    ...definitions.map(([name, definition]) => `### Each \`${name}\`\n\n${table(rowsOf('', definition))}`),
  ].join('\n\n');
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ path, type, fallback, meaning }) => `| ${path} | ${type} | ${fallback} | ${meaning} |`);
  return ['| field | type | default | meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** The members of a mapping, each followed by its own members. */
function rowsOf(path: string, schema: Schema): readonly Row[] {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const required = (schema['required'] ?? []) as readonly string[];
  return properties.flatMap(([key, member]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [row(at, member, required.includes(key)), ...nested(at, member)];
  });
}

function nested(at: string, member: Schema): readonly Row[] {
  const items = member['items'] as Schema | undefined;
  const values = member['additionalProperties'];
  if (items?.['properties'] !== undefined) return rowsOf(`${at}[]`, items);
  if (typeof values === 'object' && values !== null) return rowsOf(`${at}.<name>`, values as Schema);
  return rowsOf(at, member);
}

function row(at: string, member: Schema, required: boolean): Row {
  const fallback = member['default'];
  return {
    path: `\`${at}\``,
    type: typeOf(member),
    fallback: required ? 'required' : fallback === undefined ? '' : `\`${showDefault(fallback)}\``,
    meaning: escape(typeof member['description'] === 'string' ? member['description'] : 'See below.'),
  };
}

function showDefault(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}

function typeOf(schema: Schema): string {
  if (typeof schema['$ref'] === 'string') return `\`${schema['$ref'].replace('#/definitions/', '')}\``;
  const choices = schema['enum'] as readonly string[] | undefined;
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  const [type, orNull] = [schema['type']].flat() as readonly string[];
  const suffix = orNull === undefined ? '' : ' or null';
  const items = schema['items'] as Schema | undefined;
  if (items !== undefined) return `list of ${typeOf(items)}${schema['uniqueItems'] === true ? ', each once' : ''}`;
  if (type === 'object') return `mapping${suffix}`;
  if (type === 'boolean') return 'true, false';
  if (type === 'integer') return `${String(schema['minimum'])} to ${String(schema['maximum'])}`;
  return `${PATTERN_NAMES[String(schema['pattern'])] ?? 'text'}${suffix}`;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '\\<');
}
