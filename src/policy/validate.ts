import type { ErrorObject } from 'ajv';
import type { DocumentKind, Pointer, SourceDocument, ValidDocument } from '../model/document.ts';
import { API_VERSION, DOCUMENT_KINDS, pointerTo } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import { nearest } from './nearest.ts';
import type { Schema } from './schema/common.ts';
import { NAME_PATTERN } from './schema/common.ts';
import { DRILL_SCHEMA } from './schema/drill.ts';
import { INVENTORY_SCHEMA } from './schema/inventory.ts';
import { TOKEN_POLICY_SCHEMA } from './schema/token-policy.ts';
import validateDrill from './validators/drill.js';
import validateInventory from './validators/inventory.js';
import validateTokenPolicy from './validators/token-policy.js';

const KINDS: Readonly<Record<DocumentKind, { readonly validate: typeof validateDrill; readonly schema: Schema }>> = {
  TokenPolicy: { validate: validateTokenPolicy, schema: TOKEN_POLICY_SCHEMA },
  Inventory: { validate: validateInventory, schema: INVENTORY_SCHEMA },
  Drill: { validate: validateDrill, schema: DRILL_SCHEMA },
};

export interface Validation {
  readonly document: ValidDocument<unknown> | null;
  readonly problems: readonly Problem[];
}

/** True when the data claims to be a document of ours, so that its faults must be reported instead of skipped. */
export function claimsToBeOurs(data: unknown): boolean {
  const apiVersion = memberOf(data, 'apiVersion');
  return typeof apiVersion === 'string' && apiVersion.startsWith('firebreak.dev');
}

/** Holds one document against the schema of its kind and reports every fault, each at its key or value. */
export function validateDocument(source: SourceDocument): Validation {
  const envelope = checkEnvelope(source);
  if (envelope !== null) return { document: null, problems: [envelope] };
  const kind = memberOf(source.data, 'kind') as DocumentKind; // checkEnvelope looked it up in the table
  const { validate, schema } = KINDS[kind];
  if (!validate(source.data)) {
    const problems = (validate.errors ?? [])
      .map((error) => explain(error, source, schema))
      .filter((found) => found !== null);
    return { document: null, problems: unique(problems) };
  }
  const { metadata, spec } = source.data as {
    metadata: { name: string; owner?: string; labels?: Record<string, string> };
    spec: unknown;
  };
  return {
    document: { source, kind, name: metadata.name, owner: metadata.owner ?? null, labels: metadata.labels ?? {}, spec },
    problems: [],
  };
}

/** Names must be unique per kind, because everything refers by name. */
export function checkNames(documents: readonly ValidDocument<unknown>[]): readonly Problem[] {
  const seen = new Map<string, Location>();
  const problems: Problem[] = [];
  for (const { kind, name, source } of documents) {
    const at = source.locate('/metadata/name');
    const before = seen.get(`${kind}/${name}`);
    if (before === undefined) seen.set(`${kind}/${name}`, at);
    else
      problems.push(
        invalid(
          at,
          `${kind} "${name}" is defined twice, first at ${before.file}:${before.line}`,
          'rename one of the two',
        ),
      );
  }
  return problems;
}

function checkEnvelope(source: SourceDocument): Problem | null {
  const { data } = source;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return invalid(source.locate(''), 'this is not a document', `start it with apiVersion: ${API_VERSION} and kind`);
  }
  const apiVersion = memberOf(data, 'apiVersion');
  if (apiVersion === undefined)
    return invalid(source.locate(''), 'apiVersion is missing', `add apiVersion: ${API_VERSION}`);
  if (apiVersion !== API_VERSION) {
    return invalid(
      source.locate('/apiVersion'),
      `apiVersion ${show(apiVersion)} is not one this version reads`,
      `use ${API_VERSION}, or a version of firebreak that reads it`,
    );
  }
  const kind = memberOf(data, 'kind');
  if (kind === undefined)
    return invalid(source.locate(''), 'kind is missing', `choose one of ${DOCUMENT_KINDS.join(', ')}`);
  if (typeof kind !== 'string' || !(DOCUMENT_KINDS as readonly string[]).includes(kind)) {
    const close = nearest(String(kind), DOCUMENT_KINDS);
    const hint =
      close === null
        ? `choose one of ${DOCUMENT_KINDS.join(', ')}`
        : `did you mean "${close}"? the kinds are ${DOCUMENT_KINDS.join(', ')}`;
    return invalid(source.locate('/kind'), `there is no kind ${show(kind)}`, hint);
  }
  return null;
}

