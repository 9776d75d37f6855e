import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { showLocation } from '../../src/model/location.ts';
import { showBound } from '../../src/model/quantity.ts';

const ROUTER = `authentication:
  router:
    jwt:
      jwks:
        - url: https://id.acme.test/jwks.json
          issuers: [https://id.acme.test]
          poll_interval: 20m
`;

const POLICY = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: orders }
spec:
  issuers:
    - { issuer: https://id.acme.test, jwks_uri: https://id.acme.test/jwks.json }
  revocation:
    objectives:
      signing_key: { max: 5m }
`;

const inventory = (verifier: string): string => `apiVersion: firebreak.dev/v1alpha1
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
      jwks_http: { max_age: 0s }
  verifiers:
    - name: graph
      environment: prod
      issuer: main
      policy: orders
${verifier}
`;

function estateOf(files: Readonly<Record<string, string>>): ReturnType<typeof readEstate> {
  return readEstate(
    Object.entries(files).map(([file, text]) => ({ file, text, named: true })),
    { now: 0 },
  );
}

function boundsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const { estate, problems } = estateOf(files);
  expect(problems).toEqual([]);
  return estate.predictions
    .filter(({ scenario, arm }) => scenario === 'signing_key' && arm === 'quiet')
    .map(({ verifier, bound, verdict, addends }) =>
      [
        verifier,
        showBound(bound),
        verdict,
        ...addends
          .filter(({ value }) => value !== 0)
          .map(({ symbol, at }) => `${symbol} ${at === null ? '' : showLocation(at)}`),
      ].join(', '),
    );
}

describe('a verifier whose configuration file the Inventory names', () => {
  it('takes product and settings from the file, and points into it', () => {
    const files = {
      'deploy/router.yaml': ROUTER,
      'policies/orders.yaml': POLICY,
      'policies/estate.yaml': inventory(
        '      config: [{ file: ../deploy/router.yaml }]\n      settings: { fetch_timeout: 5s }',
      ),
    };
    expect(boundsOf(files)).toEqual([
      'graph, 21m30s, over, D_act policies/estate.yaml:11:20, C deploy/router.yaml:7:26, l deploy/router.yaml:5:11, l deploy/router.yaml:5:11',
    ]);
  });

  it('is told when the file has no such block', () => {
    const { problems } = estateOf({
      'router.yaml': ROUTER,
      'policy.yaml': POLICY,
      'estate.yaml': inventory('      config: [{ file: router.yaml, name: jwks elsewhere }]'),
    });
    expect(problems.map(({ message, hint }) => `${message}; ${hint ?? ''}`)).toEqual([
      'router.yaml configures no verifier "jwks elsewhere"; it configures "jwks https://id.acme.test/jwks.json"',
    ]);
  });

  it('is not judged twice', () => {
    const files = {
      'router.yaml': ROUTER,
      'policy.yaml': POLICY,
      'estate.yaml': inventory('      config: [{ file: router.yaml }]'),
    };
    expect(estateOf(files).estate.predictions.every(({ verifier }) => verifier === 'graph')).toBe(true);
  });
});

describe('a verifier that only a configuration file tells of', () => {
  it('can be shown to miss an objective', () => {
    const files = { 'router.yaml': ROUTER, 'policy.yaml': POLICY };
    expect(boundsOf(files)).toEqual([
      'router.yaml jwks https://id.acme.test/jwks.json, 20m30s, over, C router.yaml:7:26, l router.yaml:5:11, l router.yaml:5:11',
    ]);
    const { findings } = lint(estateOf(files), { only: ['policy/slo-unsatisfiable'] });
    expect(findings.map(({ at, severity }) => `${showLocation(at)} ${severity}`)).toEqual(['router.yaml:5:11 error']);
  });

  it('is never shown to meet one, because its bound is only its own share', () => {
    const files = { 'router.yaml': ROUTER.replace('20m', '1m'), 'policy.yaml': POLICY };
    expect(boundsOf(files)).toEqual([
      'router.yaml jwks https://id.acme.test/jwks.json, 1m30s, unknown, C router.yaml:7:26, l router.yaml:5:11, l router.yaml:5:11',
    ]);
  });
});
