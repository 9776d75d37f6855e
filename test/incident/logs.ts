import { Buffer } from 'node:buffer';
import type { ScopeOptions } from '../../src/incident/scope.ts';
import { naturesOf } from '../../src/cli/scope-input.ts';
import { firstReader, secondReader } from '../../src/cli/scope-part.ts';
import { createScope } from '../../src/incident/scope.ts';
import { LOG_FORMATS } from '../../src/logs/formats.ts';
import type { LogFormat } from '../../src/logs/log-format.ts';
import type { Incident, Leaked } from '../../src/model/incident.ts';
import type { ScopeFindings, ScopeResult } from '../../src/model/incident-scope.ts';
import { showLeaked } from '../../src/model/incident.ts';
import { startOf } from '../../src/model/location.ts';
import { millis } from '../../src/model/quantity.ts';
import type { LogReading } from '../../src/model/replay.ts';

export const LEAK: number = Date.parse('2026-11-30T08:00:00Z');
export const ISSUER = 'https://id.example';

export function incidentOf(leaked: Leaked, members: Partial<Incident> = {}): Incident {
  return {
    name: 'inc-1',
    file: 'incidents/inc-1/incident.yaml',
    issuer: ISSUER,
    leaked,
    since: LEAK,
    opened: LEAK + 3_600_000,
    lead: '@ana',
    environments: null,
    at: startOf('incidents/inc-1/incident.yaml'),
    ...members,
  };
}

/** A use in words that every format has. */
export interface Told {
  /** Seconds after the leak. */
  readonly at: number;
  readonly kid?: string;
  readonly alg?: string;
  readonly jti?: string;
  readonly sid?: string;
  readonly sub?: string;
  readonly client?: string;
  readonly ip?: string;
  readonly agent?: string;
  readonly path?: string;
  readonly hash?: string;
  readonly iat?: number;
  readonly exp?: number;
}

interface Parts {
  readonly time: string;
  readonly ms: number;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly ip: string;
  readonly agent: string;
  readonly path: string;
}

function partsOf(told: Told): Parts {
  const ms = LEAK + told.at * 1000;
  const iat = told.iat ?? LEAK / 1000 - 7200;
  return {
    time: new Date(ms).toISOString(),
    ms,
    header: { alg: told.alg ?? 'ES256', typ: 'at+jwt', kid: told.kid ?? 'main-2' },
    claims: {
      iss: ISSUER,
      aud: 'orders',
      iat,
      exp: told.exp ?? iat + 3600,
      sub: told.sub ?? 'u-1',
      client_id: told.client ?? 'web',
      ...(told.jti === undefined ? {} : { jti: told.jti }),
      ...(told.sid === undefined ? {} : { sid: told.sid }),
    },
    ip: told.ip ?? '203.0.113.7',
    agent: told.agent ?? 'shop/4.1',
    path: told.path ?? '/v1/orders',
  };
}

const envoyLine = ({ time, ip, agent, path }: Parts, jwt: object): object => ({
  start_time: time,
  authority: 'orders.example',
  method: 'GET',
  path,
  response_code: 200,
  response_code_details: 'via_upstream',
  downstream_remote_address: `${ip}:41022`,
  user_agent: agent,
  jwt,
});

/** How each format of docs/logs.md writes a use. */
export const WRITERS: Readonly<Record<string, (told: Told) => object>> = {
  'json-lines': (told) => {
    const { time, header, claims, ip, agent, path } = partsOf(told);
    return {
      ts: time,
      target: 'orders',
      route: path,
      method: 'GET',
      status: 200,
      decision: 'accept',
      ...header,
      ...claims,
      ip,
      user_agent: agent,
      ...(told.hash === undefined ? {} : { token_hash: told.hash }),
    };
  },
  envoy: (told) => {
    const parts = partsOf(told);
    return envoyLine(parts, { jwt_payload: parts.claims, jwt_header: parts.header });
  },
  istio: (told) => {
    const parts = partsOf(told);
    return { ...envoyLine(parts, { [ISSUER]: parts.claims }), upstream_cluster: 'inbound|8080||' };
  },
  nginx: (told) => {
    const { time, header, claims, ip, agent, path } = partsOf(told);
    const named = (kind: string, members: object): object =>
      Object.fromEntries(Object.entries(members).map(([name, value]) => [`jwt_${kind}_${name}`, String(value)]));
    return {
      time_iso8601: time,
      host: 'orders',
      request_method: 'GET',
      request_uri: path,
      status: '200',
      remote_addr: ip,
      http_user_agent: agent,
      ...named('header', header),
      ...named('claim', claims),
    };
  },
  haproxy: (told) => {
    const { ms, header, claims, ip, agent, path } = partsOf(told);
    return {
      accept_date: ms,
      client_ip: ip,
      host: 'orders',
      method: 'GET',
      path,
      status_code: 200,
      termination_state: '--',
      user_agent: agent,
      jwt_header: JSON.stringify(header),
      jwt_payload: JSON.stringify(claims),
    };
  },
};

export interface LogText {
  readonly file: string;
  readonly text: string;
  readonly format?: LogFormat;
}

export function logOf(format: string, told: readonly Told[], file = `${format}.log`): LogText {
  const write = WRITERS[format];
  if (write === undefined) throw new Error(`there is no writer of ${format}`);
  return { file, text: `${told.map((each) => JSON.stringify(write(each))).join('\n')}\n` };
}

export type Rules = Partial<Omit<ScopeOptions, 'incident'>>;

/** Both passes over the logs, as the command makes them. */
export function scopeOf(incident: Incident, logs: readonly LogText[], rules: Rules = {}): ScopeResult {
  const scope = createScope({
    incident,
    manySubjects: 10,
    impossibleWithin: millis(60_000),
    maxLifetime: null,
    issued: null,
    maxUses: 10_000,
    ...rules,
  });
  const readings: LogReading[] = [];
  for (const { file, text, format = null } of logs) {
    const reader = firstReader(scope, { file, format, isGuessed: format === null });
    reader.push(Buffer.from(text));
    readings.push(reader.end());
  }
  for (const [at, { file, text, format = null }] of logs.entries()) {
    if (!scope.asksAgain(file)) continue;
    const known = format ?? LOG_FORMATS.find(({ id }) => id === readings[at]?.format) ?? null;
    const reader = secondReader(scope, incident, { file, format: known, isGuessed: format === null });
    reader.push(Buffer.from(text));
    reader.end();
  }
  const findings: ScopeFindings = scope.result(naturesOf(readings));
  const { name, since } = incident;
  return { ...findings, logs: readings, problems: [], incident: { name, leaked: showLeaked(incident.leaked), since } };
}

/** `file:line` of every use that is listed. */
export function placesOf({ uses }: ScopeFindings): readonly string[] {
  return uses.map(({ file, line }) => `${file}:${line}`).sort();
}
