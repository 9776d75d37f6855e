import type { DocumentKind, Pointer, SourceDocument, ValidDocument } from '../model/document.ts';
import { API_VERSION, DOCUMENT_KINDS, pointerTo } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { TokenPolicySpec } from '../model/policy.ts';
import type { Location } from '../model/location.ts';
import { DURATION_PATTERN, parseDuration } from '../model/quantity.ts';
import { versionAge } from './api-version.ts';
import { explainFaults, explainOverflow } from './explain-fault.ts';
import { nearest } from './nearest.ts';
import { memberOf } from './pointers.ts';
import { BASELINE_SCHEMA } from './schema/baseline.ts';
import { CHANGE_APPROVAL_SCHEMA } from './schema/change-approval.ts';
import { CONTAINMENT_PLAN_SCHEMA } from './schema/containment-plan.ts';
import { DRILL_SCHEMA } from './schema/drill.ts';
import { GUARDRAIL_SCHEMA } from './schema/guardrail.ts';
import { INCIDENT_SCHEMA } from './schema/incident.ts';
import { INVENTORY_SCHEMA } from './schema/inventory.ts';
import { REVOCATION_SCHEMA } from './schema/revocation.ts';
import type { Schema } from './schema/parts.ts';
import { BOUND_PATTERN, schemaBelow } from './schema/parts.ts';
import { TOKEN_POLICY_SCHEMA } from './schema/token-policy.ts';
import { TOKEN_TEST_SCHEMA } from './schema/token-test.ts';
import { WAIVER_SCHEMA } from './schema/waiver.ts';
import { showValue } from './show-value.ts';
import type { Validator } from './validator.ts';
import { validateBaseline } from './validators/baseline.ts';
import { validateChangeApproval } from './validators/change-approval.ts';
import { validateContainmentPlan } from './validators/containment-plan.ts';
import { validateDrill } from './validators/drill.ts';
import { validateGuardrail } from './validators/guardrail.ts';
import { validateIncident } from './validators/incident.ts';
import { validateInventory } from './validators/inventory.ts';
import { validateRevocation } from './validators/revocation.ts';
import { validateTokenPolicy } from './validators/token-policy.ts';
import { validateTokenTest } from './validators/token-test.ts';
import { validateWaiver } from './validators/waiver.ts';

const KINDS: Readonly<Record<DocumentKind, { readonly validate: Validator; readonly schema: Schema }>> = {
  TokenPolicy: { validate: validateTokenPolicy, schema: TOKEN_POLICY_SCHEMA },
  Inventory: { validate: validateInventory, schema: INVENTORY_SCHEMA },
  Drill: { validate: validateDrill, schema: DRILL_SCHEMA },
  Waiver: { validate: validateWaiver, schema: WAIVER_SCHEMA },
  Baseline: { validate: validateBaseline, schema: BASELINE_SCHEMA },
  TokenTest: { validate: validateTokenTest, schema: TOKEN_TEST_SCHEMA },
  ChangeApproval: { validate: validateChangeApproval, schema: CHANGE_APPROVAL_SCHEMA },
  Guardrail: { validate: validateGuardrail, schema: GUARDRAIL_SCHEMA },
  Revocation: { validate: validateRevocation, schema: REVOCATION_SCHEMA },
  Incident: { validate: validateIncident, schema: INCIDENT_SCHEMA },
  ContainmentPlan: { validate: validateContainmentPlan, schema: CONTAINMENT_PLAN_SCHEMA },
};

export interface Validation {
  readonly document: ValidDocument<unknown> | null;
  readonly problems: readonly Problem[];
}

/**
 * True when the data claims to be a document of ours, so that its faults must be reported instead of skipped: some
 * top-level member names our API group, or there is no apiVersion and the kind is one of ours.
 */
export function claimsToBeOurs(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  const ours = Object.values(data).some((value) => typeof value === 'string' && /^firebreak\.dev\b/.test(value));
  return ours || (memberOf(data, 'apiVersion') === undefined && isKind(memberOf(data, 'kind')));
}

/** What was found of documents that are still in use: where two versions share one, it is judged once. */
const VALIDATED = new WeakMap<SourceDocument, Validation>();

/**
 * Holds one document against the schema of its kind and reports every fault, each at its key or value. The same object for
 * the same document.
 */
export function validateDocument(source: SourceDocument): Validation {
  const known = VALIDATED.get(source);
  if (known !== undefined) return known;
  const validation = validated(source);
  VALIDATED.set(source, validation);
  return validation;
}

