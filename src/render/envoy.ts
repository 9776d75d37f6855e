import type { LiveEntry } from './live-entries.ts';
import type { RevocationTarget } from './target.ts';
import { commented, headerLines } from './target.ts';
import type { Plain } from './yaml-text.ts';
import { yamlText } from './yaml-text.ts';

/** Where jwt_authn leaves what it verified. */
const NAMESPACE = 'envoy.filters.http.jwt_authn';

/** Names under which the providers must leave payload and header; `firebreak render envoy --policy` writes them. */
export const METADATA = { payload: 'firebreak_payload', header: 'firebreak_header' } as const;

/** NumericDates begin here for a range that has no other begin; no token is older. */
const LONG_AGO = -62_135_596_800;

/** An RBAC filter that stands behind jwt_authn and denies by what that verified. */
export const envoyTarget: RevocationTarget = {
  id: 'envoy',
  title: 'an HTTP filter (RBAC, action DENY)',
  reads: `Envoy (driven with 1.40), in http_filters right after ${NAMESPACE}, whose providers set payload_in_metadata: ${METADATA.payload} and header_in_metadata: ${METADATA.header}`,
  cannot: 'It sees only what jwt_authn verified; a route without jwt_authn has no revocation either.',
  render: (list) => ({
    text:
      commented('#', [
        ...headerLines('envoy', list),
        `Put it right after ${NAMESPACE}. Its providers must set`,
        `  payload_in_metadata: ${METADATA.payload}`,
        `  header_in_metadata: ${METADATA.header}`,
        'Without these two lines nothing is denied: firebreak render envoy --policy NAME writes them.',
      ]) + yamlText([filterOf(list.entries)]),
    unsupported: [],
  }),
};

function filterOf(entries: readonly LiveEntry[]): Plain {
  const principals = entries.map(principalOf);
  const kidless = [...new Set(entries.filter(({ by }) => by === 'kid').map(({ iss }) => iss))].map(withoutKid);
  const all = [...principals, ...kidless];
  return {
    name: 'envoy.filters.http.rbac',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC',
      rules: {
        action: 'DENY',
        policies:
          all.length === 0 ? {} : { 'firebreak-revocations': { permissions: [{ any: true }], principals: all } },
      },
    },
  };
}

function principalOf({ iss, by, value, issuedBefore }: LiveEntry): Plain {
  const parts = [
    ...ofIssuer(iss),
    ...(by === null || value === null ? [] : [named(by, value)]),
    ...(issuedBefore === null ? [] : [issued(issuedBefore)]),
  ];
  return allOf(parts);
}

function named(by: string, value: string): Plain {
  const exact: Plain = { string_match: { exact: value } };
  if (by === 'kid') return metadata([METADATA.header, 'kid'], exact);
  if (by !== 'client_id') return metadata([METADATA.payload, by], exact);
  return anyOf(['client_id', 'azp'].map((claim) => metadata([METADATA.payload, claim], exact)));
}

/** Older than the cut-off, or of unknown age. */
function issued(before: number): Plain {
  const older: Plain = { double_match: { range: { start: LONG_AGO, end: before } } };
  return anyOf([
    metadata([METADATA.payload, 'iat'], older),
    allOf([isToken(), { not_id: metadata([METADATA.payload, 'iat'], ANY_NUMBER) }]),
  ]);
}

const ANY_NUMBER: Plain = { double_match: { range: { start: LONG_AGO, end: 1e15 } } };

/** A token of an issuer whose key leaked must name its key: Envoy tries every key on one that does not. */
function withoutKid(iss: string | null): Plain {
  const kid = metadata([METADATA.header, 'kid'], { present_match: true });
  return allOf([...ofIssuer(iss), isToken(), { not_id: kid }]);
}

/** Every signed token has an alg (RFC 7515 section 4.1.1), so this tells whether there was one. */
function isToken(): Plain {
  return metadata([METADATA.header, 'alg'], { present_match: true });
}

function ofIssuer(iss: string | null): readonly Plain[] {
  return iss === null ? [] : [metadata([METADATA.payload, 'iss'], { string_match: { exact: iss } })];
}

function metadata(path: readonly string[], value: Plain): Plain {
  return { metadata: { filter: NAMESPACE, path: path.map((key) => ({ key })), value } };
}

function allOf(ids: readonly Plain[]): Plain {
  const [only] = ids;
  return ids.length === 1 && only !== undefined ? only : { and_ids: { ids } };
}

function anyOf(ids: readonly Plain[]): Plain {
  return { or_ids: { ids } };
}
