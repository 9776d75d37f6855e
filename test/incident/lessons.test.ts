import { describe, expect, it } from 'vitest';
import { lessonsOf } from '../../src/incident/lessons.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { Leaked } from '../../src/model/incident.ts';
import { editDocument } from '../../src/source/edit-document.ts';
import { incidentOf, NOW, TOKEN } from './estate.ts';

/** What differs between the estates of the table. */
interface Case {
  readonly tokens?: string;
  readonly rest?: string;
  readonly objectives?: string;
  readonly channels?: string;
  readonly settings?: string;
  readonly uses?: string;
  readonly leaked?: Leaked;
  readonly wouldAnswer?: readonly string[];
  /** Whether nothing that was done reached the verifier. */
  readonly unreached?: boolean;
  readonly contained?: number;
}

const POLICY = ({
  tokens = '',
  rest = '',
  objectives = '{ access_token: { max: 1m } }',
  channels = '',
}: Case): string =>
  `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: shop }
spec:
  issuers: [{ issuer: https://id.example, jwks_uri: https://id.example/jwks }]
  tokens:
    access_token:
      algorithms: [ES256]
      audiences: [https://shop.example]
      clock_skew: { max: 0s }
      lifetime: { max: 10m } # as long as the batch runs
${tokens}${rest}  revocation:
    objectives: ${objectives}
${channels}`;

const INVENTORY = ({
  settings = '{ key_cache_ttl: 5m, cooldown: 1s, fetch_timeout: 1s }',
  uses = '[]',
}: Case): string =>
  `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: shop }
spec:
  environments: [{ name: live, class: prod, allow: [id.example] }]
  issuers:
    - name: id
      environment: live
      issuer: https://id.example
      jwks_uri: https://id.example/jwks
      time_to_act: 1s
      removal_delay: 0s
      replica_convergence: 0s
      jwks_http: { max_age: 0s, stale_while_revalidate: 0s, stale_if_error: 0s }
      access_token_lifetime: 10m
  channels: [{ name: list, type: denylist, keys: [jti], delivery: poll, store_lag: 0s }]
  verifiers:
    - name: reader
      environment: live
      issuer: id
      policy: shop
      library: { name: jose, version: 6.2.18 }
      settings: ${settings}
      channels: ${uses}
`;

/** Says of each lesson, and the lines that it adds to the files. */
function taught(given: Case): readonly { readonly says: string; readonly adds: readonly string[] }[] {
  const files = [
    { file: 'shop.yaml', text: POLICY(given), named: true },
    { file: 'inventory.yaml', text: INVENTORY(given), named: true },
  ];
  const { estate, problems } = readEstate(files, { now: NOW });
  expect(problems.map(({ message }) => message)).toEqual([]);
  const [inventory] = estate.inventories;
  if (inventory === undefined) throw new Error('no inventory');
  const { contained } = given;
  const lessons = lessonsOf({
    incident: incidentOf(given.leaked ?? TOKEN),
    plan: {
      incident: 'inc-7',
      file: 'plan.yaml',
      inventory: 'shop',
      environment: 'live',
      made: NOW,
      steps: [],
      expected: [{ verifier: 'reader', bound: 'unknown', by: given.unreached === true ? [] : ['deny'] }],
    },
    state: {
      units:
        contained === undefined
          ? []
          : [
              {
                unit: 'reader',
                verifier: 'reader',
                state: 'contained',
                why: '',
                contained: { lower: contained, upper: contained + 1000 },
                recovered: null,
                predicted: 'unknown',
                model: 'kept',
              },
            ],
    },
    inventory,
    policies: estate.policies,
    wouldAnswer: given.wouldAnswer ?? [],
    drills: [],
  });
  return lessons.map(({ says, fix }) => {
    const before = files.find(({ file }) => file === fix?.document.file)?.text ?? '';
    const after = fix === null ? before : editDocument(fix.document.file, before, fix);
    if (after === null) throw new Error(`cannot be written: ${says}`);
    const old = new Set(before.split('\n'));
    return { says, adds: after.split('\n').filter((line) => !old.has(line)) };
  });
}

