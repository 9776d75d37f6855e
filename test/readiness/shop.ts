import { createPresence } from '../../src/incident/presence.ts';
import { CONFIG_READER } from '../../src/adapters/read-config.ts';
import { readEstateWith } from '../../src/lint/read-estate.ts';
import type { Scenario } from '../../src/model/policy.ts';
import type { ReadinessAnswer, ReadinessQuestion } from '../../src/model/readiness.ts';
import type { RecordedUse } from '../../src/model/recorded-use.ts';
import { UNKNOWN_USE } from '../../src/model/recorded-use.ts';
import type { LogSamples, ReadinessInput } from '../../src/readiness/input.ts';
import { judgeReadiness } from '../../src/readiness/judge.ts';
import { drillResultText } from '../../src/rules/example-drill-results.ts';

export const NOW: number = Date.parse('2026-06-01T00:00:00Z');

/** A shop in which everything is in place for a leaked access token. */
export const POLICY = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: shop, owner: '@identity' }
spec:
  issuers: [{ issuer: https://id.example, jwks_uri: https://id.example/jwks.json }]
  tokens:
    access_token:
      algorithms: [ES256]
      audiences: [https://shop.example]
      lifetime: { max: 15m }
      required_claims: [iss, exp, aud, sub, iat, jti]
  keys: { kid_required: true, curves: [P-256] }
  revocation:
    objectives:
      signing_key: { max: 15m }
      access_token: { max: 1m }
`;

export const INVENTORY = `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: shop, owner: '@identity' }
spec:
  environments: [{ name: prod, class: prod, allow: [127.0.0.0/8] }]
  issuers:
    - name: id
      issuer: https://id.example
      environment: prod
      jwks_uri: https://id.example/jwks.json
      revocation_endpoint: https://id.example/revoke
      time_to_act: 5s
      removal_delay: 0s
      replica_convergence: 5s
      jwks_http: { max_age: 1m, stale_while_revalidate: 0s, stale_if_error: 0s }
      access_token_lifetime: 15m
      refresh_token: { rotation: true, reuse_detection: revoke_family, reuse_grace: 0s }
  channels:
    - { name: denylist, type: denylist, keys: [jti, sid], delivery: poll, store_lag: 0s }
  verifiers:
    - name: orders
      owner: '@orders'
      environment: prod
      issuer: id
      policy: shop
      library: { name: jose, version: 6.2.18 }
      channels:
        - { use: denylist, poll_interval: 10s, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }
      routes: [{ url: 'https://orders.example/v1/orders', method: GET }]
  responses:
    - does: [deny_jti, deny_sid]
      channel: denylist
      uses: denylist.http.add
      with:
        add: { method: POST, url: https://deny.example/list, headers: { authorization: { env: DENY_TOKEN } }, body: '{value}' }
        remove: { method: DELETE, url: 'https://deny.example/list/{value}' }
        check: { method: GET, url: 'https://deny.example/list/{value}', undone: [404] }
  fresh_tokens:
    - { issuer: id, uses: oauth.client_credentials, with: { client: drill-a, secret: { env: DRILL_SECRET } } }
`;

export const DRILL = `apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: leaked-access-token, owner: '@identity' }
spec:
  hypothesis: A leaked access token is refused within the objective.
  scenario: access_token
  policy: shop
  inventory: shop
  environment: prod
  targets: [orders]
  credentials:
    canary: { role: canary, obtain: { uses: oauth.client_credentials, with: { client: drill-a, secret: { env: DRILL_SECRET } } } }
    control: { role: control, obtain: { uses: oauth.client_credentials, with: { client: drill-a, secret: { env: DRILL_SECRET } } } }
    broken: { role: negative, obtain: { uses: token.break_signature, with: { of: canary } } }
  method:
    - { id: leak, mark: leak-known }
    - { id: deny, uses: denylist.file.add, containment: true, with: { of: canary, type: jti, file: /srv/deny.map } }
  observe: { arms: [quiet], horizon: 2m }
`;

/** Texts of the shop, each changed as a test needs it. */
export interface ShopChanges {
  readonly policy?: (text: string) => string;
  readonly inventory?: (text: string) => string;
  readonly drill?: (text: string) => string;
  readonly result?: Parameters<typeof drillResultText>[0];
}

const same = (text: string): string => text;

/** What readiness is judged by in the shop. Changes that miss their place would prove nothing, so they throw. */
export function shop({ policy = same, inventory = same, drill = same, result }: ShopChanges = {}): ReadinessInput {
  const inputs = [
    { file: 'policies/shop.yaml', text: policy(POLICY) },
    { file: 'policies/inventory.yaml', text: inventory(INVENTORY) },
    { file: 'drills/leaked-access-token.yaml', text: drill(DRILL) },
    ...(result === undefined ? [] : [{ file: 'drills/results/run.json', text: drillResultText(result) }]),
  ];
  const { read } = readEstateWith(inputs, { now: NOW }, CONFIG_READER);
  if (read.problems.length > 0) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  const { policies, inventories, predictions, drillResults = [] } = read.estate;
  return {
    policies,
    inventories,
    predictions,
    drills: read.drills,
    results: drillResults,
    logs: null,
    approvals: null,
    needs: [],
    now: NOW,
  };
}

/** Replaces a text that must be there. */
export function swap(from: string, to: string): (text: string) => string {
  return (text) => {
    if (!text.includes(from)) throw new Error(`not in the text: ${from}`);
    return text.replace(from, to);
  };
}

export function answer(scenario: Scenario, question: ReadinessQuestion, input: ReadinessInput): ReadinessAnswer {
  const found = judgeReadiness(input, [scenario])[0]?.answers.find((each) => each.question === question);
  if (found === undefined) throw new Error(`${scenario} has no answer to ${question}`);
  return found;
}

/** Gaps as texts: `missing nobody answers for "orders"`. */
export function gapsOf({ gaps }: ReadinessAnswer): readonly string[] {
  return gaps.map(({ kind, what }) => `${kind} ${what}`);
}

/** A sample log of one format in which each line says what one of the uses says. */
export function sample(format: string, ...uses: readonly Partial<RecordedUse>[]): LogSamples {
  const presence = createPresence();
  for (const use of uses) presence.add({ ...UNKNOWN_USE, ...use }, 'access.log');
  return { presence, natures: [{ file: 'access.log', format, cannotAnswer: [], notes: [] }], faults: [] };
}
