import type { ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { Moment, Revocation, RevocationEntry } from '../model/revocation.ts';
import { CUT_OFF_BY, REVOKED_BY } from '../model/revocation.ts';
import { looksSecret, showText } from '../source/show-text.ts';
import { DAY, startOfDay } from './day.ts';
import type { Cursor } from './facts.ts';
import { child, cursorAt, entries, faultAt, isGiven, items, placeOf, requiredText, textOf, textsOf } from './facts.ts';

export interface RevocationReading {
  readonly revocation: Revocation | null;
  readonly problems: readonly Problem[];
}

/** Characters of a value; longer claims and key ids are no identifiers, and every request is compared with them. */
const MAX_VALUE = 1024;

/**
 * Turns a schema-checked Revocation into facts, after checking what a schema cannot: that each entry names one thing, that
 * instants exist and are in order, and that nobody pasted a token or key.
 */
export function readRevocation(document: ValidDocument<unknown>): RevocationReading {
  const { source, name, owner } = document;
  const spec = cursorAt(source, '/spec');
  const problems: Problem[] = [...secretsIn(spec), ...secretsIn(cursorAt(source, '/metadata'))];
  const created = readMoment(child(spec, 'created'), problems);
  const expires = readMoment(child(spec, 'expires'), problems);
  if (created !== null && expires !== null && expires.ends < created.ends) {
    problems.push(
      faultAt(child(spec, 'expires'), 'it ends before it was created', 'correct one of created and expires'),
    );
  }
  const issuer = child(spec, 'issuer');
  if (isGiven(issuer)) problems.push(...unfitText(issuer));
  const read = items(child(spec, 'revoke')).map((at) => readEntry(at, problems));
  if (created === null || expires === null || problems.length > 0) return { revocation: null, problems };
  return {
    revocation: {
      name,
      file: source.file,
      owner: owner ?? '', // required by the schema
      issuer: textOf(issuer),
      environments: isGiven(child(spec, 'environments')) ? textsOf(child(spec, 'environments')) : null,
      entries: read,
      reason: requiredText(child(spec, 'reason')),
      incident: textOf(child(spec, 'incident')),
      created,
      expires,
      at: source.locate('/metadata/name'),
    },
    problems: [],
  };
}

function readEntry(at: Cursor, problems: Problem[]): RevocationEntry {
  const named = REVOKED_BY.filter((by) => isGiven(child(at, by)));
  const cutOff = child(at, 'issued_before');
  const status = child(at, 'status_index');
  problems.push(...entryFaults(at, named), ...named.flatMap((by) => unfitText(child(at, by))));
  const [by = null] = named;
  return {
    by,
    value: by === null ? null : requiredText(child(at, by)),
    issuedBefore: isGiven(cutOff) ? readMoment(cutOff, problems) : null,
    statusIndex: typeof status.data === 'number' ? status.data : null,
    at: placeOf(by === null ? at : child(at, by)),
  };
}

function entryFaults(at: Cursor, named: readonly (typeof REVOKED_BY)[number][]): readonly Problem[] {
  const choices = REVOKED_BY.join(', ');
  if (named.length > 1) {
    const hint = 'write one entry for each: any of them is enough to refuse a token';
    return [faultAt(at, `an entry names one thing, this one names ${named.join(' and ')}`, hint)];
  }
  const [by] = named;
  const cutOff = child(at, 'issued_before');
  if (by === undefined && !isGiven(cutOff)) {
    return [faultAt(at, 'this entry says nothing that is refused', `add one of ${choices}, or issued_before`)];
  }
  if (isGiven(cutOff) && by !== undefined && !(CUT_OFF_BY as readonly string[]).includes(by)) {
    const hint = `leave issued_before out, or name ${CUT_OFF_BY.join(' or ')} instead`;
    return [faultAt(cutOff, `issued_before does not go with ${by}`, hint)];
  }
  const status = child(at, 'status_index');
  if (isGiven(status) && by !== 'jti') {
    return [faultAt(status, 'status_index is the index of one token', 'name the token too: jti: and its id')];
  }
  return [];
}

/** Identifiers that no product could compare: with halves of characters, or far too long. */
function unfitText(at: Cursor): readonly Problem[] {
  const text = requiredText(at);
  if (looksSecret(text)) return []; // told by secretsIn
  if (/\p{Surrogate}/u.test(text)) {
    return [faultAt(at, `${showText(text)} holds half of a character`, 'copy the value again')];
  }
  if (text.length <= MAX_VALUE) return [];
  return [
    faultAt(at, `this value has ${text.length} characters, at most ${MAX_VALUE} are compared`, 'name the id only'),
  ];
}

/** A token in a repository is a token that leaked, whatever it was written there for. */
function secretsIn(at: Cursor): readonly Problem[] {
  if (typeof at.data === 'string') {
    return looksSecret(at.data)
      ? [
          faultAt(
            at,
            'a whole token or key stands here, and whoever can read this file can use it (not shown)',
            'write its jti, sid, sub, client_id or kid instead, take it out of the history of the repository, and revoke it',
          ),
        ]
      : [];
  }
  return [...items(at), ...entries(at).map(([, member]) => member)].flatMap(secretsIn);
}

function readMoment(at: Cursor, problems: Problem[]): Moment | null {
  const text = requiredText(at);
  const starts = startOfDay(text);
  const day = startOfDay(text.slice(0, 'YYYY-MM-DD'.length));
  // Date.parse takes 30 February for 2 March.
  const ends = starts === null ? (day === null ? null : fromTimestamp(text)) : starts + DAY;
  if (ends !== null) return { text, ends, at: placeOf(at) };
  problems.push(faultAt(at, `there is no day or instant ${showText(text)}`, 'write one that calendar and clock have'));
  return null;
}
