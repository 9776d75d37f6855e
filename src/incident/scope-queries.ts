/** What a scope asks of an engine that holds logs: what its lines say at all, and the lines that may be uses. */
import type { ValuePath } from '../logs/value-path.ts';
import type { Leaked } from '../model/incident.ts';
import type { AskedField } from './field-settings.ts';
import { ASKED_FIELDS, FIELD_NAMES } from './field-settings.ts';
import type { LearnedIds } from './match-use.ts';
import { FEWEST_DIGITS } from './match-use.ts';

/** Where a log is in the words of one engine. */
export interface LogSource {
  /** What stands after FROM. */
  readonly from: string;
  /** The whole line as a JSON text. */
  readonly line: string;
  /** Number of the line, from 1; 0 where nothing has one. */
  readonly number: string;
  /** True where a line could not be read. */
  readonly isBad: string;
  /** Lines that hold a token in full, which says more than their members; null where there is no text to look into. */
  readonly holdsToken: string | null;
  /** A value as a text; null when the log cannot have it. */
  readonly text: (path: ValuePath) => string | null;
  /** A time in milliseconds since the epoch; null when the log cannot have it. */
  readonly time: (path: ValuePath) => string | null;
}

/** How one engine writes what the others write differently. */
export interface Dialect {
  /** A value that is bound, numbered from 1. */
  readonly parameter: (index: number) => string;
  /** Whether the value of the table of ids is there. */
  readonly isLearned: (text: string, kind: keyof LearnedIds) => string;
}

/** A query and the values that are bound to it: nothing of an incident is ever written into its text. */
export interface Query {
  readonly sql: string;
  readonly values: readonly string[];
}

/** Where a log has each field, by the names of docs/logs.md; the first place that says something counts. */
export type FieldPaths = ReadonlyMap<string, readonly ValuePath[]>;

const CLIENT_CLAIMS = ['client_id', 'azp', 'cid'] as const;

/** The places of JSON lines, whose `claims` and `header` may be whole objects. */
export const JSON_LINE_PATHS: FieldPaths = new Map<string, readonly ValuePath[]>([
  ...['target', 'verifier', 'route', 'ip', 'user_agent', 'token_hash'].map((name) => [name, [[name]]] as const),
  ['ts', [['ts'], ['time']]],
  ...['kid', 'alg'].map((name) => [name, [[name], ['header', name]]] as const),
  ...['iss', 'jti', 'sid', 'sub', 'iat', 'exp'].map((name) => [name, [[name], ['claims', name]]] as const),
  ['client_id', [['client_id'], ['client_id_hash'], ...CLIENT_CLAIMS.map((name) => ['claims', name])]],
]);

/** The places of a mapping; below a whole payload or header stand the fields that are not mapped themselves. */
export function pathsOfMapping(paths: ReadonlyMap<string, ValuePath>): FieldPaths {
  const found = new Map<string, readonly ValuePath[]>();
  for (const [name, usual] of JSON_LINE_PATHS) {
    const own = paths.get(name);
    const below = usual.flatMap(([parent = '', ...rest]) => {
      const whole = paths.get(parent);
      return whole === undefined || rest.length === 0 ? [] : [[...whole, ...rest]];
    });
    found.set(name, [...(own === undefined ? [] : [own]), ...below]);
  }
  return found;
}

export interface ScopeQueries {
  /** One row: lines, bad ones, uses, first and last time, and how many lines have each of `ASKED_FIELDS`. */
  readonly seen: () => Query;
  /** Lines that may say themselves to be uses. */
  readonly direct: () => Query;
  /** Lines that ids may give away. */
  readonly derived: (ids: LearnedIds) => Query;
}

