import { toTimestamp } from '../model/instant.ts';
import type { ScopeResult, ScopeUse } from '../model/incident-scope.ts';
import { visible } from './visible.ts';

type Column = readonly [name: string, value: (use: ScopeUse) => string | number | boolean | null];

const COLUMNS: readonly Column[] = [
  ['time', ({ time }) => (time === null ? null : toTimestamp(time))],
  ['when', ({ when }) => when],
  ['file', ({ file }) => file],
  ['line', ({ line }) => line],
  ['count', ({ count }) => count],
  ['link', ({ link }) => link],
  ['derived', ({ isDerived }) => isDerived],
  ['decision', ({ decision }) => decision],
  ['ip', ({ ip }) => ip],
  ['network', ({ network }) => network],
  ['user_agent', ({ userAgent }) => userAgent],
  ['target', ({ target }) => target],
  ['verifier', ({ verifier }) => verifier],
  ['route', ({ route }) => route],
  ['method', ({ method }) => method],
  ['status', ({ status }) => status],
  ['kid', ({ kid }) => kid],
  ['jti', ({ jti }) => jti],
  ['sid', ({ sid }) => sid],
  ['sub', ({ sub }) => sub],
  ['client_id', ({ clientId }) => clientId],
  ['token_hash', ({ tokenHash }) => tokenHash],
  ['iat', ({ iat }) => iat],
  ['exp', ({ exp }) => exp],
  ['signals', ({ signals }) => signals.join(' ')],
];

/** The uses as a table (RFC 4180), one line of a log a row. */
export function scopeCsv({ uses }: ScopeResult): string {
  const rows = [COLUMNS.map(([name]) => name), ...uses.map((use) => COLUMNS.map(([, value]) => cell(value(use))))];
  return rows.map((row) => `${row.join(',')}\r\n`).join('');
}

/** Spreadsheets run what begins like a formula, and an attacker chooses the name of the program. */
function cell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${visible(harmless).replaceAll('"', '""')}"` : visible(harmless);
}
