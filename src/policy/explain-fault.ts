import type { Pointer, SourceDocument } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { FixPlan } from '../model/fix.ts';
import type { Location } from '../model/location.ts';
import { DURATION_PATTERN } from '../model/quantity.ts';
import { limitProblems } from '../source/problem.ts';
import { showText } from '../source/show-text.ts';
import { nearest } from './nearest.ts';
import { showPath, valueAt } from './pointers.ts';
import { byPosition } from './problem-order.ts';
import { APPROVER_PATTERN } from './schema/config.ts';
import type { Schema } from './schema/parts.ts';
import {
  BOUND_PATTERN,
  CHANGE_PATTERN,
  CREDENTIAL_PATTERN,
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
} from './schema/parts.ts';
import { schemaAround } from './schema-around.ts';
import { showValue } from './show-value.ts';
import type { SchemaFault } from './validator.ts';

interface Text {
  readonly message: string;
  readonly hint: string;
}

interface Placed extends Text {
  readonly at: Location;
  readonly fix?: FixPlan;
}

/** Everything an explanation may look at. */
interface Subject {
  readonly fault: SchemaFault;
  readonly source: SourceDocument;
  readonly schema: Schema;
  readonly where: string;
  readonly value: unknown;
}

/** Turns the faults of a schema into problems as a compiler words them, each at the key or value it is about. */
export function explainFaults(
  faults: readonly SchemaFault[],
  source: SourceDocument,
  schema: Schema,
): readonly Problem[] {
  const places = new Map<Pointer, SchemaFault[]>();
  for (const fault of faults) {
    const there = places.get(fault.instancePath);
    if (there === undefined) places.set(fault.instancePath, [fault]);
    else there.push(fault);
  }
  const telling = faults.filter(
    (fault) => !isRepeated(fault, places.get(fault.instancePath) ?? [], { schema, source }),
  );
  const problems = telling.flatMap((fault): readonly Problem[] => {
    const explain = EXPLANATIONS[fault.keyword];
    if (explain === undefined) return [];
    const value = valueAt(source.data, fault.instancePath);
    const explained = explain({ fault, source, schema, where: showPath(fault.instancePath), value });
    return [{ code: 'document/invalid', ...explained }];
  });
  if (problems.length > 0 || faults.length === 0) return limitProblems(byPosition(problems));
  // A keyword without a wording must still stop the document.
  const [first] = faults;
  const pointer = first?.instancePath ?? '';
  return [
    {
      code: 'document/invalid',
      message: `${showPath(pointer)} does not fit its schema (${first?.keyword ?? 'unknown'})`,
      hint: 'compare it with docs/formats.md',
      at: source.locate(pointer),
    },
  ];
}

/** True for faults that only follow from another one at the same place. */
function isRepeated(
  fault: SchemaFault,
  beside: readonly SchemaFault[],
  subject: Pick<Subject, 'schema' | 'source'>,
): boolean {
  // What a key's name must match is told once, by `propertyNames` itself.
  if (fault.propertyName !== undefined) return true;
  if (fault.keyword === 'enum') return beside.some(({ keyword }) => keyword === 'type');
  // A missing key that stands there misspelt is told where it stands.
  if (fault.keyword !== 'required') return false;
  return beside.some(
    (other) =>
      other.keyword === 'additionalProperties' && meantKey(other, subject) === String(fault.params['missingProperty']),
  );
}

/** Safe, because a document with an unknown key counts for nothing before. A key that is there already is not written twice. */
function renaming(pointer: Pointer, to: string, source: SourceDocument): FixPlan {
  return {
    title: `rename it to ${to}`,
    safe: true,
    document: source.locateKey(pointer),
    changes: [{ kind: 'rename-key', pointer, to }],
  };
}

