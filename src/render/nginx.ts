import type { LiveEntry } from './live-entries.ts';
import type { RevocationTarget } from './target.ts';
import { commented, headerLines } from './target.ts';

/** What the module holds: keys are JSON arrays `[iss, what, value]`, which no name of an object's prototype can be. */
interface Held {
  /** Key to the end of the entry. */
  readonly refused: Readonly<Record<string, number>>;
  /** Key to the cut-off and the end of the entry. */
  readonly before: Readonly<Record<string, readonly [number, number]>>;
  /** Issuers of which a token must name its key, to the end of the entry. */
  readonly kidRequired: Readonly<Record<string, number>>;
}

/**
 * A module for njs, because nginx itself cannot read a JWT: `$jwt_claim_*` is only in NGINX Plus. A token that the module
 * cannot read, but a verifier behind it perhaps can, is refused.
 */
export const nginxTarget: RevocationTarget = {
  id: 'nginx',
  title: 'an njs module',
  reads:
    'nginx with ngx_http_js_module 0.7 or newer (Debian: libnginx-mod-http-js), from the file that js_import names',
  cannot: 'It looks at the Authorization header only, and verifies no signature: a verifier must stand behind it.',
  render: (list) => ({
    text: `${commented('//', [...headerLines('nginx', list), ...USE])}\nconst HELD = ${scriptJson(heldOf(list.entries))};\n${READER}`,
    unsupported: [],
  }),
};

const USE: readonly string[] = [
  '',
  'In http:      js_import firebreak from firebreak.js;',
  '              js_set $firebreak_revoked firebreak.revoked;',
  'In location:  if ($firebreak_revoked) { return 401; }',
];

function heldOf(entries: readonly LiveEntry[]): Held {
  const refused: Record<string, number> = {};
  const before: Record<string, readonly [number, number]> = {};
  const kidRequired: Record<string, number> = {};
  for (const { iss, by, value, issuedBefore, expires } of entries) {
    const key = JSON.stringify([iss, by, value]);
    if (issuedBefore === null) refused[key] = expires;
    else before[key] = [issuedBefore, expires];
    const issuer = JSON.stringify([iss]);
    if (by === 'kid') kidRequired[issuer] = Math.max(expires, kidRequired[issuer] ?? 0);
  }
  return { refused, before, kidRequired };
}

/** JSON as a script may hold it: before ECMAScript 2019 these two ended a line, and with it the text. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

const READER = `
function has(object, key) {
  return Object.prototype.hasOwnProperty.call(object, key);
}

/** What a token says; null for what is no signed JWT, a string for one that cannot be read. */
function read(token) {
  const parts = token.split('.');
  if (parts.length < 3) return null;
  try {
    if (!/^[A-Za-z0-9_-]+$/.test(parts[0]) || !/^[A-Za-z0-9_-]*$/.test(parts[1])) return 'unreadable';
    if (parts.length === 5 && 'enc' in JSON.parse(Buffer.from(parts[0], 'base64url').toString())) return null;
    if (parts.length !== 3) return 'unreadable';
    const header = JSON.parse(Buffer.from(parts[0], 'base64url').toString());
    const claims = JSON.parse(Buffer.from(parts[1], 'base64url').toString());
    if (header === null || typeof header !== 'object' || claims === null || typeof claims !== 'object') return 'unreadable';
    // Parsers disagree about a name that stands there twice.
    const names = Buffer.from(parts[0], 'base64url').toString().match(/"(?:k|\\\\u006b)(?:i|\\\\u0069)(?:d|\\\\u0064)"\\s*:/gi);
    return names !== null && names.length > 1 ? 'unreadable' : { header: header, claims: claims };
  } catch (e) {
    return 'unreadable';
  }
}

function isRefused(token, now) {
  const said = read(token);
  if (said === null) return false;
  if (said === 'unreadable') return true;
  const claims = said.claims;
  const names = [
    ['kid', said.header.kid],
    ['jti', claims.jti],
    ['sid', claims.sid],
    ['sub', claims.sub],
    ['client_id', claims.client_id],
    ['client_id', claims.azp],
    [null, null],
  ];
  const issuers = [null, claims.iss];
  for (let i = 0; i < issuers.length; i++) {
    if (issuers[i] === undefined) continue;
    const issuer = JSON.stringify([issuers[i]]);
    if (has(HELD.kidRequired, issuer) && HELD.kidRequired[issuer] > now && typeof said.header.kid !== 'string') return true;
    for (let n = 0; n < names.length; n++) {
      if (names[n][1] === undefined) continue;
      const key = JSON.stringify([issuers[i], names[n][0], names[n][1]]);
      if (has(HELD.refused, key) && HELD.refused[key] > now) return true;
      if (!has(HELD.before, key) || HELD.before[key][1] <= now) continue;
      if (typeof claims.iat !== 'number' || claims.iat < HELD.before[key][0]) return true;
    }
  }
  return false;
}

/** '1' for a request whose token is refused, '' for every other. */
function revoked(r) {
  const headers = r.rawHeadersIn.filter((header) => header[0].toLowerCase() === 'authorization');
  if (headers.length > 1) return '1';
  if (headers.length === 0) return '';
  const words = headers[0][1].trim().split(/[\\s,]+/);
  if (/^(?:basic|digest|negotiate|ntlm)$/i.test(words[0])) return '';
  // Every word: who reads the token behind may take the second, the last, or one without a scheme.
  const now = Date.now() / 1000;
  return words.some((word) => isRefused(word, now)) ? '1' : '';
}

export default { revoked };
`;