/** The queries of one log. They find at least the lines that a scope counts; what they are is judged line by line. */
export function scopeQueries(leaked: Leaked, source: LogSource, paths: FieldPaths, dialect: Dialect): ScopeQueries {
  const textsOf = (name: string): readonly string[] =>
    (paths.get(name) ?? []).flatMap((path) => source.text(path) ?? []);
  /** The value that counts; empty texts and `-` say nothing. */
  const said = (name: string): string | null => {
    const texts = textsOf(name).map((text) => `nullif(nullif(${text}, ''), '-')`);
    return texts.length === 0 ? null : `coalesce(${texts.join(', ')})`;
  };
  const lines = (condition: string, values: readonly string[]): Query => ({
    sql: `SELECT ${source.line}, ${source.number} FROM ${source.from} WHERE ${condition}`,
    values,
  });
  const either = (conditions: readonly (string | null)[]): string => {
    const some = conditions.filter((condition) => condition !== null);
    return some.length === 0 ? 'false' : some.map((condition) => `(${condition})`).join(' OR ');
  };

  return {
    seen: () => {
      const times = (paths.get('ts') ?? []).flatMap((path) => source.time(path) ?? []);
      const time = times.length === 0 ? 'NULL' : `coalesce(${times.join(', ')})`;
      const ofToken = ['iss', 'alg', 'exp', 'kid', 'jti', 'sub', 'client_id', 'token_hash'].map((name) => {
        const value = said(name);
        return value === null ? null : `${value} IS NOT NULL`;
      });
      const isUse = either([...ofToken, source.holdsToken]);
      const counts = ASKED_FIELDS.map((field) => (field === 'time' ? time : said(FIELD_NAMES[field])) ?? 'NULL');
      const columns = [
        'count(*)',
        `count(*) FILTER (WHERE ${source.isBad})`,
        `count(*) FILTER (WHERE ${isUse})`,
        ...[`min(${time})`, `max(${time})`, ...counts.map((value) => `count(${value})`)].map(
          (column) => `${column} FILTER (WHERE ${isUse})`,
        ),
      ];
      return { sql: `SELECT ${columns.join(', ')} FROM ${source.from}`, values: [] };
    },
    direct: () => {
      const { conditions, values } = directConditions(leaked, textsOf, dialect);
      return lines(either([...conditions, source.holdsToken]), values);
    },
    derived: ({ jtis, hashes, sids, subjects }) => {
      const learned = (name: string, kind: keyof LearnedIds, isAsked: boolean): readonly string[] =>
        isAsked ? textsOf(name).map((text) => dialect.isLearned(text, kind)) : [];
      const bySubject = !subjects.isEmpty() && sids.isEmpty();
      return lines(
        either([
          ...learned('jti', 'jtis', !jtis.isEmpty()),
          ...learned('token_hash', 'hashes', !hashes.isEmpty()),
          ...learned('sid', 'sids', !sids.isEmpty()),
          bySubject ? (said('sub') === null ? null : `${said('sub')} IS NOT NULL`) : null,
          source.holdsToken,
        ]),
        [],
      );
    },
  };
}

interface Conditions {
  readonly conditions: readonly string[];
  readonly values: readonly string[];
}

function directConditions(leaked: Leaked, textsOf: (name: string) => readonly string[], dialect: Dialect): Conditions {
  const values: string[] = [];
  const bound = (value: string): string => {
    values.push(value);
    return dialect.parameter(values.length);
  };
  const equal = (name: string, value: string): readonly string[] =>
    textsOf(name).map((text) => `${text} = ${bound(value)}`);
  const hash = (sha256: string): readonly string[] =>
    textsOf('token_hash').map(
      (text) => `lower(substr(${text}, 1, ${FEWEST_DIGITS})) = ${bound(sha256.slice(0, FEWEST_DIGITS))}`,
    );
  const conditions = ((): readonly string[] => {
    switch (leaked.kind) {
      case 'kid':
      case 'client_id':
      case 'sid':
        return equal(leaked.kind, leaked.value);
      case 'hmac_secret':
        return leaked.kid === null ? textsOf('alg').map((text) => `${text} LIKE 'HS%'`) : equal('kid', leaked.kid);
      case 'refresh_token':
        return hash(leaked.sha256);
      case 'token': {
        const { jti, sub } = leaked.claims;
        return [
          ...hash(leaked.sha256),
          ...(jti === null ? [] : equal('jti', jti)),
          ...(sub === null ? [] : equal('sub', sub)),
        ];
      }
    }
  })();
  return { conditions, values };
}

/** The row of `seen`, by name. */
export function readSeen(row: readonly unknown[]): {
  readonly lines: number;
  readonly bad: number;
  readonly uses: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly has: (field: AskedField) => boolean;
} {
  const [lines, bad, uses, first, last, ...counts] = row.map((value) => (value === null ? null : Number(value)));
  return {
    lines: lines ?? 0,
    bad: bad ?? 0,
    uses: uses ?? 0,
    first: first ?? null,
    last: last ?? null,
    has: (field) => (counts[ASKED_FIELDS.indexOf(field)] ?? 0) > 0,
  };
}