const POLLED = '[{ use: list, poll_interval: 5s, negative_cache: 0s, fetch_timeout: 1s, fail_mode: closed }]';
const NAMELESS: Leaked =
  TOKEN.kind === 'token' ? { ...TOKEN, kid: null, claims: { ...TOKEN.claims, jti: null } } : TOKEN;

describe('what an incident taught', () => {
  it.each<readonly [string, Case, readonly (readonly [says: string, ...adds: readonly string[]])[]]>([
    ['nothing where the promise was kept', { uses: POLLED }, []],
    [
      'a token that no list can name, and no key',
      {
        uses: POLLED,
        leaked: NAMELESS,
        tokens: '      required_claims: [iss]\n',
        rest: '  keys: { kid_required: false }\n',
      },
      [
        ['require jti in access tokens of policy shop', '      required_claims: [iss, jti]'],
        ['require a kid in tokens of policy shop', '  keys: { kid_required: true }'],
      ],
    ],
    [
      'a token without what the policy requires: the gap is in what is deployed',
      { uses: POLLED, leaked: NAMELESS },
      [
        ['have verifiers refuse tokens without a jti, as policy shop says, and the issuer mint it'],
        ['have verifiers refuse tokens without a kid, as policy shop says, and the issuer mint it'],
      ],
    ],
    [
      'a question of the logs, beside claims that are required already, and what the issuer mints',
      {
        uses: POLLED,
        tokens: '      required_claims:\n        - iss # always\n',
        rest: '  issuance:\n    access_token: { required_claims: [iss] }\n',
        wouldAnswer: ['$jwt_claim_sid in the log_format of nginx, and required_claims: [sid] in the policy'],
      },
      [
        [
          'require sid in access tokens of policy shop, and have the issuer mint it',
          '        - sid',
          '    access_token: { required_claims: [iss, sid] }',
        ],
      ],
    ],
    [
      'a place that nothing reaches: a list, and a shorter life',
      { unreached: true },
      [
        [
          'declare a denylist in policy shop that names a jti',
          '    channels: [{ type: denylist, keys: [jti], poll_interval: 15s, max_propagation: 30s, fail_mode: closed }]',
        ],
        [
          'shorten access tokens of policy shop from 10m to 1m',
          '      lifetime: { max: 1m } # as long as the batch runs',
        ],
        [
          'deploy a shorter wait at reader, and say so: "lifetime of access tokens" from 10m to 59s (inventory.yaml:15:30)',
          '      access_token_lifetime: 59s',
        ],
      ],
    ],
    [
      'a list that cannot name what leaked',
      {
        unreached: true,
        leaked: { kind: 'kid', value: 'main-1' },
        objectives: '{ signing_key: { max: 10m } }',
        channels: '    channels:\n      - { type: denylist, keys: [jti], poll_interval: 5s }\n',
      },
      [
        [
          'have the denylist of policy shop name a kid',
          '      - { type: denylist, keys: [jti, kid], poll_interval: 5s }',
        ],
      ],
    ],
    [
      'a key cache that outlasts the promise',
      { leaked: { kind: 'kid', value: 'main-1' }, objectives: '{ signing_key: { max: 2m } }' },
      [
        [
          'deploy a shorter wait at reader, and say so: "keys are cached" from 5m to 1m58s (inventory.yaml:23:34)',
          '      settings: { key_cache_ttl: 118s, cooldown: 1s, fetch_timeout: 1s }',
        ],
      ],
    ],
    [
      'a place that took longer than was predicted',
      { uses: POLLED, contained: 90_000 },
      [['shorten the largest wait of reader, "between two polls": 5s (inventory.yaml:24:46)']],
    ],
    [
      'a leak that no policy promises an end of',
      { unreached: true, leaked: { kind: 'client_id', value: 'web' } },
      [['promise an end of a leaked client in policy shop: revocation.objectives.client']],
    ],
  ])('is %s', (_, given, expected) => {
    expect(taught(given).map(({ says, adds }) => [says, ...adds])).toEqual(expected);
  });
});
