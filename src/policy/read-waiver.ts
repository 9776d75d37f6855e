import type { ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { TokenClass } from '../model/policy.ts';
import type { Baseline, BaselineEntry, Day, Waiver, WaiverTarget } from '../model/waiver.ts';
import type { Cursor } from './facts.ts';
import { child, cursorAt, faultAt, isGiven, items, placeOf, requiredText, textOf, textsOf } from './facts.ts';
import { readDay } from './read-day.ts';

export interface WaiverReading {
  readonly waiver: Waiver | null;
  readonly problems: readonly Problem[];
}

export interface BaselineReading {
  readonly baseline: Baseline | null;
  readonly problems: readonly Problem[];
}

/** Turns a schema-checked Waiver into facts, after checking what a schema cannot: days that exist, and some limit. */
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
  if (expires === null || faults.length > 0) return { waiver: null, problems: faults };
  return {
    waiver: {
      name,
      file: source.file,
      owner: owner ?? '', // required by the schema
      rules: items(child(spec, 'rules')).map((at) => ({ id: requiredText(at), at: placeOf(at) })),
      permits: null,
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
