/** Formats of somebody's own: a YAML file says where each value stands. */
import type { SourceDocument } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import { nearest } from '../policy/nearest.ts';
import { parseDocuments } from '../source/parse.ts';
import { JSON_LINES } from './json-lines.ts';
import type { LogFormat, LogLine } from './log-format.ts';
import type { ValuePath } from './value-path.ts';
import { parseValuePath, valueAt } from './value-path.ts';
import { isLine, number } from './values.ts';

/** Names of a mapping: those of the JSON lines. */
const FIELDS: readonly string[] =
  'ts target verifier route method status decision alg typ kid header iss aud exp iat nbf jti sid sub client_id cnf claims proof ip user_agent token_hash count'.split(
    ' ',
  );

/** Units of times that are numbers, in milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  seconds: 1000,
  milliseconds: 1,
  microseconds: 1e-3,
  nanoseconds: 1e-6,
};

interface FieldMapping {
  readonly field: string;
  readonly path: ValuePath;
  /** Milliseconds of one unit of a time; null to tell it by its size. */
  readonly unit: number | null;
  /** What a value means: `{ "401": reject }`; null when it is taken as it is. */
  readonly values: ReadonlyMap<string, unknown> | null;
}

export interface MappingReading {
  readonly format: LogFormat | null;
  /** Where each field stands. */
  readonly paths: ReadonlyMap<string, ValuePath>;
  readonly problems: readonly Problem[];
}

/** Reads a mapping file, with every fault of it at its place. */
export function readLogMapping(file: string, text: string): MappingReading {
  const { documents, problems } = parseDocuments(file, text);
  const [document] = documents;
  if (document === undefined) return { format: null, paths: new Map(), problems };
  const faults: Problem[] = [...problems];
  const fields = fieldsOf(document, faults);
  if (faults.length > 0) return { format: null, paths: new Map(), problems: faults };
  return {
    format: {
      id: 'map',
      title: `mapping ${file}`,
      recognises: () => true,
      read: (line) => JSON_LINES.read(mapped(line, fields)),
      cannotAnswer: FIELDS.filter((name) => !fields.some(({ field }) => field === name)),
    },
    paths: new Map(fields.map(({ field, path }) => [field, path])),
    problems: [],
  };
}

function mapped(line: LogLine, fields: readonly FieldMapping[]): LogLine {
  const result: Record<string, unknown> = {};
  for (const { field, path, unit, values } of fields) {
    const value = valueAt(line, path);
    if (values !== null) result[field] = values.get(String(value));
    else if (unit === null) result[field] = value;
    else result[field] = timeIn(value, unit);
  }
  return result;
}

/** Times of our own lines are told apart by their size; a unit that is written makes them RFC 3339 seconds and up. */
function timeIn(value: unknown, unit: number): unknown {
  const count = number(value);
  return count === null ? null : { ms: count * unit };
}

function fieldsOf({ data, locate, locateKey }: SourceDocument, faults: Problem[]): readonly FieldMapping[] {
  const add = (pointer: string, message: string, hint: string, isKey = false): void => {
    faults.push({ code: 'document/invalid', message, hint, at: isKey ? locateKey(pointer) : locate(pointer) });
  };
  const fields = isLine(data) ? data['fields'] : undefined;
  for (const key of isLine(data) ? Object.keys(data) : []) {
    if (key !== 'fields') add(pointerTo('', key), `unknown key "${key}"`, 'a mapping has one key: fields', true);
  }
  if (!isLine(fields)) {
    add('/fields', 'the mapping names no fields', 'write fields: with lines like kid: $.jwt.header.kid');
    return [];
  }
  const found: FieldMapping[] = [];
  for (const [field, value] of Object.entries(fields)) {
    const pointer = pointerTo('/fields', field);
    if (!FIELDS.includes(field)) {
      const close = nearest(field, FIELDS);
      add(
        pointer,
        `unknown field "${field}"`,
        close === null ? `fields are ${FIELDS.join(', ')}` : `did you mean "${close}"?`,
        true,
      );
      continue;
    }
    const given = isLine(value) ? value : { at: value };
    for (const key of Object.keys(given)) {
      if (!['at', 'unit', 'values'].includes(key)) {
        add(pointerTo(pointer, key), `unknown key "${key}"`, 'a field has the keys at, unit and values', true);
      }
    }
    const path = parseValuePath(given['at']);
    const at = isLine(value) ? pointerTo(pointer, 'at') : pointer;
    if (typeof path === 'string') {
      add(at, `${path} in the path of ${field}`, 'write a JSON path like $.jwt.kid or a JSON pointer like /jwt/kid');
      continue;
    }
    const unit = given['unit'];
    if (unit !== undefined && (field !== 'ts' || typeof unit !== 'string' || !Object.hasOwn(UNITS, unit))) {
      add(
        pointerTo(pointer, 'unit'),
        `${field} cannot have this unit`,
        `only ts has one: ${Object.keys(UNITS).join(', ')}`,
      );
    }
    const values = given['values'];
    if (values !== undefined && !isLine(values)) {
      add(pointerTo(pointer, 'values'), 'values must be a mapping', 'write values: { "401": reject, "200": accept }');
    }
    found.push({
      field,
      path,
      unit: typeof unit === 'string' ? (UNITS[unit] ?? null) : null,
      values: isLine(values) ? new Map(Object.entries(values)) : null,
    });
  }
  return found;
}