function explain(error: ErrorObject, source: SourceDocument, schema: Schema): Problem | null {
  const pointer = error.instancePath;
  const where = shownPath(pointer);
  const value = valueAt(source.data, pointer);
  const at = source.locate(pointer);
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys((schemaAt(schema, error.schemaPath)['properties'] as object | undefined) ?? {});
      const close = nearest(key, known);
      return invalid(
        source.locateKey(pointerTo(pointer, key)),
        `unknown key "${key}" in ${where}`,
        close === null ? `the keys are ${known.join(', ')}` : `did you mean "${close}"?`,
      );
    }
    case 'required':
      return invalid(
        source.locateKey(pointer),
        `${where} lacks "${String(params['missingProperty'])}"`,
        `add ${String(params['missingProperty'])}`,
      );
    case 'enum': {
      const choices = (params['allowedValues'] as readonly unknown[]).map(String);
      const close = nearest(String(value), choices);
      return invalid(
        at,
        `${where} cannot be ${show(value)}`,
        `${close === null ? '' : `did you mean "${close}"? `}choose one of ${choices.join(', ')}`,
      );
    }
    case 'type':
      return invalid(at, ...wrongType(where, value, String(params['type']), schemaAt(schema, error.schemaPath)));
    case 'pattern':
      return invalid(at, ...wrongPattern(where, value, String(params['pattern'])));
    case 'minLength':
      return invalid(
        at,
        `${where} is too short: ${show(value)}`,
        `write at least ${String(params['limit'])} characters`,
      );
    case 'minItems':
      return invalid(at, `${where} is empty`, `name at least ${String(params['limit'])}`);
    case 'uniqueItems':
      return invalid(
        source.locate(pointerTo(pointer, Number(params['i']))),
        `${where} names the same value twice`,
        'remove one of the two',
      );
    case 'minimum':
    case 'maximum':
      return invalid(
        at,
        `${where} is ${show(value)}, it must be ${String(params['comparison'])} ${String(params['limit'])}`,
        'choose a number in the range',
      );
    case 'propertyNames':
      return invalid(
        source.locateKey(pointerTo(pointer, String(params['propertyName']))),
        `"${String(params['propertyName'])}" cannot be a name in ${where}`,
        'use lower-case letters, digits and _',
      );
    default:
      // `const` of the envelope is checked before; combinators only repeat what their parts report.
      return null;
  }
}

function wrongType(where: string, value: unknown, wanted: string, parent: Schema): readonly [string, string] {
  const pattern = String(parent['pattern'] ?? '');
  if (typeof value === 'number' && pattern.includes('ms|s|m|h|d')) {
    return [`${where} is ${value}: a duration needs a unit`, `write ${value}s, ${value}m, ... for example 90s`];
  }
  const names: Readonly<Record<string, string>> = {
    object: 'a mapping',
    array: 'a list',
    string: 'text',
    boolean: 'true or false',
    integer: 'a whole number',
    number: 'a number',
  };
  const hint =
    wanted === 'array' && value !== null && typeof value !== 'object'
      ? `write [${String(value)}]`
      : wanted === 'string'
        ? 'put quotes around it'
        : 'correct the value';
  return [`${where} must be ${names[wanted] ?? wanted}, not ${kindOf(value)}`, hint];
}

function wrongPattern(where: string, value: unknown, pattern: string): readonly [string, string] {
  if (pattern.includes('ms|s|m|h|d')) {
    return [
      `${where} ${show(value)} is not a duration`,
      `write a number with one of the units ms, s, m, h, d, for example 90s or 1h30m${pattern.includes('unbounded') ? '; or unbounded, or unknown' : ''}`,
    ];
  }
  if (pattern === NAME_PATTERN)
    return [`${where} ${show(value)} is not a name`, 'use lower-case letters, digits and dashes, at most 63'];
  if (pattern.includes('lab'))
    return [`${where} ${show(value)} is not a URL`, 'start it with https://, http:// or lab://'];
  if (pattern.includes('%')) return [`${where} ${show(value)} is not a percentage`, 'write it like 5%'];
  return [`${where} ${show(value)} has the wrong form`, `it must match ${pattern}`];
}

function invalid(at: Location, message: string, hint: string): Problem {
  return { code: 'document/invalid', message, hint, at };
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ at, message }) => {
    const key = `${at?.line}:${at?.column}:${message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function memberOf(data: unknown, key: string): unknown {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? (data as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function segments(pointer: Pointer): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(data: unknown, pointer: Pointer): unknown {
  return segments(pointer).reduce<unknown>(
    (value, part) => (Array.isArray(value) ? (value as unknown[])[Number(part)] : memberOf(value, part)),
    data,
  );
}

/** `spec.tokens.access_token.lifetime.max`, `spec.issuers[0]`, `the document`. */
function shownPath(pointer: Pointer): string {
  const path = segments(pointer)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('');
  return path === '' ? 'the document' : path.replace(/^\./, '');
}

/** The schema that holds the failing keyword. */
function schemaAt(schema: Schema, schemaPath: string): Schema {
  const parts = segments(schemaPath.replace(/^#/, '')).slice(0, -1);
  return parts.reduce<Schema>(
    (at, part) => ((at as Readonly<Record<string, unknown>>)[decodeURIComponent(part)] ?? {}) as Schema,
    schema,
  );
}

function show(value: unknown): string {
  const text =
    typeof value === 'string' ? JSON.stringify(value) : value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return show(value);
}
