import { describe, expect, it } from 'vitest';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { CaseOutcome } from '../../src/model/token-test.ts';
import { runTokenTest } from '../../src/policy/run-token-test.ts';
import { told } from './documents-read.ts';

const POLICIES = `
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: base, owner: "@identity" }
spec:
  issuers: [{ issuer: "https://id.example.com/" }]
  tokens:
    access_token: { algorithms: [ES256], lifetime: { max: 3m } }
---
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: payments, owner: "@payments" }
spec:
  extends: [base]
  applies_to: { environments: [prod], services: [payments], routes: ["/v1/*"] }
  tokens:
    access_token:
      audiences: [payments]
      claim_values: { acr: [phr] }
      binding:
        accept: [dpop, mtls]
        dpop: { signing_algorithms: [PS256, ES256], require_nonce: true, max_proof_age: 30s }
---
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: watched, owner: "@payments" }
spec:
  extends: [base]
  applies_to: { environments: [stage] }
  enforcement: warn
  tokens: { access_token: { audiences: [payments] } }
`;

function testOf(cases: string, subject = 'policy: payments'): string {
  return `
apiVersion: firebreak.dev/v1alpha1
kind: TokenTest
metadata: { name: payments }
spec:
  ${subject}
  at: 2026-11-23T09:00:00Z
  base:
    header: { alg: ES256, typ: at+jwt, kid: k1 }
    claims: { iss: https://id.example.com/, aud: payments, iat: -10s, exp: +170s, client_id: web, sub: u1, jti: a1, acr: phr }
  cases:
${cases}
`;
}

function read(text: string): ReturnType<typeof readEstate> {
  return readEstate(
    [
      { file: 'policies.yaml', text: POLICIES },
      { file: 'test.yaml', text },
    ],
    { now: 0 },
  );
}

function run(text: string): readonly CaseOutcome[] {
  const { tokenTests, problems, estate, waivers } = read(text);
  expect(told(problems)).toEqual([]);
  const [test] = tokenTests;
  if (test === undefined) throw new Error('there is no test');
  const { outcomes, problems: unrunnable } = runTokenTest(test, { ...estate, waivers });
  expect(told(unrunnable)).toEqual([]);
  return outcomes;
}

function one(parts: string, subject?: string): CaseOutcome {
  const [outcome] = run(testOf(`    - { name: it, ${parts} }`, subject));
  if (outcome === undefined) throw new Error('there is no case');
  return outcome;
}

describe('a case', () => {
  it.for([
    ['an unbound token', 'expect: reject, reason: binding'],
    ['a proof of the key it is bound to', 'expect: accept, context: { proof: dpop }'],
    ['a certificate it is bound to', 'expect: accept, context: { proof: mtls }'],
    ['the proof of a thief', 'expect: reject, reason: binding, context: { proof: dpop, proof_key: other }'],
    ['a bound token without proof', 'claims: { cnf: { jkt: abc } }, expect: reject, reason: binding'],
    ['a written binding and its proof', 'claims: { cnf: { jkt: abc } }, context: { proof: dpop }, expect: accept'],
    [
      'the wrong kind of proof',
      'claims: { cnf: { jkt: abc } }, context: { proof: mtls }, expect: reject, reason: binding',
    ],
    ['an old proof', 'context: { proof: dpop, proof_age: 31s }, expect: reject, reason: dpop'],
    ['a young proof', 'context: { proof: dpop, proof_age: 30s }, expect: accept'],
    ['a proof without nonce', 'context: { proof: dpop, proof_nonce: false }, expect: reject, reason: [dpop]'],
    ['a proof that names no token', 'context: { proof: dpop, proof_ath: false }, expect: reject, reason: dpop'],
    ['a proof of another algorithm', 'context: { proof: dpop, proof_algorithm: RS256 }, expect: reject, reason: dpop'],
    ['another route', 'context: { proof: dpop, route: /v2/x }, expect: reject, reason: route'],
    ['a route of the policy', 'context: { proof: dpop, route: /v1/x }, expect: accept'],
    ['another class', 'token: id_token, context: { proof: dpop }, expect: reject'],
    ['a claim taken away', 'claims: { jti: null }, context: { proof: dpop }, expect: reject, reason: required_claim'],
    ['a header taken away', 'header: { kid: null }, context: { proof: dpop }, expect: reject, reason: kid'],
    ['times from another instant', 'context: { proof: dpop, now: 2030-01-01T00:00:00Z }, expect: accept'],
    [
      'an absolute time of long ago',
      'claims: { iat: 1000, exp: 1100 }, context: { proof: dpop }, expect: reject, reason: [expired, max_age]',
    ],
    ['a time that is no number', 'claims: { exp: soon }, context: { proof: dpop }, expect: reject'],
  ])('holds for %s', ([, parts = '']) => {
    expect(one(parts)).toMatchObject({ failure: null });
  });

  it.for([
    {
      name: 'is accepted and should not be',
      parts: 'context: { proof: dpop }, expect: reject, reason: binding',
      message: 'accepted, expected to be rejected for binding',
    },
    {
      name: 'is rejected and should not be',
      parts: 'expect: accept',
      message: 'rejected for binding, expected to be accepted',
    },
    {
      name: 'is rejected for something else',
      parts: 'expect: reject, reason: audience',
      message: 'rejected for binding, expected to be rejected for audience',
    },
    {
      name: 'is rejected for more than is stated, so that one fault could hide the other',
      parts: 'header: { kid: null }, expect: reject, reason: binding',
      message: 'rejected for kid too, expected to be rejected for binding only',
    },
    {
      name: 'is rejected for less than is stated',
      parts: 'expect: reject, reason: [binding, kid]',
      message: 'rejected for binding, expected to be rejected for binding, kid',
    },
  ])('fails when it $name', ({ parts, message }) => {
    const { failure, at } = one(parts);
    expect(failure?.message).toBe(message);
    expect(`${at.file}:${at.line}:${at.column}`).toBe('test.yaml:12:15');
  });

  it('names the line of the policy that decided', () => {
    const [violation] = one('expect: accept').violations;
    expect(violation).toMatchObject({ policy: 'payments', dimension: 'binding' });
    expect(violation?.from.at).toMatchObject({ file: 'policies.yaml', line: 21 });
  });
});