const EXPLANATIONS: Readonly<Record<string, (subject: Subject) => Placed>> = {
  additionalProperties: ({ fault, source, schema, where }) => {
    const key = String(fault.params['additionalProperty']);
    const meant = meantKey(fault, { schema, source });
    return {
      at: source.locateKey(pointerTo(fault.instancePath, key)),
      message: `unknown key ${showText(key)} in ${where}`,
      hint:
        meant === null ? `the keys are ${knownKeys(fault, { schema, source }).join(', ')}` : `did you mean "${meant}"?`,
      ...(meant === null ? {} : { fix: renaming(pointerTo(fault.instancePath, key), meant, source) }),
    };
  },
  required: ({ fault, source, where }) => {
    const key = String(fault.params['missingProperty']);
    return {
      at: source.locateKey(fault.instancePath),
      message: `${where} lacks "${key}"`,
      hint: `add ${key}: to it`,
    };
  },
  enum: ({ fault, source, where, value }) => {
    const choices = (fault.params['allowedValues'] as readonly unknown[]).map(String);
    const close = typeof value === 'string' ? nearest(value, choices) : null;
    return {
      at: source.locate(fault.instancePath),
      message: `${where} cannot be ${showValue(value)}`,
      hint: `${close === null ? '' : `did you mean "${close}"? `}choose one of ${choices.join(', ')}`,
    };
  },
  type: (subject) => ({
    at: subject.source.locate(subject.fault.instancePath),
    ...wrongType(subject),
  }),
  pattern: ({ fault, source, where, value }) => ({
    at: source.locate(fault.instancePath),
    ...wrongPattern(where, value, String(fault.params['pattern'])),
  }),
  minLength: ({ fault, source, where, value }) => ({
    at: source.locate(fault.instancePath),
    message: value === '' ? `${where} is empty` : `${where} is too short: ${showValue(value)}`,
    hint: `write at least ${String(fault.params['limit'])} character${fault.params['limit'] === 1 ? '' : 's'}`,
  }),
  minItems: ({ fault, source, where }) => ({
    at: source.locate(fault.instancePath),
    message: `${where} is an empty list`,
    hint: `name at least ${String(fault.params['limit'])}, or remove the key`,
  }),
  uniqueItems: ({ fault, source, where }) => {
    const [first, second] = [Number(fault.params['i']), Number(fault.params['j'])].sort((a, b) => a - b);
    const item = pointerTo(fault.instancePath, second ?? 0);
    const before = source.locate(pointerTo(fault.instancePath, first ?? 0));
    return {
      at: source.locate(item),
      message: `${where} names ${showValue(valueAt(source.data, item))} twice, first at line ${before.line}, column ${before.column}`,
      hint: 'remove one of the two',
    };
  },
  minimum: outOfRange,
  maximum: outOfRange,
  propertyNames: ({ fault, source, where }) => {
    const key = String(fault.params['propertyName']);
    return {
      at: source.locateKey(pointerTo(fault.instancePath, key)),
      message: `${showText(key)} cannot be a name in ${where}`,
      hint: FORMS[CREDENTIAL_PATTERN]?.hint ?? '',
    };
  },
};

function outOfRange({ fault, source, where, value }: Subject): Placed {
  return {
    at: source.locate(fault.instancePath),
    message: `${where} is ${showValue(value)}, it must be ${String(fault.params['comparison'])} ${String(fault.params['limit'])}`,
    hint: 'choose a number in the range',
  };
}

type Around = Pick<Subject, 'schema' | 'source'>;

function knownKeys(fault: SchemaFault, around: Around): readonly string[] {
  return Object.keys((schemaAround(fault.instancePath, around)['properties'] as object | undefined) ?? {});
}

function meantKey(fault: SchemaFault, around: Around): string | null {
  return nearest(String(fault.params['additionalProperty']), knownKeys(fault, around));
}

const TYPES: Readonly<Record<string, { readonly name: string; readonly hint: string }>> = {
  object: { name: 'a mapping', hint: 'write its keys below it, or remove it' },
  array: { name: 'a list', hint: 'write its items below it, each after "- ", or remove it' },
  string: { name: 'text', hint: 'put quotes around it' },
  boolean: { name: 'true or false', hint: 'write true or false, without quotes' },
  integer: { name: 'a whole number', hint: 'write it without quotes and without a fraction' },
};

/** Words that YAML 1.1 read as truth values and YAML 1.2 reads as text. */
const OLD_FLAGS: Readonly<Record<string, string>> = { yes: 'true', on: 'true', no: 'false', off: 'false' };

