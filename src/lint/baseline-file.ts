import type { Finding } from '../model/finding.ts';
import { API_VERSION } from '../model/document.ts';
import type { Baseline, BaselineEntry } from '../model/waiver.ts';
import { exceptionsOfBaseline } from './exception.ts';

/** An entry without its place. */
export type Entry = Omit<BaselineEntry, 'at'>;

/** What a Baseline says as a whole. */
export interface BaselineTerms {
  readonly name: string;
  readonly owner: string;
  readonly reason: string;
  /** `2027-01-31` */
  readonly created: string;
  readonly expires: string;
}

/** Entries after a change, and what the change was. */
export interface BaselineChange {
  readonly entries: readonly Entry[];
  readonly added: readonly Entry[];
  readonly removed: readonly Entry[];
}

/** Adds what a baseline does not cover yet. Nothing is removed. @param before null when there is none yet */
export function growBaseline(before: Baseline | null, findings: readonly Finding[]): BaselineChange {
  const exceptions = before === null ? [] : exceptionsOfBaseline(before, findings);
  const added = findings
    .filter((finding) => !exceptions.some(({ covers }) => covers(finding)))
    .map(entryOf)
    .sort(compareEntries);
  const kept = (before?.entries ?? []).map(withoutPlace);
  return { entries: [...kept, ...added].sort(compareEntries), added, removed: [] };
}

/** Removes entries whose finding is gone; an entry of a moved file is written anew. Nothing else is added. */
export function pruneBaseline(before: Baseline, findings: readonly Finding[]): BaselineChange {
  const entries: Entry[] = [];
  const added: Entry[] = [];
  const removed: Entry[] = [];
  for (const [index, exception] of exceptionsOfBaseline(before, findings).entries()) {
    const known = before.entries[index];
    if (known === undefined) continue;
    const entry = withoutPlace(known);
    const finding =
      findings.find(({ fingerprint }) => fingerprint === entry.fingerprint) ?? findings.find(exception.covers);
    if (finding === undefined) removed.push(entry);
    else if (finding.fingerprint === entry.fingerprint) entries.push(entry);
    else {
      removed.push(entry);
      added.push(entryOf(finding));
      entries.push(entryOf(finding));
    }
  }
  return { entries: entries.sort(compareEntries), added, removed };
}

/** The file: JSON, one entry a line and sorted, so that two branches that both change it can be merged. */
export function baselineText(
  { name, owner, reason, created, expires }: BaselineTerms,
  entries: readonly Entry[],
): string {
  const lines = entries.map(({ path, rule, subject, fingerprint, contentFingerprint }) =>
    JSON.stringify({
      path,
      rule,
      subject,
      fingerprint,
      ...(contentFingerprint === null ? {} : { content_fingerprint: contentFingerprint }),
    }),
  );
  const value = (text: string): string => JSON.stringify(text);
  return [
    '{',
    `  "apiVersion": ${value(API_VERSION)},`,
    '  "kind": "Baseline",',
    `  "metadata": { "name": ${value(name)}, "owner": ${value(owner)} },`,
    '  "spec": {',
    `    "reason": ${value(reason)},`,
    `    "created": ${value(created)},`,
    `    "expires": ${value(expires)},`,
    lines.length === 0
      ? '    "entries": []'
      : `    "entries": [\n${lines.map((line) => `      ${line}`).join(',\n')}\n    ]`,
    '  }',
    '}',
    '',
  ].join('\n');
}

function entryOf({ at, rule, subject, fingerprint, contentFingerprint }: Finding): Entry {
  return { path: at.file, rule, subject, fingerprint, contentFingerprint };
}

function withoutPlace({ path, rule, subject, fingerprint, contentFingerprint }: BaselineEntry): Entry {
  return { path, rule, subject, fingerprint, contentFingerprint };
}

function compareEntries(a: Entry, b: Entry): number {
  const key = ({ path, rule, subject, fingerprint }: Entry): readonly string[] => [path, rule, subject, fingerprint];
  const [left, right] = [key(a), key(b)];
  const index = left.findIndex((part, position) => part !== right[position]);
  if (index < 0) return 0;
  return (left[index] ?? '') < (right[index] ?? '') ? -1 : 1;
}