describe('a target', () => {
  it('is decided by the policies that apply there', () => {
    const subject = 'target: { environment: prod, service: payments, route: /v1/x }';
    expect(one('expect: reject, reason: binding', subject)).toMatchObject({ failure: null });
    expect(one('expect: accept, context: { proof: dpop }', subject)).toMatchObject({ failure: null });
    expect(one('expect: accept, context: { proof: dpop, route: /v2/x }', subject).failure?.message).toBe(
      'rejected for route, expected to be accepted',
    );
  });

  it('rejects nothing where the policy is not enforced', () => {
    const { failure, unenforced } = one(
      'claims: { aud: other }, expect: reject, reason: audience',
      'target: { environment: stage }',
    );
    expect(failure).toEqual({
      message: 'accepted, expected to be rejected for audience',
      hint: 'policy "watched" rejects it, but its enforcement is warn',
    });
    expect(unenforced).toMatchObject([{ enforcement: 'warn', at: { file: 'policies.yaml', line: 30 } }]);
  });

  it('without any policy is no pass', () => {
    const text = POLICIES.replace('metadata: { name: base', 'metadata: { name: basis');
    const { tokenTests } = read(testOf('    - { name: it, expect: accept }', 'target: { environment: dev }'));
    const own = readEstate([{ file: 'policies.yaml', text: text.replaceAll('extends: [base]', '') }], { now: 0 });
    const scoped = own.estate.policies.filter(({ name }) => name !== 'basis');
    const [test] = tokenTests;
    if (test === undefined) throw new Error('there is no test');
    expect(told(runTokenTest(test, { ...own.estate, policies: scoped, waivers: [] }).problems)).toEqual([
      '6:11 no policy applies to the target of TokenTest "payments", so everything would be accepted | correct the target, or the applies_to of a policy',
    ]);
    expect(runTokenTest(test, { ...own.estate, waivers: [] }).outcomes).toHaveLength(1);
  });
});

describe('a TokenTest that cannot mean anything', () => {
  it.for([
    {
      name: 'without cases',
      text: testOf('    []').replace('cases:\n    []', 'cases: []'),
      says: '11:10 spec.cases is an empty list | name at least 1, or remove the key',
    },
    {
      name: 'of nothing',
      text: testOf('    - { name: it, expect: accept }', 'at: 2026-11-23T09:00:00Z').replace(
        '  at: 2026-11-23T09:00:00Z\n',
        '',
      ),
      says: '6:3 the test names neither a policy nor a target | write policy: NAME, or target: with environment, service or route',
    },
    {
      name: 'of a policy that does not exist',
      text: testOf('    - { name: it, expect: accept }', 'policy: paymnts'),
      says: '6:11 there is no TokenPolicy "paymnts" among the files of this run | did you mean "payments"?',
    },
    {
      name: 'of an unknown reason',
      text: testOf('    - { name: it, expect: reject, reason: bindng }'),
      says: '12:43 there is no dimension "bindng" | did you mean "binding"?',
    },
    {
      name: 'with a reason for acceptance',
      text: testOf('    - { name: it, expect: accept, reason: binding }'),
      says: '12:43 an accepted token has no reason | remove reason, or expect: reject',
    },
    {
      name: 'with a time without sign',
      text: testOf('    - { name: it, expect: accept, claims: { exp: 170s } }'),
      says: '12:50 the time 170s is no distance from the instant of the case | write it with sign and unit: -10s, +3m',
    },
    {
      name: 'with a proof that nobody shows',
      text: testOf('    - { name: it, expect: accept, context: { proof_age: 10s } }'),
      says: '12:57 proof_age speaks of a DPoP proof, and there is none | add proof: dpop, or remove it',
    },
    {
      name: 'with an address that is none',
      text: testOf('    - { name: it, expect: accept, context: { client_ip: 300.1.1.1 } }'),
      says: '12:57 300.1.1.1 is no address | write it as 203.0.113.7 or 2001:db8::1',
    },
    {
      name: 'with two cases of one name',
      text: testOf('    - { name: it, expect: accept }\n    - { name: it, expect: reject }'),
      says: '13:15 there are two cases "it", the first at line 12 | rename one of the two',
    },
    {
      name: 'with a circumstance that policies cannot decide',
      text: testOf('    - { name: it, expect: accept, context: { proof_replayed: true } }'),
      says: '12:46 unknown key "proof_replayed" in spec.cases[0].context | ',
    },
  ])('is a fault $name', ({ text, says }) => {
    const { problems } = read(text);
    expect(told(problems).join('\n')).toContain(says);
  });
});
