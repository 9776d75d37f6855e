/**
 * Access logs of a service with thousands of users and one attacker, and the log of its issuer. Same options, same bytes.
 * Who sent a line is known to the maker and is in none of the lines.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface TrafficOptions {
  readonly folder: string;
  readonly users: number;
  /** Requests of the users; those of the attacker come on top. */
  readonly requests: number;
  readonly attackerRequests: number;
  readonly issuer: string;
  /** Keys in turn; the first one leaks. */
  readonly kids: readonly [string, string];
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly leak: number;
  readonly end: number;
}

export interface Traffic {
  readonly accessLog: string;
  readonly issuerLog: string;
  readonly lines: number;
  /** Numbers of the lines that the attacker sent. */
  readonly attacker: ReadonlySet<number>;
}

const LIFETIME_S = 600;

/** xorshift32, from 0 to 1. */
export function stream(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

const PROGRAMS = ['shop/4.1 (iOS)', 'shop/4.1 (Android)', 'Mozilla/5.0 (X11; Linux x86_64)', 'shop-cli/2.0'];
const ROUTES = ['/v1/orders', '/v1/cart', '/v1/profile', '/v1/search', '/v1/addresses'];

/** Writes texts in large pieces and counts lines. */
export interface LineWriter {
  readonly line: (line: object) => number;
  readonly close: () => void;
}

export function lineWriter(path: string): LineWriter {
  const file = openSync(path, 'w');
  let pieces: string[] = [];
  let lines = 0;
  const flush = (): void => {
    writeSync(file, pieces.join(''));
    pieces = [];
  };
  return {
    line: (line) => {
      pieces.push(`${JSON.stringify(line)}\n`);
      lines += 1;
      if (pieces.length >= 5000) flush();
      return lines;
    },
    close: () => {
      flush();
      closeSync(file);
    },
  };
}

export interface Device {
  readonly user: string;
  session: string;
  readonly client: string;
  readonly program: string;
  ip: string;
  kid: string;
  jti: string;
  issued: number;
}

/** Everybody has one device, in a network that some neighbours share. */
export function devicesOf(users: number, random: () => number, kids: readonly [string, string]): Device[] {
  return Array.from({ length: users }, (_, index) => ({
    user: `user-${index}`,
    session: `sid-${index}`,
    client: index % 5 === 0 ? 'cli' : 'web',
    program: PROGRAMS[Math.floor(random() * PROGRAMS.length)] ?? '',
    ip: `10.${Math.floor(index / 200) % 250}.${index % 200}.${1 + Math.floor(random() * 250)}`,
    kid: kids[index % 2] ?? kids[0],
    jti: '',
    issued: 0,
  }));
}

/** One request as the verifier logs it. */
export function requestLine(
  at: number,
  { issuer }: Pick<TrafficOptions, 'issuer'>,
  use: Omit<Device, 'client' | 'issued'> & {
    readonly client: string;
    readonly issued: number;
    readonly lifetime: number;
    readonly route: string;
  },
): object {
  return {
    ts: new Date(at).toISOString(),
    target: 'orders',
    route: use.route,
    method: 'GET',
    status: 200,
    decision: 'accept',
    alg: 'ES256',
    kid: use.kid,
    iss: issuer,
    aud: ['orders'],
    iat: use.issued,
    exp: use.issued + use.lifetime,
    jti: use.jti,
    sid: use.session,
    sub: use.user,
    client_id: use.client,
    ip: use.ip,
    user_agent: use.program,
  };
}

/** Gives the device a fresh token when it needs one, as the issuer logs it. */
export function renew(
  device: Device,
  at: number,
  issuerLog: LineWriter,
  { issuer }: Pick<TrafficOptions, 'issuer'>,
): void {
  const second = Math.floor(at / 1000);
  if (device.jti !== '' && second < device.issued + LIFETIME_S) return;
  device.issued = second;
  device.jti = `t-${device.user}-${second.toString(36)}`;
  const { user, client, session, kid, jti } = device;
  issuerLog.line({
    ts: new Date(at).toISOString(),
    iss: issuer,
    kid,
    jti,
    iat: second,
    sub: user,
    sid: session,
    client_id: client,
  });
}

/** Moves a device into another network now and then: a phone that leaves the house is no attacker. */
export function wander(device: Device, random: () => number): void {
  if (random() < 0.0005)
    device.ip = `10.${Math.floor(random() * 25)}.${Math.floor(random() * 200)}.${1 + Math.floor(random() * 250)}`;
}

/** Somebody with the leaked key: tokens of a day for whomever they like, each from the next of some hundred addresses. */
export function forgedTraffic(options: TrafficOptions): Traffic {
  const { folder, users, requests, attackerRequests, kids, start, leak, end } = options;
  const random = stream(20_261_130);
  const devices = devicesOf(users, random, kids);
  const [accessLog, issuerLog] = [join(folder, 'access.jsonl'), join(folder, 'issuer.jsonl')];
  const [access, issued] = [lineWriter(accessLog), lineWriter(issuerLog)];
  const attacker = new Set<number>();
  let forged = 0;
  const forge = (at: number): void => {
    const victim = devices[Math.floor(random() * devices.length)];
    const second = Math.floor(at / 1000) - Math.floor(random() * 60);
    // Every third one looks like the app, so that the program alone gives nobody away.
    const program = forged % 3 === 0 ? (PROGRAMS[0] ?? '') : 'python-requests/2.32';
    const line = requestLine(at, options, {
      user: victim?.user ?? '',
      session: `sid-${Math.floor(random() * 1e9).toString(36)}`,
      client: 'web',
      program,
      ip: `198.51.${100 + (forged % 8)}.${1 + (forged % 97)}`,
      kid: kids[0],
      jti: `t-${victim?.user ?? ''}-${(second + 1).toString(36)}f`,
      issued: second,
      lifetime: forged % 4 === 0 ? LIFETIME_S : 86_400,
      route: forged % 2 === 0 ? '/v1/admin/export' : (ROUTES[forged % ROUTES.length] ?? ''),
    });
    attacker.add(access.line(line));
    forged += 1;
  };
  for (let at = 0; at < requests; at += 1) {
    const time = start + Math.floor((at * (end - start)) / requests);
    const due = time < leak ? 0 : Math.ceil((attackerRequests * (time - leak)) / (end - leak));
    while (forged < Math.min(due, attackerRequests)) forge(time);
    const device = devices[Math.floor(random() * devices.length)];
    if (device === undefined) continue;
    wander(device, random);
    renew(device, time, issued, options);
    const route = ROUTES[Math.floor(random() * ROUTES.length)] ?? '';
    access.line(requestLine(time, options, { ...device, lifetime: LIFETIME_S, route }));
  }
  access.close();
  issued.close();
  return { accessLog, issuerLog, lines: requests + forged, attacker };
}

export interface StolenSession extends Traffic {
  /** The token endpoint: which refresh token was shown, by its hash. */
  readonly tokenLog: string;
  /** Numbers of its lines that the thief sent. */
  readonly thief: ReadonlySet<number>;
}

/** SHA-256 of a refresh token of a device, as the token endpoint logs it; made by the caller, who knows the leaked one. */
export type RefreshHash = (user: string, generation: number, stolenGeneration: number | null) => string;

/**
 * A refresh token of one user is stolen. The thief shows it first and uses the session from elsewhere, generation after
 * generation; its owner is refused from then on, and logs in again.
 */
export function stolenSession(
  options: TrafficOptions & {
    readonly hash: RefreshHash;
    readonly victim: number;
    /** The session of the victim that is stolen. */
    readonly session: string;
  },
): StolenSession {
  const { folder, users, requests, attackerRequests, kids, start, leak, end, hash, victim, issuer } = options;
  const random = stream(20_261_201);
  const devices = devicesOf(users, random, kids);
  const generations = new Map<string, number>();
  const [accessLog, issuerLog, tokenLog] = ['access.jsonl', 'issuer.jsonl', 'token.jsonl'].map((name) =>
    join(folder, name),
  );
  const [access, issued, tokens] = [accessLog, issuerLog, tokenLog].map((path) => lineWriter(path ?? '')) as [
    LineWriter,
    LineWriter,
    LineWriter,
  ];
  const [attacker, thief] = [new Set<number>(), new Set<number>()];
  const stolen = devices[victim];
  if (stolen === undefined) throw new Error('there is no such user');
  stolen.session = options.session;
  const mine: Device = { ...stolen, program: 'python-requests/2.32', ip: '203.0.113.66', jti: '' };
  let stolenFrom: number | null = null;
  let used = 0;

  const refresh = (device: Device, at: number, generation: number, decision: 'accept' | 'reject'): number =>
    tokens.line({
      ts: new Date(at).toISOString(),
      target: 'issuer',
      route: '/token',
      method: 'POST',
      status: decision === 'accept' ? 200 : 400,
      decision,
      iss: issuer,
      token_hash: hash(device.user, generation, device.session === stolen.session ? stolenFrom : null),
      ...(decision === 'accept' ? { sid: device.session, sub: device.user } : {}),
      client_id: device.client,
      ip: device.ip,
      user_agent: device.program,
    });

  const useStolen = (at: number): void => {
    if (mine.jti === '' || Math.floor(at / 1000) >= mine.issued + LIFETIME_S) {
      const generation = (stolenFrom ?? 0) + Math.floor((at - leak) / (LIFETIME_S * 1000));
      thief.add(refresh(mine, at, generation, 'accept'));
      mine.jti = '';
      renew(mine, at, issued, options);
    }
    attacker.add(access.line(requestLine(at, options, { ...mine, lifetime: LIFETIME_S, route: '/v1/profile' })));
    used += 1;
  };

  for (let at = 0; at < requests; at += 1) {
    const time = start + Math.floor((at * (end - start)) / requests);
    if (time >= leak) {
      stolenFrom ??= generations.get(stolen.user) ?? 0;
      const due = Math.min(attackerRequests, Math.ceil((attackerRequests * (time - leak)) / (end - leak)));
      for (let missing = due - used; missing > 0; missing -= 1) useStolen(time);
    }
    const device = devices[Math.floor(random() * devices.length)];
    if (device === undefined) continue;
    wander(device, random);
    const generation = generations.get(device.user) ?? 0;
    if (device.jti === '' || Math.floor(time / 1000) >= device.issued + LIFETIME_S) {
      if (device === stolen && used > 0 && device.session === mine.session) {
        // The token was shown before, by the thief: the owner is refused and logs in again.
        refresh(device, time, stolenFrom ?? 0, 'reject');
        device.session = `${device.session}-again`;
      } else {
        refresh(device, time, generation, 'accept');
      }
      generations.set(device.user, generation + 1);
      renew(device, time, issued, options);
    }
    const route = ROUTES[Math.floor(random() * ROUTES.length)] ?? '';
    access.line(requestLine(time, options, { ...device, lifetime: LIFETIME_S, route }));
  }
  for (const log of [access, issued, tokens]) log.close();
  return {
    accessLog: accessLog ?? '',
    issuerLog: issuerLog ?? '',
    tokenLog: tokenLog ?? '',
    lines: requests + used,
    attacker,
    thief,
  };
}
