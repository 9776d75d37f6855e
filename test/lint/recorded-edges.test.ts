import { describe, expect, it } from 'vitest';
import { readEstate } from '../../src/lint/read-whole.ts';
import { showLocation } from '../../src/model/location.ts';
import { showBound } from '../../src/model/quantity.ts';

const inventory = (issuer: string): string => `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: estate }
spec:
  environments: [{ name: prod, class: prod, allow: [id.acme.test] }]
  issuers:
    - name: main
      environment: prod
      issuer: https://id.acme.test
      jwks_uri: https://id.acme.test/jwks.json
      time_to_act: 1m
      replica_convergence: 0s
${issuer}
  verifiers:
    - name: orders
      environment: prod
      issuer: main
      library: { name: jose, version: 6.2.18 }
`;

const KEY =
  '{"kty":"OKP","crv":"Ed25519","kid":"one","alg":"EdDSA","use":"sig","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}';

/** A history with one round, in which fetches brought these headers. */
function history(headers: readonly Readonly<Record<string, string>>[], environment: string | null = 'prod'): string {
  const fetches = headers.map((one, at) => ({
    address: `192.0.2.${at + 1}`,
    count: 1,
    headers: one,
    set: 0,
    status: 200,
  }));
  const line = {
    at: '2026-11-23T10:00:00.000Z',
    discovery: [],
    environment,
    fetches,
    issuer: 'https://id.acme.test',
    jwks_uri: 'https://id.acme.test/jwks.json',
    rounds: 1,
    sets: [{ keys: [JSON.parse(KEY) as unknown] }],
  };
  return `${JSON.stringify(line)}\n`;
}

function predicted(
  issuer: string,
  recorded: string | null,
): { readonly bound: string; readonly edge: readonly string[] } {
  const files = {
    'estate.yaml': inventory(issuer),
    ...(recorded === null ? {} : { 'jwks-history/main.ndjson': recorded }),
  };
  const { estate, problems } = readEstate(
    Object.entries(files).map(([file, text]) => ({ file, text, named: true })),
    { now: 0 },
  );
  expect(problems).toEqual([]);
  const found = estate.predictions.find(({ scenario, arm }) => scenario === 'signing_key' && arm === 'quiet');
  return {
    bound: showBound(found?.bound ?? 'unknown'),
    edge: (found?.addends ?? [])
      .filter(({ symbol }) => symbol === 'F' || symbol === 'W_s')
      .map(({ symbol, value, at }) => `${symbol} ${showBound(value)} ${at === null ? '' : showLocation(at)}`),
  };
}

describe('recorded cache headers', () => {
  it('say what shared caches may do where the Inventory does not', () => {
    const recorded = history([{ 'cache-control': 'max-age=300, stale-while-revalidate=60' }]);
    expect(predicted('', null).bound).toBe('unknown');
    // A minute to act, the two windows, ten minutes of cache and a fetch of five seconds.
    const { bound, edge } = predicted('', recorded);
    expect(bound).toBe('17m5s');
    expect(edge).toEqual([
      expect.stringMatching(/^F 5m jwks-history\/main\.ndjson:1:/),
      expect.stringMatching(/^W_s 1m jwks-history\/main\.ndjson:1:/),
    ]);
  });

  it('count as the longest of what one round of fetches brought', () => {
    const recorded = history([{ 'cache-control': 'max-age=60' }, { 'cache-control': 'max-age=600' }]);
    expect(predicted('', recorded).bound).toBe('21m5s');
  });

  it('leave the edge unknown where one answer says nothing', () => {
    expect(predicted('', history([{ 'cache-control': 'max-age=60' }, {}])).bound).toBe('unknown');
  });

  it('do not overrule what the Inventory declares', () => {
    const recorded = history([{ 'cache-control': 'max-age=3600' }]);
    expect(predicted('      jwks_http: { max_age: 0s }', recorded).bound).toBe('11m5s');
  });

  it('of another environment are not taken', () => {
    expect(predicted('', history([{ 'cache-control': 'max-age=60' }], 'staging')).bound).toBe('unknown');
  });
});
