import { createRequire } from 'node:module';
import { UserError } from '../model/failure.ts';

/** A DuckDB of this process, empty, that goes away with it. */
export interface Duckdb {
  readonly run: (sql: string, values?: readonly string[]) => Promise<void>;
  /** @returns all rows, values as JSON has them */
  readonly rows: (sql: string, values?: readonly string[]) => Promise<readonly (readonly unknown[])[]>;
  /** Hands out the rows a few thousand at a time. */
  readonly each: (
    query: { readonly sql: string; readonly values: readonly string[] },
    onRow: (row: readonly unknown[]) => void,
  ) => Promise<void>;
  readonly close: () => void;
}

const PACKAGE = '@duckdb/node-api';

/** The version that this is tested with. */
const VERSION = '1.5.5-r.5';

interface Result {
  readonly yieldRowsJson: () => AsyncIterable<readonly (readonly unknown[])[]>;
}

interface Connection {
  readonly stream: (sql: string, values?: string[]) => Promise<Result>;
  readonly closeSync: () => void;
}

interface Package {
  readonly DuckDBInstance: {
    readonly create: (path: string) => Promise<{ readonly connect: () => Promise<Connection> }>;
  };
}

/**
 * Starts a DuckDB.
 *
 * @param isRemote whether it may fetch its own extension for object stores
 * @throws UserError usage/bad-argument when DuckDB is not installed
 */
export async function openDuckdb(isRemote: boolean): Promise<Duckdb> {
  const { DuckDBInstance } = load();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const stream = (sql: string, values: readonly string[] = []): Promise<Result> =>
    asUserError(() => connection.stream(sql, [...values]));
  const run = async (sql: string, values?: readonly string[]): Promise<void> => {
    for await (const _ of (await stream(sql, values)).yieldRowsJson()) continue;
  };
  if (isRemote) await run('INSTALL httpfs').then(() => run('LOAD httpfs'));
  await run('SET autoinstall_known_extensions = false');
  await run('SET allow_community_extensions = false');
  return {
    run,
    rows: async (sql, values) => {
      const rows: (readonly unknown[])[] = [];
      for await (const some of (await stream(sql, values)).yieldRowsJson()) rows.push(...some);
      return rows;
    },
    each: async ({ sql, values }, onRow) => {
      const result = await stream(sql, values);
      await asUserError(async () => {
        for await (const rows of result.yieldRowsJson()) for (const row of rows) onRow(row);
      });
    },
    close: () => connection.closeSync(),
  };
}

function load(): Package {
  const require = createRequire(import.meta.url);
  try {
    const loaded: unknown = require(PACKAGE);
    if (isPackage(loaded)) return loaded;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
  }
  throw new UserError('usage/bad-argument', `--engine duckdb needs ${PACKAGE}, which is not installed`, {
    hint: `npm install ${PACKAGE}@${VERSION} beside firebreak (some 70 MB)`,
  });
}

function isPackage(value: unknown): value is Package {
  return typeof value === 'object' && value !== null && 'DuckDBInstance' in value;
}

async function asUserError<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const [first = ''] = error.message.split('\n');
    throw new UserError('file/unreadable', `DuckDB: ${first}`, {
      hint: 'check the file, and that it has JSON lines or is Parquet',
      cause: error,
    });
  }
}
