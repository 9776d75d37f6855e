import type { ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { TokenClass, TokenClassSpec, TokenPolicySpec } from '../model/policy.ts';
import type { Baseline, BaselineEntry, Day, Waiver, WaiverPermits, WaiverTarget } from '../model/waiver.ts';
import type { Cursor } from './facts.ts';
import { child, cursorAt, entries, faultAt, isGiven, items, placeOf, requiredText, textOf, textsOf } from './facts.ts';
import { readDay } from './read-day.ts';

export interface WaiverReading {
  readonly waiver: Waiver | null;
  readonly problems: readonly Problem[];
}

export interface BaselineReading {
  readonly baseline: Baseline | null;
  readonly problems: readonly Problem[];
}

/** Turns a schema-checked Waiver into facts, after checking what a schema cannot: days that exist, an effect, some limit. */
export function readWaiver(document: ValidDocument<unknown>): WaiverReading {
  const { source, name, owner } = document;
  const spec = cursorAt(source, '/spec');
  const { created, expires, problems } = readDays(spec);
  const target = readTarget(child(spec, 'target'));
  const fingerprints = child(spec, 'fingerprints');
  const faults = [...problems];
  if (target === null && !isGiven(fingerprints)) {
    faults.push(
      faultAt(
        spec,
        `Waiver "${name}" names neither a target nor fingerprints: it would silence its rules everywhere`,
        'add target: with paths, policy, verifier, environment or token, or fingerprints:',
      ),
    );
  }
  faults.push(...effectFaults(spec, name), ...permitFaults(spec, target));
  if (expires === null || faults.length > 0) return { waiver: null, problems: faults };
  return {
    waiver: {
      name,
      file: source.file,
      owner: owner ?? '', // required by the schema
      rules: items(child(spec, 'rules')).map((at) => ({ id: requiredText(at), at: placeOf(at) })),
      permits: readPermits(child(spec, 'permits'), target?.token ?? null),
      target,
      fingerprints: isGiven(fingerprints) ? textsOf(fingerprints) : null,
      reason: requiredText(child(spec, 'reason')),
      ticket: textOf(child(spec, 'ticket')),
      created,
      expires,
      compensatingControls: textsOf(child(spec, 'compensating_controls')),
      at: source.locate('/metadata/name'),
    },
    problems: [],
  };
}

function effectFaults(spec: Cursor, name: string): readonly Problem[] {
  const [rules, permits, service] = [
    child(spec, 'rules'),
    child(spec, 'permits'),
    child(child(spec, 'target'), 'service'),
  ];
  if (!isGiven(rules) && !isGiven(permits)) {
    const hint = 'add rules: for findings to live with, or permits: for values that policies do not allow';
    return [faultAt(spec, `Waiver "${name}" has neither rules nor permits: it would do nothing`, hint)];
  }
  if (isGiven(permits) || !isGiven(service)) return [];
  const hint = 'name policy, verifier, environment or paths instead';
  return [faultAt(service, 'findings say nothing of services: service is for what a waiver permits', hint)];
}

type PermitsSpec = TokenClassSpec & Pick<TokenPolicySpec, 'issuers' | 'keys' | 'jwks_cache' | 'revocation'>;

/** Members of `permits` that are not about one class of tokens. */
const WHOLE_POLICY: readonly string[] = ['issuers', 'keys', 'jwks_cache', 'revocation'];

/** A permit holds for tokens wherever a policy holds, so only what policies know can narrow it. */
function permitFaults(spec: Cursor, target: WaiverTarget | null): readonly Problem[] {
  const permits = child(spec, 'permits');
  if (!isGiven(permits)) return [];
  const fields = entries(permits);
  if (fields.length === 0) return [faultAt(permits, 'permits is empty', 'name a value, such as algorithms: [RS256]')];
  const unfit = [
    ...['paths', 'verifier'].map((key) => child(child(spec, 'target'), key)),
    child(spec, 'fingerprints'),
  ].filter(isGiven);
  const faults = unfit.map((at) =>
    faultAt(
      at,
      `${keyOf(at)} says nothing of tokens, so nothing can be permitted by it`,
      'name policy, service or environment',
    ),
  );
  if (target !== null && (target.policy ?? target.service ?? target.environment) === null) {
    const hint = 'add policy, service or environment to its target';
    faults.push(faultAt(child(spec, 'target'), 'what is permitted would be permitted everywhere', hint));
  }
  const ofToken = fields.find(([key]) => !WHOLE_POLICY.includes(key));
  if (ofToken !== undefined && (target?.token ?? null) === null) {
    const hint = 'add token: access_token, or another class, to its target';
    faults.push(faultAt(ofToken[1], `${ofToken[0]} is about tokens, and the target names no class of them`, hint));
  }
  return faults;
}

function keyOf({ pointer }: Cursor): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1);
}

function readPermits(at: Cursor, token: TokenClass | null): WaiverPermits | null {
  if (!isGiven(at)) return null;
  const { issuers, keys, jwks_cache, revocation, ...ofToken } = at.data as PermitsSpec; // its schema was checked
  return {
    spec: {
      ...(issuers === undefined ? {} : { issuers }),
      ...(keys === undefined ? {} : { keys }),
      ...(jwks_cache === undefined ? {} : { jwks_cache }),
      ...(revocation === undefined ? {} : { revocation }),
      ...(token === null ? {} : { tokens: { [token]: ofToken } }),
    },
    locate: (pointer) => at.document.locate(pointer.replace(/^\/spec(?:\/tokens\/[^/]+)?/, at.pointer)),
  };
}

/** Turns a schema-checked Baseline into facts. */
export function readBaseline(document: ValidDocument<unknown>): BaselineReading {
  const { source, name, owner } = document;
  const spec = cursorAt(source, '/spec');
  const { created, expires, problems } = readDays(spec);
  if (expires === null || problems.length > 0) return { baseline: null, problems };
  return {
    baseline: {
      name,
      file: source.file,
      owner: owner ?? '', // required by the schema
      reason: requiredText(child(spec, 'reason')),
      created,
      expires,
      entries: items(child(spec, 'entries')).map(readEntry),
      at: source.locate('/metadata/name'),
    },
    problems: [],
  };
}

function readEntry(at: Cursor): BaselineEntry {
  return {
    fingerprint: requiredText(child(at, 'fingerprint')),
    contentFingerprint: textOf(child(at, 'content_fingerprint')),
    rule: requiredText(child(at, 'rule')),
    path: requiredText(child(at, 'path')),
    subject: requiredText(child(at, 'subject')),
    at: placeOf(at),
  };
}

/** Null for a target without any member: it would fit everything. */
function readTarget(at: Cursor): WaiverTarget | null {
  const paths = child(at, 'paths');
  const target: WaiverTarget = {
    paths: isGiven(paths) ? textsOf(paths) : null,
    policy: textOf(child(at, 'policy')),
    service: textOf(child(at, 'service')),
    verifier: textOf(child(at, 'verifier')),
    environment: textOf(child(at, 'environment')),
    token: textOf(child(at, 'token')) as TokenClass | null, // an enum of the schema
  };
  return Object.values(target).every((value) => value === null) ? null : target;
}

function readDays(spec: Cursor): {
  readonly created: Day | null;
  readonly expires: Day | null;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const created = readDay(child(spec, 'created'), problems);
  const expires = readDay(child(spec, 'expires'), problems);
  if (created !== null && expires !== null && expires.starts < created.starts) {
    problems.push(faultAt(child(spec, 'expires'), 'it ends before it was created', 'correct one of the two days'));
  }
  return { created, expires, problems };
}