function validated(source: SourceDocument): Validation {
  const { kind, problems } = checkEnvelope(source);
  if (kind === null || problems.length > 0) return { document: null, problems };
  const { validate, schema } = KINDS[kind];
  if (!validate(source.data)) {
    return { document: null, problems: explainFaults(validate.errors ?? [], source, schema) };
  }
  const overflows = findOverflows(schema, schema, source.data, '').map((pointer) => explainOverflow(source, pointer));
  if (overflows.length > 0) return { document: null, problems: overflows };
  const { metadata, spec } = source.data as {
    metadata: { name: string; owner?: string; labels?: Record<string, string> };
    spec: unknown;
  };
  const { name, owner = null, labels = {} } = metadata;
  return { document: { source, kind, name, owner, labels, spec }, problems: [] };
}

/** The schema of its kind was checked, so the kind tells the type of the spec. */
export function isTokenPolicy(document: ValidDocument<unknown>): document is ValidDocument<TokenPolicySpec> {
  return document.kind === 'TokenPolicy';
}

/** Names must be unique per kind, because everything refers by name. */
export function checkNames(documents: readonly ValidDocument<unknown>[]): readonly Problem[] {
  const seen = new Map<string, Location>();
  const problems: Problem[] = [];
  for (const { kind, name, source } of documents) {
    const at = source.locate('/metadata/name');
    const before = seen.get(`${kind}/${name}`);
    if (before === undefined) seen.set(`${kind}/${name}`, at);
    else {
      const first = `${before.file}:${before.line}`;
      problems.push(invalid(at, `${kind} "${name}" is defined twice, first at ${first}`, 'rename one of the two'));
    }
  }
  return problems;
}

interface Envelope {
  /** null when it is none of ours. */
  readonly kind: DocumentKind | null;
  readonly problems: readonly Problem[];
}

/** What must hold before a schema can be chosen. A missing apiVersion is left to the schema of the kind. */
function checkEnvelope(source: SourceDocument): Envelope {
  const { data } = source;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const hint = `start it with apiVersion: ${API_VERSION} and kind: ${DOCUMENT_KINDS.join(', ')}`;
    const message = `this is not a document but ${typeof data === 'object' ? showValue(data) : 'a single value'}`;
    return { kind: null, problems: [invalid(source.locate(''), message, hint)] };
  }
  const apiVersion = memberOf(data, 'apiVersion');
  const problems: Problem[] = [];
  if (apiVersion !== undefined && apiVersion !== API_VERSION) {
    const { message, hint } = explainVersion(apiVersion);
    problems.push(invalid(source.locate('/apiVersion'), message, hint));
  }
  const kind = memberOf(data, 'kind');
  if (isKind(kind)) return { kind, problems };
  const close = nearest(String(kind), DOCUMENT_KINDS);
  const choices = `choose one of ${DOCUMENT_KINDS.join(', ')}`;
  problems.push(
    kind === undefined
      ? invalid(source.locate(''), 'the document lacks "kind"', missingKindHint(data, choices))
      : invalid(
          source.locate('/kind'),
          `there is no kind ${showValue(kind)}`,
          close === null ? choices : `did you mean "${close}"? ${choices}`,
        ),
  );
  return { kind: null, problems };
}

function explainVersion(apiVersion: unknown): { readonly message: string; readonly hint: string } {
  const shown = showValue(apiVersion);
  if (versionAge(apiVersion) === 'newer') {
    return {
      message: `apiVersion ${shown} is newer than this version of firebreak reads`,
      hint: `this one reads up to ${API_VERSION}; update firebreak to the version whose release notes name ${String(apiVersion)}`,
    };
  }
  return {
    message: `apiVersion ${shown} is not one this version reads`,
    hint: `use ${API_VERSION}, or a version of firebreak that reads it`,
  };
}

function missingKindHint(data: object, choices: string): string {
  const misspelt = Object.keys(data).find((key) => nearest(key, ['kind']) !== null);
  return misspelt === undefined ? `add kind: and ${choices}` : `write kind instead of ${misspelt}, and ${choices}`;
}

function isKind(kind: unknown): kind is DocumentKind {
  return (DOCUMENT_KINDS as readonly unknown[]).includes(kind);
}

/** Pointers of durations that fit their pattern but not a number of milliseconds. */
function findOverflows(root: Schema, schema: Schema, data: unknown, pointer: Pointer): readonly Pointer[] {
  if (typeof data === 'string') {
    const isDuration = schema['pattern'] === DURATION_PATTERN || schema['pattern'] === BOUND_PATTERN;
    const isWord = data === 'unbounded' || data === 'unknown';
    return isDuration && !isWord && parseDuration(data) === undefined ? [pointer] : [];
  }
  if (typeof data !== 'object' || data === null) return [];
  return Object.keys(data).flatMap((key) => {
    const below = schemaBelow(root, schema, key);
    return below === null ? [] : findOverflows(root, below, memberOf(data, key), pointerTo(pointer, key));
  });
}

function invalid(at: Location, message: string, hint: string): Problem {
  return { code: 'document/invalid', message, hint, at };
}