function wrongType({ fault, source, schema, where, value }: Subject): Text {
  const pattern = schemaAround(fault.instancePath, { schema, source })['pattern'];
  if (typeof value === 'number' && (pattern === DURATION_PATTERN || pattern === BOUND_PATTERN)) {
    return withoutUnit(where, String(value));
  }
  const wanted = [fault.params['type']].flat().map(String)[0] ?? '';
  const { name, hint } = TYPES[wanted] ?? { name: wanted, hint: 'correct the value' };
  const message = `${where} must be ${name}, not ${showValue(value)}`;
  if (value === null && (wanted === 'object' || wanted === 'array')) return { message, hint };
  if (value === null) return { message, hint: 'write a value, or remove the key' };
  if (wanted === 'array' && typeof value !== 'object') return { message, hint: `write it as [${showValue(value)}]` };
  const flag = wanted === 'boolean' && typeof value === 'string' ? OLD_FLAGS[value.toLowerCase()] : undefined;
  return { message, hint: flag === undefined ? hint : `write ${flag}` };
}

const UNITS_HINT = 'write whole numbers with the units ms, s, m, h, d and no spaces: 90s, 1h30m';
const NAME_HINT = 'use lower-case letters, digits and dashes, at most 63, a letter or digit first and last';

const FORMS: Readonly<Record<string, { readonly is: string; readonly hint: string }>> = {
  [DURATION_PATTERN]: { is: 'a duration', hint: UNITS_HINT },
  [BOUND_PATTERN]: { is: 'a duration', hint: `${UNITS_HINT}; or unbounded, or unknown` },
  [NAME_PATTERN]: { is: 'a name', hint: NAME_HINT },
  [TARGET_PATTERN]: { is: 'a name', hint: `${NAME_HINT}; "*" for all` },
  [CREDENTIAL_PATTERN]: { is: 'a name', hint: 'use lower-case letters, digits and _, a letter first' },
  [URL_PATTERN]: { is: 'a URL', hint: 'start it with https://, http:// or lab://' },
  [DATE_PATTERN]: { is: 'a day', hint: 'write year, month and day: 2027-01-31' },
  [INSTANT_PATTERN]: { is: 'an instant', hint: 'write day, time and zone: 2027-01-31T12:00:00Z' },
  [MOMENT_PATTERN]: { is: 'a day or instant', hint: 'write 2027-01-31, or with time and zone: 2027-01-31T12:00:00Z' },
  [RULE_PATTERN]: { is: 'the id of a rule', hint: 'write it as firebreak rules lists it: policy/alg-family-mix' },
  [FINGERPRINT_PATTERN]: { is: 'a fingerprint', hint: 'copy the 16 hex digits from firebreak lint --json' },
  [CHANGE_PATTERN]: {
    is: 'the fingerprint of a change',
    hint: 'copy the 12 hex digits from firebreak diff, in quotes',
  },
  [TIME_PATTERN]: { is: 'a time', hint: 'write it with seconds and zone: 2026-11-23T09:00:00Z' },
  [PERSON_PATTERN]: { is: 'a person', hint: 'write a mail address, or "@name" in quotes' },
  [APPROVER_PATTERN]: { is: 'a person or a team', hint: 'write a mail address, "@name" in quotes, or team:NAME' },
  [SHARE_PATTERN]: { is: 'a percentage', hint: 'write it like 30% or 0.5%' },
  [PERCENT_PATTERN]: { is: 'a percentage below 100%', hint: 'write it like 5% or 0.5%' },
};

function wrongPattern(where: string, value: unknown, pattern: string): Text {
  const isDuration = pattern === DURATION_PATTERN || pattern === BOUND_PATTERN;
  if (isDuration && typeof value === 'string' && /^\d+$/.test(value)) return withoutUnit(where, value);
  const form = FORMS[pattern] ?? { is: 'in the right form', hint: `it must match ${pattern}` };
  return { message: `${where} is ${showValue(value)}, not ${form.is}`, hint: form.hint };
}

function withoutUnit(where: string, value: string): Text {
  return {
    message: `${where} is ${value}: a duration needs a unit, for example 90s`,
    hint: `write ${value}s if seconds are meant, ${value}m if minutes are`,
  };
}

/** Where the data holds a duration that passed its pattern and is still too long to count in milliseconds. */
export function explainOverflow(source: SourceDocument, pointer: Pointer): Problem {
  return {
    code: 'document/invalid',
    message: `${showPath(pointer)} is ${showValue(valueAt(source.data, pointer))}, longer than can be counted in milliseconds`,
    hint: 'choose at most 100000000d',
    at: source.locate(pointer),
  };
}
