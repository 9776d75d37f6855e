import type { JsonWebKey } from 'node:crypto';
import { createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import type { LabDescription } from '../../src/model/lab.ts';
import type { Clock, Http, HttpExchange, HttpRequest } from '../../src/model/ports.ts';
import { HttpFailure } from '../../src/model/ports.ts';

const ISSUER = 'https://issuer.firebreak.test';
const ISSUER_URL = 'http://127.0.0.1:1';
const ADMIN_URL = 'http://127.0.0.1:2';

/** Each way of a request takes this long, in milliseconds. */
const LATENCY_MS = 2;

/** A request that is lost breaks its connection after this, in milliseconds, if its timeout is not shorter. */
const LONGEST_SILENCE_MS = 3000;

/** How far behind the verifiers' copies of the denylist are, in milliseconds. */
const DENYLIST_LAG_MS = 700;

/** How a simulated verifier remembers keys. */
export interface CacheModel {
  readonly scope: 'set' | 'key' | 'none';
  /** Life of a cached set or key, in milliseconds. */
  readonly ttl: number;
  /** An unknown kid makes it fetch the set anew, but not more often than this, in milliseconds. */
  readonly cooldown: number;
}

export const CACHES: Readonly<Record<string, CacheModel>> = {
  jose: { scope: 'set', ttl: 5000, cooldown: 1000 },
  'jwks-rsa': { scope: 'key', ttl: 5000, cooldown: 0 },
  'express-jwt': { scope: 'key', ttl: 4000, cooldown: 0 },
  'passport-jwt': { scope: 'key', ttl: 3000, cooldown: 0 },
  'oauth2-jwt-bearer': { scope: 'set', ttl: 5000, cooldown: 1000 },
  'get-jwks': { scope: 'key', ttl: Infinity, cooldown: 0 },
  'fast-jwt': { scope: 'key', ttl: 4000, cooldown: 0 },
  'aws-jwt-verify': { scope: 'set', ttl: Infinity, cooldown: 0 },
  hono: { scope: 'none', ttl: 0, cooldown: 0 },
};

export const DESCRIPTION: LabDescription = {
  pid: 4711,
  startedAt: 'boot',
  inventory: 'lab',
  issuer: { issuer: ISSUER, url: ISSUER_URL },
  admin: { url: ADMIN_URL, secret: 'the secret of the admin interface' },
  verifiers: Object.keys(CACHES).map((name, index) => ({
    name,
    library: name,
    version: '1',
    url: `http://127.0.0.1:${100 + index}`,
    pid: 5000 + index,
  })),
};

type Outcome = 'pass' | 'lose-request' | 'lose-answer' | 'never';

/** What a test may do to the world. */
export interface Meddling {
  /** Asked for every request before it arrives. */
  readonly onRequest?: (request: HttpRequest, count: number) => Outcome;
  /** Replaces the answer of a verifier; null leaves it. */
  readonly onVerifier?: (name: string, token: string, kid: string) => Partial<HttpExchange> | null;
  /** Headers that a verifier adds to every answer. */
  readonly headersOf?: (name: string) => Readonly<Record<string, string>>;
}

interface Verifier {
  readonly model: CacheModel;
  /** By kid; the time is when it was fetched. */
  readonly keys: Map<string, { readonly jwk: JsonWebKey; readonly at: number }>;
  fetchedAt: number;
}

/** An issuer and nine verifiers in memory, with real keys and signatures. It outlives the process that drills it. */
export class World {
  readonly keys = new Map<string, JsonWebKey>();
  readonly denied = new Map<string, number>();
  readonly grants = new Map<string, { current: string; dead: boolean }>();
  /** Mutations that arrived, as `METHOD /path`. */
  readonly mutations: string[] = [];
  /** Of the key set, as the issuer tells them. */
  readonly fetches: { readonly by: string; readonly at: number }[] = [];
  /** Told of every fetch. */
  onFetch: (by: string) => void = () => undefined;
  meddling: Meddling = {};
  requests = 0;
  readonly #verifiers = new Map<string, Verifier>();
  /** What the wall clock of the issuer shows. */
  #wall = (): number => 0;
  readonly #own = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor() {
    this.keys.set('own', { ...this.#own.publicKey.export({ format: 'jwk' }), kid: 'own' });
    for (const [name, model] of Object.entries(CACHES))
      this.#verifiers.set(name, { model, keys: new Map(), fetchedAt: -Infinity });
  }

  /** Everything of drills that somebody would still trust or honour. */
  leftBehind(): readonly string[] {
    return [
      ...[...this.keys.keys()].filter((kid) => kid.startsWith('fbcanary')).map((kid) => `published ${kid}`),
      ...[...this.denied.keys()].map((entry) => `denied ${entry}`),
      ...[...this.grants.keys()].map((subject) => `grant of ${subject}`),
      ...[...this.#verifiers].flatMap(([name, { keys }]) =>
        [...keys.keys()].filter((kid) => kid.startsWith('fbcanary')).map((kid) => `${name} remembers ${kid}`),
      ),
    ];
  }

  /** The way to this world for one process, on its clock. */
  http(clock: Clock): Http {
    this.#wall = clock.wall;
    return {
      send: async (request) => {
        this.requests += 1;
        const sent = clock.monotonic();
        const outcome = this.meddling.onRequest?.(request, this.requests) ?? 'pass';
        if (outcome === 'never') return new Promise(() => undefined);
        await clock.sleepUntil(sent + LATENCY_MS);
        if (request.signal?.aborted === true) throw new HttpFailure('aborted', 'aborted', sent);
        const answer = outcome === 'lose-request' ? null : this.receive(request, clock.monotonic());
        if (answer === null || outcome === 'lose-answer') {
          await clock.sleepUntil(sent + Math.min(request.timeoutMs, LONGEST_SILENCE_MS));
          throw new HttpFailure('timeout', 'no complete answer', sent);
        }
        await clock.sleepUntil(clock.monotonic() + LATENCY_MS);
        return { status: 200, headers: {}, body: '', ...answer, sent, received: clock.monotonic() };
      },
    };
  }

  /** What arrives is acted on, whether or not anybody waits for the answer. */
  receive(request: HttpRequest, now: number): Partial<HttpExchange> {
    const { origin, pathname } = new URL(request.url);
    if (origin === ADMIN_URL) return this.#admin(request, pathname.split('/').slice(1).map(decodeURIComponent), now);
    if (origin === ISSUER_URL) return this.#issue(new URLSearchParams(request.body ?? ''));
    const name = DESCRIPTION.verifiers.find(({ url }) => url === origin)?.name ?? '';
    const answer = this.#answer(name, request.headers?.['authorization']?.slice('Bearer '.length) ?? '', now);
    return { ...answer, headers: { ...answer.headers, ...this.meddling.headersOf?.(name) } };
  }

  #admin(
    { method, body }: HttpRequest,
    [resource = '', id = '', action = '']: string[],
    now: number,
  ): Partial<HttpExchange> {
    if (method !== 'GET') this.mutations.push(`${method} /${resource}/${id}`);
    const given = JSON.parse(body ?? '{}') as Record<string, unknown>;
    switch (`${method} ${resource}`) {
      case 'GET health':
        return json({ verifiers: DESCRIPTION.verifiers });
      case 'GET clients':
        return json({ clients: ['drill-a', 'drill-b'].map((client) => ({ client_id: client, client_secret: 's' })) });
      case 'GET fetches':
        return json({ fetches: this.fetches });
      case 'GET keys':
        return json({ kids: [...this.keys.keys()] });
      case 'POST keys': {
        const jwk = given['jwk'] as JsonWebKey & { kid: string };
        this.keys.set(jwk.kid, jwk);
        return { status: 204 };
      }
      case 'DELETE keys':
        return { status: this.keys.delete(id) ? 204 : 404 };
      case 'POST denylist':
        this.denied.set(`${String(given['type'])} ${String(given['value'])}`, now);
        return { status: 204 };
      case 'DELETE denylist':
        return { status: this.denied.delete(`${id} ${action}`) ? 204 : 404 };
      case 'GET denylist':
        return json({
          entries: [...this.denied.keys()].map((entry) => ({ type: entry.split(' ')[0], value: entry.split(' ')[1] })),
        });
      case 'POST login': {
        const subject = String(given['sub']);
        this.grants.set(subject, { current: `${subject}#0`, dead: false });
        return json({ access_token: this.#token({ sub: subject, sid: subject }), refresh_token: `${subject}#0` });
      }
      case 'DELETE grants':
        this.grants.delete(id);
        return { status: 204 };
      case 'GET grants':
        return json({ count: this.grants.has(id) ? 1 : 0 });
      case 'POST verifiers': {
        const verifier = this.#verifiers.get(id);
        verifier?.keys.clear();
        if (verifier !== undefined) verifier.fetchedAt = -Infinity;
        return { status: 204 };
      }
      default:
        return { status: 404 };
    }
  }

  #issue(form: URLSearchParams): Partial<HttpExchange> {
    if (form.get('grant_type') === 'client_credentials') return json({ access_token: this.#token({ sub: 'client' }) });
    const token = form.get('refresh_token') ?? '';
    const [subject = '', turn = '0'] = token.split('#');
    const grant = this.grants.get(subject);
    if (grant === undefined || grant.dead || grant.current !== token) {
      if (grant !== undefined) grant.dead = true;
      return { ...json({ error: 'invalid_grant' }), status: 400 };
    }
    grant.current = `${subject}#${Number(turn) + 1}`;
    return json({ access_token: this.#token({ sub: subject, sid: subject }), refresh_token: grant.current });
  }

  #token(claims: Readonly<Record<string, string>>): string {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'ES256', kid: 'own', typ: 'JWT' })}.${part({ iss: ISSUER, jti: randomUUID(), ...claims })}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.#own.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  #answer(name: string, token: string, now: number): Partial<HttpExchange> {
    const [header = '', payload = '', signature = ''] = token.split('.');
    if (token === '') return REFUSED;
    const kid = kidOf(header);
    if (kid === null) return REFUSED;
    const replaced = this.meddling.onVerifier?.(name, token, kid) ?? null;
    if (replaced !== null) return replaced;
    const jwk = this.#keyOf(name, kid, now);
    if (jwk === null) return REFUSED;
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const holds = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, string>;
    const denied = ['jti', 'sid'].some(
      (type) => now - (this.denied.get(`${type} ${claims[type] ?? ''}`) ?? Infinity) >= DENYLIST_LAG_MS,
    );
    return holds && !denied ? json({}) : REFUSED;
  }

  #noteFetch(by: string): void {
    this.fetches.push({ by, at: this.#wall() });
    this.onFetch(by);
  }

  #keyOf(name: string, kid: string, now: number): JsonWebKey | null {
    const verifier = this.#verifiers.get(name);
    if (verifier === undefined) return null;
    const { model, keys } = verifier;
    if (model.scope === 'none') {
      this.#noteFetch(name);
      return this.keys.get(kid) ?? null;
    }
    if (model.scope === 'key') {
      const held = keys.get(kid);
      if (held !== undefined && now - held.at < model.ttl) return held.jwk;
      this.#noteFetch(name);
      const jwk = this.keys.get(kid) ?? null;
      keys.delete(kid);
      if (jwk !== null) keys.set(kid, { jwk, at: now });
      return jwk;
    }
    const age = now - verifier.fetchedAt;
    if (age >= model.ttl || (!keys.has(kid) && age >= model.cooldown)) {
      this.#noteFetch(name);
      keys.clear();
      for (const [published, jwk] of this.keys) keys.set(published, { jwk, at: now });
      verifier.fetchedAt = now;
    }
    return keys.get(kid)?.jwk ?? null;
  }
}

/** Null for a header that is no JSON. */
function kidOf(header: string): string | null {
  try {
    return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { readonly kid?: string }).kid ?? '';
  } catch {
    return null;
  }
}

const REFUSED: Partial<HttpExchange> = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
};

function json(body: unknown): Partial<HttpExchange> {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
