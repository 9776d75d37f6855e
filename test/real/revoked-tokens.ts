import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWK } from 'jose';

export const NOW = '2026-06-02T00:00:00Z';
/** When everything has ended. */
export const AFTER_ALL = '2127-01-01T00:00:00Z';
export const HERE = 'https://id.example.com';
export const ELSEWHERE = 'https://partners.example.com';

/** Seconds of an instant. */
const at = (text: string): number => Date.parse(text) / 1000;

/** The products look at the real clock, so the entries end long after any run of this test. */
const EXPIRES = '2126-06-03';

/** Texts that mean something to some syntax, all printable ASCII. */
export const HOSTILE = `it's "quoted" \\ $(x) {{y}} #z; , * %0a`;

/** Texts that a map of HAProxy and a pattern of Istio cannot hold. */
export const EXOTIC = 'zwei\nZeilen: ünï\u2028\u007f';

/** Documents that say what is revoked. */
export function revocations({ exotic = false }: { readonly exotic?: boolean } = {}): string {
  const documents = [
    {
      name: 'inc-1',
      spec: {
        issuer: HERE,
        revoke: [
          { kid: 'k-old' },
          { jti: 't-1' },
          { jti: HOSTILE },
          ...(exotic ? [{ jti: EXOTIC }] : []),
          { sid: 's-1' },
          { sub: 'mallory' },
          { sub: 'alice', issued_before: '2026-06-01T12:00:00Z' },
          { client_id: 'app-1' },
        ],
      },
    },
    { name: 'inc-2', spec: { revoke: [{ jti: 't-everywhere' }] } },
    { name: 'inc-3', spec: { issuer: ELSEWHERE, revoke: [{ issued_before: '2026-05-01T00:00:00Z' }] } },
    { name: 'over', spec: { issuer: HERE, revoke: [{ jti: 't-over' }], created: '2026-01-01', expires: '2026-01-02' } },
  ];
  return documents
    .map(({ name, spec }) =>
      JSON.stringify({
        apiVersion: 'firebreak.dev/v1alpha1',
        kind: 'Revocation',
        metadata: { name, owner: '@identity' },
        spec: {
          reason: 'found in a public image by the scanner',
          created: '2026-06-01T12:00:00Z',
          expires: EXPIRES,
          ...spec,
        },
      }),
    )
    .join('\n---\n');
}

interface Keys {
  readonly old: CryptoKey;
  readonly good: CryptoKey;
  readonly partner: CryptoKey;
  readonly jwks: Readonly<Record<'here' | 'elsewhere', { readonly keys: readonly JWK[] }>>;
}

async function makeKeys(): Promise<Keys> {
  const [old, good, partner] = await Promise.all([pair(), pair(), pair()]);
  const jwk = async (key: CryptoKey, kid: string): Promise<JWK> => ({
    ...(await exportJWK(key)),
    kid,
    alg: 'ES256',
    use: 'sig',
  });
  return {
    old: old.privateKey,
    good: good.privateKey,
    partner: partner.privateKey,
    jwks: {
      here: { keys: [await jwk(old.publicKey, 'k-old'), await jwk(good.publicKey, 'k-new')] },
      elsewhere: { keys: [await jwk(partner.publicKey, 'p-1')] },
    },
  };
}

function pair(): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> {
  return generateKeyPair('ES256', { extractable: true });
}

export interface Case {
  readonly name: string;
  readonly headers: readonly string[];
  readonly refused: boolean;
}

export interface Cases {
  readonly jwks: Keys['jwks'];
  /** Requests of which every reader makes the same. */
  readonly cases: readonly Case[];
  /** Requests of somebody who has a revoked key, and hopes that two readers differ. */
  readonly tricks: readonly Case[];
  /** Only for targets that can hold such values. */
  readonly exotic: Case;
  /** Cases that need no verifier behind: no token, and tokens that are no JWTs. */
  readonly withoutJwt: readonly Case[];
}

type Members = Readonly<Record<string, unknown>>;

