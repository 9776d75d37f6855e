import { fromTimestamp } from '../model/instant.ts';
import { policyText } from './example-documents.ts';
import { CLAIMS, HEADER, tokenText } from './example-tokens.ts';
import { discoveryText } from './example-discovery.ts';
import type { ExampleKey } from './example-keys.ts';

/** One round of an example history. */
export interface ExampleRound {
  readonly at: string;
  readonly keys?: readonly ExampleKey[];
  /** Several sets, when replicas disagree; instead of `keys`. */
  readonly sets?: readonly (readonly ExampleKey[])[];
  /** Members of the metadata that differ from a sound document; none is recorded without it. */
  readonly discovery?: Readonly<Record<string, unknown>>;
  /** Fetches as they are recorded; by default one good fetch of each set. */
  readonly fetches?: readonly Readonly<Record<string, unknown>>[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly last?: string;
  readonly rounds?: number;
}

/** The issuer of example histories. */
export const EXAMPLE_ISSUER = 'https://id.example.com';

/** A history as `firebreak audit` writes it: one line a round. */
export function historyText(rounds: readonly ExampleRound[]): string {
  return rounds.map((round) => `${JSON.stringify(lineOf(round))}\n`).join('');
}

function lineOf({ at, keys, sets, discovery, fetches, headers, last, rounds }: ExampleRound): object {
  const all = sets ?? (keys === undefined ? [] : [keys]);
  return {
    at,
    discovery:
      discovery === undefined
        ? []
        : [
            {
              document: JSON.parse(discoveryText(discovery)) as unknown,
              kind: 'openid',
              url: `${EXAMPLE_ISSUER}/.well-known/openid-configuration`,
            },
          ],
    environment: null,
    fetches:
      fetches ??
      all.map((_, set) => ({
        address: '192.0.2.10',
        count: 12,
        headers: headers ?? { 'cache-control': 'public, max-age=300', 'content-type': 'application/json' },
        set,
        status: 200,
      })),
    issuer: EXAMPLE_ISSUER,
    jwks_uri: `${EXAMPLE_ISSUER}/jwks`,
    ...(last === undefined ? {} : { last }),
    rounds: rounds ?? 1,
    sets: all.map((set) => ({ keys: set })),
  };
}

/** A policy for the issuer of example histories, with everything that rules on histories hold against it. */
export const ISSUER_POLICY: string = policyText(
  'orders',
  `
issuers:
  - issuer: ${EXAMPLE_ISSUER}
tokens:
  access_token: { lifetime: { max: 10m } }
keys: { rotation_interval: 30d, max_age: 60d, pre_publish: 24h, overlap: 24h }
revocation:
  objectives: { signing_key: { max: 10m } }
`,
);

/** A recorded token of the issuer of example histories, under the kid `ec-1`. Times are RFC 3339. */
export function issuerToken({ iat, exp }: { readonly iat: string; readonly exp: string }): string {
  return tokenText(HEADER, { ...CLAIMS, iat: seconds(iat), exp: seconds(exp) });
}

function seconds(time: string): number {
  return (fromTimestamp(time) ?? 0) / 1000;
}
