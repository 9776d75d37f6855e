/** Logs of an incident, searched by DuckDB: it finds the lines that may be uses, which are then judged as all others are. */
import { Buffer } from 'node:buffer';
import { DUCKDB, describeParquet, jsonSource, parquetSource } from '../incident/duckdb-dialect.ts';
import { ASKED_FIELDS } from '../incident/field-settings.ts';
import type { LearnedIds } from '../incident/match-use.ts';
import type { FieldPaths, LogSource, Query } from '../incident/scope-queries.ts';
import { JSON_LINE_PATHS, pathsOfMapping, readSeen, scopeQueries } from '../incident/scope-queries.ts';
import type { Scope } from '../incident/scope.ts';
import { JSON_LINES } from '../logs/json-lines.ts';
import type { LogFormat } from '../logs/log-format.ts';
import { readLogMapping } from '../logs/mapping.ts';
import { createLogReader } from '../logs/read-log.ts';
import { UserError } from '../model/failure.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import type { LogReading } from '../model/replay.ts';
import { decodeText } from '../source/decode.ts';
import type { Duckdb } from '../system/duckdb.ts';
import { openDuckdb } from '../system/duckdb.ts';
import { systemFiles } from '../system/files.ts';
import { hashFile } from '../system/hash-file.ts';
import type { LogInputOptions } from './replay-input.ts';
import { expandSamples } from './replay-input.ts';
import type { ReadLogs, ScopeReading } from './scope-input.ts';

/** What an object store or a web server has. */
const REMOTE = /^(?:s3|https):\/\//;

/** Ids that are put into the table of DuckDB at once. */
const IDS_AT_ONCE = 200;

interface Log {
  readonly file: string;
  readonly source: LogSource;
  readonly reading: LogReading;
}

/**
 * Searches the logs with DuckDB.
 *
 * @throws UserError as `readRecordedUses` does, and when DuckDB is not installed
 */
export async function scopeWithDuckdb(
  samples: readonly string[],
  options: LogInputOptions,
  { scope, options: { incident }, isHashed }: ScopeReading,
): Promise<ReadLogs> {
  const { format, paths } = await formatOf(options);
  const remote = samples.filter((sample) => REMOTE.test(sample));
  const local = samples.filter((sample) => !REMOTE.test(sample));
  if (local.includes('-')) {
    throw new UserError('usage/bad-argument', '--engine duckdb does not read standard input', { hint: 'name a file' });
  }
  const files = [...(local.length === 0 ? [] : await expandSamples(local)), ...remote];
  const duckdb = await openDuckdb(remote.length > 0);
  try {
    const logs: Log[] = [];
    for (const file of files) {
      const source = await sourceOf(duckdb, file);
      const queries = scopeQueries(incident.leaked, source, paths, DUCKDB);
      const reading = see(scope, file, format, await duckdb.rows(queries.seen().sql));
      await readLines(duckdb, queries.direct(), { file, format, onUse: scope.add });
      logs.push({ file, source, reading });
    }
    if (logs.some(({ file }) => scope.asksAgain(file))) await keepIds(duckdb, scope.ids);
    for (const { file, source } of logs.filter((log) => scope.asksAgain(log.file))) {
      const query = scopeQueries(incident.leaked, source, paths, DUCKDB).derived(scope.ids);
      await readLines(duckdb, query, { file, format, onUse: scope.addDerived });
    }
    const hashed: ReadLogs['files'][number][] = [];
    for (const { file, reading } of isHashed ? logs : []) {
      const hash = REMOTE.test(file) ? { sha256: null, bytes: null } : await hashFile(file);
      hashed.push({ file, ...hash, lines: reading.lines, uses: reading.uses });
    }
    return { logs: logs.map(({ reading }) => reading), problems: [], files: hashed };
  } finally {
    duckdb.close();
  }
}

async function formatOf({
  map,
  logFormat,
}: LogInputOptions): Promise<{ readonly format: LogFormat; readonly paths: FieldPaths }> {
  if (map !== undefined) {
    const { format, paths, problems } = readLogMapping(map, decodeText(map, await systemFiles.readBytes(map)));
    if (format !== null) return { format, paths: pathsOfMapping(paths) };
    throw new UserError('document/invalid', `${map} has faults`, { problems });
  }
  if (logFormat === undefined || logFormat === JSON_LINES.id) return { format: JSON_LINES, paths: JSON_LINE_PATHS };
  throw new UserError('usage/bad-argument', `--engine does not read the format ${logFormat}`, {
    hint: 'leave --engine out, or say with --map where the log keeps its values',
  });
}

async function sourceOf(duckdb: Duckdb, file: string): Promise<LogSource> {
  if (!/\.parquet$/i.test(file)) return jsonSource(file);
  const rows = await duckdb.rows(describeParquet(file));
  return parquetSource(
    file,
    rows.map(([name, type]) => ({ name: String(name), type: String(type) })),
  );
}

/** Notes what the lines of a log say at all. */
function see(scope: Scope, file: string, { id }: LogFormat, [row = []]: readonly (readonly unknown[])[]): LogReading {
  const seen = readSeen(row);
  const fields = ASKED_FIELDS.reduce((bits, field, at) => (seen.has(field) ? bits | (1 << at) : bits), 0);
  if (seen.uses > 0) scope.see({ fields, first: seen.first, last: seen.last }, file);
  const silent = seen.lines - seen.bad - seen.uses;
  const bad = seen.bad === 0 ? [] : [{ reason: 'not-json' as const, lines: seen.bad, first: [] }];
  return {
    file,
    format: id,
    lines: seen.lines,
    uses: seen.uses,
    silent,
    bad,
    others: [],
    tokens: { lines: 0, first: [] },
  };
}

interface LineSink {
  readonly file: string;
  readonly format: LogFormat;
  readonly onUse: (use: RecordedUse, file: string, line: number) => unknown;
}

async function readLines(duckdb: Duckdb, query: Query, { file, format, onUse }: LineSink): Promise<void> {
  let number = 0;
  const reader = createLogReader({ file, format, onUse: (use) => void onUse(use, file, number) });
  await duckdb.each(query, ([line, at]) => {
    number = Number(at);
    reader.push(Buffer.from(`${String(line)}\n`));
  });
  reader.end();
}

/** Ids of the incident go into a table, bound as values. */
async function keepIds(duckdb: Duckdb, ids: LearnedIds): Promise<void> {
  await duckdb.run('CREATE TEMP TABLE learned (kind VARCHAR, id VARCHAR)');
  for (const kind of ['jtis', 'hashes', 'sids', 'subjects'] as const) {
    const values = ids[kind].values();
    for (let at = 0; at < values.length; at += IDS_AT_ONCE) {
      const some = values.slice(at, at + IDS_AT_ONCE);
      const rows = some.map((_, index) => `('${kind}', $${index + 1})`);
      await duckdb.run(`INSERT INTO learned VALUES ${rows.join(', ')}`, some);
    }
  }
}