/** Tokens with real signatures, each with whether it must be refused. */
export async function makeCases(): Promise<Cases> {
  const keys = await makeKeys();
  const claims = {
    iss: HERE,
    aud: 'orders',
    sub: 'bob',
    jti: 't-0',
    sid: 's-0',
    client_id: 'app-0',
    iat: at('2026-06-01T18:00:00Z'),
    exp: at('2126-01-01T00:00:00Z'),
  };
  const sign = async (header: Members, payload: Members, key: CryptoKey = keys.good): Promise<string> =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'ES256', ...header })
      .sign(key);
  const bearer = (token: string): readonly string[] => ['Authorization', `Bearer ${token}`];
  const here = async (more: Members): Promise<readonly string[]> =>
    bearer(await sign({ kid: 'k-new' }, { ...claims, ...more }));
  const there = async (more: Members, header: Members = { kid: 'p-1' }): Promise<readonly string[]> =>
    bearer(await sign(header, { ...claims, iss: ELSEWHERE, ...more }, keys.partner));
  const ordinary = await sign({ kid: 'k-new' }, claims);
  const revoked = await sign({ kid: 'k-old' }, claims, keys.old);
  const encrypted = Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url');
  const forge = (header: string): Promise<readonly string[]> => forged(header, claims, keys.old).then(bearer);

  const cases: readonly Case[] = [
    { name: 'an ordinary token', headers: bearer(ordinary), refused: false },
    { name: 'a revoked kid', headers: bearer(revoked), refused: true },
    { name: 'a revoked jti', headers: await here({ jti: 't-1' }), refused: true },
    { name: 'a revoked jti of another issuer', headers: await there({ jti: 't-1' }), refused: false },
    { name: 'a jti that is revoked everywhere', headers: await there({ jti: 't-everywhere' }), refused: true },
    { name: 'a jti that begins like a revoked one', headers: await here({ jti: 't-11' }), refused: false },
    { name: 'a jti whose revocation has ended', headers: await here({ jti: 't-over' }), refused: false },
    { name: 'a revoked jti full of syntax', headers: await here({ jti: HOSTILE }), refused: true },
    { name: 'a revoked sid', headers: await here({ sid: 's-1' }), refused: true },
    { name: 'a revoked sub', headers: await here({ sub: 'mallory' }), refused: true },
    { name: 'a revoked client_id', headers: await here({ client_id: 'app-1' }), refused: true },
    { name: 'a revoked client_id as azp', headers: await here({ client_id: undefined, azp: 'app-1' }), refused: true },
    {
      name: 'a token from before the cut-off',
      headers: await here({ sub: 'alice', iat: at('2026-06-01T11:59:59Z') }),
      refused: true,
    },
    {
      name: 'a token from the cut-off',
      headers: await here({ sub: 'alice', iat: at('2026-06-01T12:00:00Z') }),
      refused: false,
    },
    {
      name: 'a token of unknown age, with a cut-off',
      headers: await here({ sub: 'alice', iat: undefined }),
      refused: true,
    },
    {
      name: "an old token, with a cut-off for everybody's",
      headers: await there({ iat: at('2026-04-01T00:00:00Z') }),
      refused: true,
    },
    {
      name: 'a token without kid where a kid is revoked',
      headers: bearer(await sign({}, claims, keys.old)),
      refused: true,
    },
    { name: 'a token without kid where none is revoked', headers: await there({}, {}), refused: false },
  ];
  const tricks: readonly Case[] = [
    {
      name: 'a revoked kid in escapes',
      headers: await forge('{"alg":"ES256","\\u006bid":"k-\\u006fld"}'),
      refused: true,
    },
    {
      name: 'two kids, the good one first',
      headers: await forge('{"alg":"ES256","kid":"k-new","kid":"k-old"}'),
      refused: true,
    },
    {
      name: 'two kids, the good one last',
      headers: await forge('{"alg":"ES256","kid":"k-old","kid":"k-new"}'),
      refused: true,
    },
    {
      name: 'two kids on two lines',
      headers: await forge('{"alg":"ES256","kid":"k-new",\r\n"kid":"k-old"}'),
      refused: true,
    },
    {
      name: 'two kids, one in escapes',
      headers: await forge('{"alg":"ES256","kid":"k-new","\\u006bid":"k-old"}'),
      refused: true,
    },
    { name: 'a kid that is no text', headers: await forge('{"alg":"ES256","kid":["k-old"]}'), refused: true },
    { name: 'blanks in the header', headers: await forge('{ "alg" : "ES256" ,\n"kid" : "k-old" }'), refused: true },
    {
      name: 'two Authorization lines, the good one first',
      headers: [...bearer(ordinary), ...bearer(revoked)],
      refused: true,
    },
    {
      name: 'two Authorization lines, the good one last',
      headers: [...bearer(revoked), ...bearer(ordinary)],
      refused: true,
    },
    { name: 'a revoked token after two blanks', headers: ['Authorization', `Bearer  ${revoked}`], refused: true },
    { name: 'a revoked token in lower-case bearer', headers: ['authorization', `bearer ${revoked}`], refused: true },
    { name: 'a revoked token with padding', headers: bearer(revoked.replace('.', '=.')), refused: true },
    { name: 'a revoked token with a word behind it', headers: bearer(`${revoked} x`), refused: true },
    { name: 'a revoked token with a comma behind it', headers: bearer(`${revoked},x.y`), refused: true },
    { name: 'a revoked token with one more part', headers: bearer(`${revoked}.x`), refused: true },
    { name: 'a revoked token with two more parts', headers: bearer(`${revoked}.x.y`), refused: true },
    { name: 'a revoked token under DPoP', headers: ['Authorization', `DPoP ${revoked}`], refused: true },
    { name: 'a revoked token without scheme', headers: ['Authorization', revoked], refused: true },
  ];
  return {
    jwks: keys.jwks,
    cases,
    tricks,
    exotic: { name: 'a revoked jti of two lines', headers: await here({ jti: EXOTIC }), refused: true },
    withoutJwt: [
      { name: 'no token', headers: [], refused: false },
      { name: 'an ordinary token under DPoP', headers: ['Authorization', `DPoP ${ordinary}`], refused: false },
      { name: 'an encrypted token', headers: bearer(`${encrypted}..aXY.Y2lwaGVy.dGFn`), refused: false },
      { name: 'an opaque token', headers: bearer('2YotnFZFEjr1zCsicMWpAA'), refused: false },
      { name: 'a password', headers: ['Authorization', 'Basic YTpi'], refused: false },
    ],
  };
}

/** A header as its forger wrote it, letter by letter, under a real signature. */
async function forged(header: string, claims: Members, key: CryptoKey): Promise<string> {
  const encode = (text: string): string => Buffer.from(text).toString('base64url');
  const input = `${encode(header)}.${encode(JSON.stringify(claims))}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, new TextEncoder().encode(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}
