import type { RevocationTarget } from './target.ts';
import { commented, headerLines } from './target.ts';

/** Claims and header parameters that the lines read, with the variable each is kept in. */
const READ: readonly (readonly [string, string, string])[] = [
  ['kid', 'jwt_header_query', '$.kid'],
  ['jti', 'jwt_payload_query', '$.jti'],
  ['sid', 'jwt_payload_query', '$.sid'],
  ['sub', 'jwt_payload_query', '$.sub'],
  ['client_id', 'jwt_payload_query', '$.client_id'],
  ['azp', 'jwt_payload_query', '$.azp'],
];

/** The key of the map that each of them is looked up by. */
const KEYED: readonly (readonly [string, string])[] = READ.map(([name]) => [name, name === 'azp' ? 'client_id' : name]);

const CUT_OFFS: readonly (readonly [string, string])[] = [
  ['sub', 'sub'],
  ['client_id', 'client_id'],
  ['azp', 'client_id'],
];

/**
 * Lines that are the same whatever is revoked; the map of `haproxy-map` holds the entries. A request whose token these lines
 * cannot read, but a verifier behind them perhaps can, is refused: whoever holds a leaked key writes the header.
 */
export const haproxyTarget: RevocationTarget = {
  id: 'haproxy',
  title: 'http-request lines for a frontend or backend',
  reads: 'HAProxy 2.5 or newer; put them before the line that chooses a backend',
  cannot: 'It looks at the Authorization header only, and verifies no signature: a verifier must stand behind it.',
  render: (list, { mapFile }) => ({
    text: commented('#', headerLines('haproxy', { ...list, entries: [] }).slice(0, 1)) + linesFor(mapFile),
    unsupported: [],
  }),
};

function linesFor(map: string): string {
  const lines = [
    'http-request deny deny_status 401 if { req.fhdr_cnt(authorization) gt 1 }',
    'http-request set-var(txn.firebreak_authorization) req.fhdr(authorization)',
    'acl firebreak_no_token var(txn.firebreak_authorization) -m reg -i ^[[:space:]]*(basic|digest|negotiate|ntlm)[[:space:]]',
    // Without its scheme, whatever that is: Bearer, DPoP, or none for readers that ask for none.
    "http-request set-var(txn.firebreak_token) var(txn.firebreak_authorization),regsub('^[[:space:]]*[^[:space:]]+[[:space:]]+','') if !firebreak_no_token",
    // What is no token (RFC 6750 section 2.1) may be one and more to a reader that takes the second word.
    'acl firebreak_b64token var(txn.firebreak_token) -m reg ^[A-Za-z0-9._~+/-]+=*$',
    'http-request deny deny_status 401 if { var(txn.firebreak_token) -m found } !firebreak_b64token',
    'http-request set-var(txn.firebreak_header) var(txn.firebreak_token),word(1,.),ub64dec',
    'acl firebreak_parts var(txn.firebreak_token) -m reg [.].*[.]',
    'acl firebreak_jwt var(txn.firebreak_token) -m reg ^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]*$',
    'acl firebreak_jwe var(txn.firebreak_token) -m reg ^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]*[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$',
    `acl firebreak_enc var(txn.firebreak_header) -m sub '"enc"'`,
    'http-request deny deny_status 401 if firebreak_parts !firebreak_jwt !firebreak_jwe',
    'http-request deny deny_status 401 if firebreak_jwe !firebreak_enc',
    // Every signed token has an alg (RFC 7515 section 4.1.1).
    "http-request deny deny_status 401 if firebreak_jwt !{ var(txn.firebreak_token),jwt_header_query('$.alg') -m found }",
    // Two kids mean one key to HAProxy and another to the next parser; HAProxy does not decode names either.
    `http-request deny deny_status 401 if firebreak_jwt { var(txn.firebreak_header) -m reg '"kid"[^"]*("[^"]*)*"kid"' }`,
    "http-request deny deny_status 401 if firebreak_jwt { var(txn.firebreak_header) -m sub '\\u' }",
    'http-request set-var(txn.firebreak_none) str()',
    `http-request set-var(txn.firebreak_iss) ${claim('jwt_payload_query', '$.iss')},base64 if firebreak_jwt`,
    ...READ.map(
      ([name, query, path]) =>
        `http-request set-var(txn.firebreak_${name}) ${claim(query, path)},base64 if firebreak_jwt`,
    ),
    'http-request set-var(txn.firebreak_iat) int(0)',
    "http-request set-var(txn.firebreak_iat) var(txn.firebreak_token),jwt_payload_query('$.iat','int') if firebreak_jwt",
    ...SCOPES.flatMap((scope) => [
      ...KEYED.map(([name, key]) => deny(`${scope},${part(`/${key}/`, name)},map_str(${map}) -m found`)),
      `http-request deny deny_status 401 if firebreak_jwt !{ var(txn.firebreak_kid) -m found } { ${scope},${part('/kid-required')},map_str(${map}) -m found }`,
      ...[part('/before/all'), ...CUT_OFFS.map(([name, key]) => part(`/before/${key}/`, name))].flatMap((key) => [
        `http-request set-var(txn.firebreak_before) ${scope},${key},map_str_int(${map},0) if firebreak_jwt`,
        deny('var(txn.firebreak_iat),sub(txn.firebreak_before) -m int lt 0'),
      ]),
    ]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What is about every issuer, and what is about that of the token. */
const SCOPES: readonly string[] = ['str(*)', 'var(txn.firebreak_iss)'];

function claim(query: string, path: string): string {
  return `var(txn.firebreak_token),${query}('${path}')`;
}

function part(text: string, variable = 'none'): string {
  return `concat(${text},txn.firebreak_${variable})`;
}

function deny(condition: string): string {
  return `http-request deny deny_status 401 if firebreak_jwt { ${condition} }`;
}
