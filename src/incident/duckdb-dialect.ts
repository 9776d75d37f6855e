/** DuckDB: JSON lines and Parquet, in files and in object stores. */
import type { ValuePath } from '../logs/value-path.ts';
import type { Dialect, LogSource } from './scope-queries.ts';

export const DUCKDB: Dialect = {
  parameter: (index) => `$${index}`,
  isLearned: (text, kind) => `${text} IN (SELECT id FROM learned WHERE kind = '${kind}')`,
};

/** A text in SQL: names of files and of members, never anything of an incident. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Lines of JSON, one object to a line; plain, gzip or zstd. */
export function jsonSource(file: string): LogSource {
  const text = (path: ValuePath): string => {
    const steps = path.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `."${step.replaceAll('"', '\\"')}"`));
    return `(line->>${literal(`$${steps.join('')}`)})`;
  };
  return {
    from: `(SELECT json AS line, row_number() OVER () AS number FROM read_ndjson_objects(${literal(file)}, ignore_errors = true)) AS log`,
    line: 'line',
    number: 'number',
    isBad: 'line IS NULL',
    holdsToken: `contains(line, 'eyJ')`,
    text,
    time: (path) => timeOf(text(path)),
  };
}

/** Numbers of seconds, milliseconds and so on, told apart by their size, and RFC 3339, as `time` of the logs reads them. */
function timeOf(text: string): string {
  const number = `try_cast(${text} AS DOUBLE)`;
  // Without its zone a time is none: DuckDB would take the zone of this machine.
  const stamp = `CASE WHEN regexp_matches(${text}, '(Z|[+-][0-9]{2}:?[0-9]{2})$') THEN epoch_ms(try_cast(${text} AS TIMESTAMPTZ)) END`;
  const unit = `CASE WHEN ${number} < 1e11 THEN 1e3 WHEN ${number} < 1e14 THEN 1 WHEN ${number} < 1e17 THEN 1e-3 ELSE 1e-6 END`;
  return `coalesce(CAST(floor(${number} * ${unit}) AS BIGINT), ${stamp})`;
}

/** A column of a Parquet file and its type, as DESCRIBE tells them. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** A query for the columns of a Parquet file. */
export function describeParquet(file: string): string {
  return `DESCRIBE SELECT * FROM read_parquet(${literal(file)})`;
}

/** Rows of Parquet: columns are members of a line, so that only the columns that are asked for are fetched. */
export function parquetSource(file: string, columns: readonly Column[]): LogSource {
  const times = columns.filter(({ type }) => type.startsWith('TIMESTAMP'));
  const replaced = times.map(({ name }) => `epoch_ms(${identifier(name)}) AS ${identifier(name)}`);
  const all = replaced.length === 0 ? '*' : `* REPLACE (${replaced.join(', ')})`;
  const columnOf = ([name, ...rest]: ValuePath): Column | null =>
    rest.length === 0 ? (columns.find((column) => column.name === name) ?? null) : null;
  const text = (path: ValuePath): string | null => {
    const column = columnOf(path);
    return column === null ? null : `CAST(${identifier(column.name)} AS VARCHAR)`;
  };
  return {
    from: `(SELECT ${all} FROM read_parquet(${literal(file)}, file_row_number = true)) AS log`,
    line: 'to_json(log)',
    number: 'file_row_number + 1',
    isBad: 'false',
    holdsToken: null,
    text,
    time: (path) => {
      const column = columnOf(path);
      if (column === null) return null;
      return column.type.startsWith('TIMESTAMP') ? identifier(column.name) : timeOf(text(path) ?? 'NULL');
    },
  };
}
