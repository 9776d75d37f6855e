import type { ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { Incident, Leaked, LeakedClaims } from '../model/incident.ts';
import { LEAKED_KINDS } from '../model/incident.ts';
import { fromTimestamp } from '../model/instant.ts';
import { looksSecret, showText } from '../source/show-text.ts';
import { startOfDay } from './day.ts';
import type { Cursor } from './facts.ts';
import { child, cursorAt, entries, faultAt, isGiven, items, requiredText, textOf, textsOf } from './facts.ts';

export interface IncidentReading {
  readonly incident: Incident | null;
  readonly problems: readonly Problem[];
}

/**
 * Turns a schema-checked Incident into facts, after checking what a schema cannot: that it names one thing that leaked, that
 * instants exist, and that nobody pasted the credential itself.
 */
export function readIncident(document: ValidDocument<unknown>): IncidentReading {
  const { source, name } = document;
  const spec = cursorAt(source, '/spec');
  const problems: Problem[] = [...secretsIn(cursorAt(source, ''))];
  const since = readInstant(child(spec, 'since'), problems);
  const opened = readInstant(child(spec, 'opened'), problems);
  const leaked = readLeaked(child(spec, 'leaked'), problems);
  const issuer = textOf(child(spec, 'issuer'));
  if (leaked?.kind === 'hmac_secret' && issuer === null) {
    const hint = 'add issuer: a shared secret is known by its issuer and kid only';
    problems.push(faultAt(child(spec, 'leaked'), 'an hmac_secret that leaked needs the issuer', hint));
  }
  if (since === null || opened === null || leaked === null || problems.length > 0) return { incident: null, problems };
  return {
    incident: {
      name,
      file: source.file,
      issuer: issuer ?? (leaked.kind === 'token' ? leaked.claims.iss : null),
      leaked,
      since,
      opened,
      lead: requiredText(child(spec, 'lead')),
      environments: isGiven(child(spec, 'environments')) ? textsOf(child(spec, 'environments')) : null,
      at: source.locate('/metadata/name'),
    },
    problems: [],
  };
}

function readLeaked(at: Cursor, problems: Problem[]): Leaked | null {
  const given = LEAKED_KINDS.filter((kind) => isGiven(child(at, kind)));
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const named = kind === undefined ? 'none' : given.join(' and ');
    const hint = `name exactly one of ${LEAKED_KINDS.join(', ')}; open an incident for each credential`;
    problems.push(faultAt(at, `an incident is about one credential, this one names ${named}`, hint));
    return null;
  }
  const value = child(at, kind);
  switch (kind) {
    case 'token': {
      const header = child(value, 'header');
      const [alg, kid] = [textOf(child(header, 'alg')), textOf(child(header, 'kid'))];
      return { kind, sha256: requiredText(child(value, 'sha256')), alg, kid, claims: claimsOf(child(value, 'claims')) };
    }
    case 'refresh_token':
      return { kind, sha256: requiredText(child(value, 'sha256')) };
    case 'hmac_secret':
      return { kind, kid: textOf(child(value, 'kid')) };
    case 'kid':
    case 'client_id':
    case 'sid':
      return { kind, value: requiredText(value) };
  }
}

function claimsOf(at: Cursor): LeakedClaims {
  const number = (name: string): number | null => {
    const { data } = child(at, name);
    return typeof data === 'number' ? data : null;
  };
  return {
    iss: textOf(child(at, 'iss')),
    sub: textOf(child(at, 'sub')),
    aud: textsOf(child(at, 'aud')),
    jti: textOf(child(at, 'jti')),
    sid: textOf(child(at, 'sid')),
    clientId: textOf(child(at, 'client_id')),
    iat: number('iat'),
    exp: number('exp'),
  };
}

/** The document about a leak must not be the next one. */
function secretsIn(at: Cursor): readonly Problem[] {
  if (typeof at.data === 'string') {
    if (!looksSecret(at.data)) return [];
    const hint = 'write its SHA-256 or its id instead, take it out of the history of the repository, and revoke it';
    return [
      faultAt(at, 'a whole token or key stands here, and whoever can read this file can use it (not shown)', hint),
    ];
  }
  return [...items(at), ...entries(at).map(([, member]) => member)].flatMap(secretsIn);
}

function readInstant(at: Cursor, problems: Problem[]): number | null {
  const text = requiredText(at);
  // Date.parse takes 30 February for 2 March.
  const instant = startOfDay(text.slice(0, 'YYYY-MM-DD'.length)) === null ? null : fromTimestamp(text);
  if (instant === null) {
    problems.push(faultAt(at, `there is no instant ${showText(text)}`, 'write one that calendar and clock have'));
  }
  return instant;
}
