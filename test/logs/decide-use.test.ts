import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideUse } from '../../src/logs/decide-use.ts';
import { tokenFields } from '../../src/logs/use-of-token.ts';
import type { TokenContext, UnverifiedToken } from '../../src/model/decision.ts';
import type { RecordedProof, RecordedUse } from '../../src/model/recorded-use.ts';
import { UNKNOWN_USE } from '../../src/model/recorded-use.ts';
import { decide } from '../../src/policy/decide.ts';
import { policyDocument, resolved } from '../policy/documents.ts';
import { NOW, anyContext, anyPolicy, anyToken } from './arbitrary.ts';

/** A use of which everything is known. */
function useOf(token: UnverifiedToken, { now, route, clientIp, proof }: TokenContext): RecordedUse {
  return {
    ...UNKNOWN_USE,
    ...tokenFields(token),
    time: now,
    route: route ?? null,
    ip: clientIp ?? null,
    proof: proof ?? { kind: 'none' },
  };
}

const CLAIM_FIELDS = {
  iss: 'iss',
  aud: 'aud',
  exp: 'exp',
  iat: 'iat',
  nbf: 'nbf',
  jti: 'jti',
  sub: 'sub',
  client_id: 'clientId',
  cnf: 'cnf',
  tier: null,
  acr: null,
} as const;

const HEADER_FIELDS = { alg: 'alg', typ: 'typ', kid: 'kid', crit: null, jwk: null, x5c: null, x: null } as const;

type Hide = (use: RecordedUse, token: UnverifiedToken) => RecordedUse;

function without(members: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([key]) => key !== name));
}

/** The value is gone; its name may stay in the list, if its type is what the name promises. */
function hideClaim(name: keyof typeof CLAIM_FIELDS, keepsNames: boolean): Hide {
  return (use, { claims }) => {
    const field = CLAIM_FIELDS[name];
    const odd = isOdd(claims[name], name);
    return {
      ...use,
      ...(field === null ? {} : { [field]: null }),
      claimValues: without(use.claimValues, name),
      claimNames: keepsNames && !odd ? use.claimNames : null,
    };
  };
}

/** A name promises a usable value. */
function isOdd(value: unknown, name: string): boolean {
  if (value === undefined) return false;
  if (name === 'exp' || name === 'iat' || name === 'nbf') return typeof value !== 'number' || value > 1e12;
  if (name === 'aud') return !(typeof value === 'string' || (Array.isArray(value) && value.includes('orders')));
  if (name === 'cnf' || name === 'tier' || name === 'acr') return value === null;
  return typeof value !== 'string' || value === '';
}

function hideHeader(name: keyof typeof HEADER_FIELDS, keepsNames: boolean): Hide {
  return (use) => {
    const field = HEADER_FIELDS[name];
    return {
      ...use,
      ...(field === null ? {} : { [field]: null }),
      headerValues: without(use.headerValues, name),
      headerNames: keepsNames ? use.headerNames : null,
    };
  };
}

function hideProof(part: 'jkt' | 'alg' | 'issuedAt' | 'hasNonce' | 'hasAth'): Hide {
  return (use) => {
    const { proof } = use;
    if (proof === null || proof.kind === 'none') return use;
    const hidden: RecordedProof =
      proof.kind === 'mtls' ? { kind: 'mtls', thumbprint: null } : { ...proof, [part]: null };
    return { ...use, proof: hidden };
  };
}

const HIDINGS: readonly Hide[] = [
  ...(Object.keys(CLAIM_FIELDS) as (keyof typeof CLAIM_FIELDS)[]).flatMap((name) => [
    hideClaim(name, true),
    hideClaim(name, false),
  ]),
  ...(Object.keys(HEADER_FIELDS) as (keyof typeof HEADER_FIELDS)[]).flatMap((name) => [
    hideHeader(name, true),
    hideHeader(name, false),
  ]),
  ...(['jkt', 'alg', 'issuedAt', 'hasNonce', 'hasAth'] as const).map(hideProof),
  (use) => ({ ...use, time: null }),
  (use) => ({ ...use, route: null }),
  (use) => ({ ...use, ip: null }),
  (use) => ({ ...use, proof: null }),
  (use) => ({ ...use, claimNames: null, claimValues: {} }),
  (use) => ({ ...use, headerNames: null, headerValues: {} }),
];

describe('decideUse', () => {
  it('is the decision of the policy when everything is known', () => {
    const seen = { accept: 0, reject: 0 };
    fc.assert(
      fc.property(anyPolicy, fc.array(fc.tuple(anyToken, anyContext), { minLength: 10 }), (policy, uses) => {
        for (const [token, context] of uses) {
          const { verdict } = decide(policy, token, context);
          seen[verdict] += 1;
          expect(decideUse(policy, useOf(token, context)).verdict).toBe(verdict);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(Math.min(seen.accept, seen.reject)).toBeGreaterThan(20);
  });

  it('never turns an answer into its opposite because something is hidden', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        anyPolicy,
        fc.array(fc.tuple(anyToken, anyContext), { minLength: 10 }),
        fc.array(fc.uniqueArray(fc.nat(HIDINGS.length - 1), { minLength: 1, maxLength: 4 }), {
          minLength: 6,
          maxLength: 12,
        }),
        (policy, uses, choices) => {
          for (const [token, context] of uses) {
            const { verdict } = decide(policy, token, context);
            for (const choice of choices) {
              const use = choice.reduce((left, at) => HIDINGS[at]?.(left, token) ?? left, useOf(token, context));
              const hidden = decideUse(policy, use).verdict;
              seen.add(`${verdict} ${hidden}`);
              if (hidden !== 'unknown') expect(hidden).toBe(verdict);
            }
          }
        },
      ),
      { numRuns: 40, seed: 1 },
    );
    expect([...seen].sort()).toEqual(['accept accept', 'accept unknown', 'reject reject', 'reject unknown']);
  });

  const policy = resolved('p', [
    policyDocument('p', {
      issuers: [{ issuer: 'https://a' }],
      tokens: {
        access_token: { algorithms: ['ES256'], audiences: ['orders'], lifetime: { max: '10m' }, max_age: '10m' },
      },
    }),
  ]);
  const known: RecordedUse = {
    ...UNKNOWN_USE,
    time: NOW * 1000,
    alg: 'ES256',
    typ: 'at+jwt',
    kid: 'k1',
    headerNames: ['alg', 'typ', 'kid'],
    iss: 'https://a',
    aud: ['orders'],
    exp: NOW + 200,
    iat: NOW - 100,
    cnf: 'none',
    claimNames: ['iss', 'aud', 'exp', 'iat', 'sub', 'client_id', 'jti'],
    proof: { kind: 'none' },
  };

  it('needs the names of claims, not their values', () => {
    expect(decideUse(policy, known)).toEqual({ verdict: 'accept' });
  });

  it.for([
    { name: 'the type', use: { typ: null }, undecided: ['typ typ'] },
    {
      name: 'the header beside the algorithm',
      use: { headerNames: null },
      undecided: ['crit crit', 'key_source jku', 'key_source jwk', 'key_source x5u', 'key_source x5c'],
    },
    { name: 'the time', use: { time: null }, undecided: ['max_age iat', 'expired exp', 'not_yet_valid iat'] },
    {
      name: 'the binding',
      use: { cnf: null, claimNames: null },
      undecided: [
        'required_claim sub',
        'required_claim client_id',
        'required_claim jti',
        'not_yet_valid nbf',
        'binding cnf',
      ],
    },
    { name: 'the algorithm', use: { alg: null }, undecided: ['algorithm alg', 'key_strength alg'] },
    { name: 'the proof', use: { proof: null }, undecided: ['dpop alg', 'dpop iat', 'dpop nonce', 'dpop ath'] },
  ])('says what cannot be decided without $name', ({ use, undecided }) => {
    const decision = decideUse(policy, { ...known, ...use });
    expect(
      decision.verdict === 'unknown' && decision.undecided.map(({ dimension, member }) => `${dimension} ${member}`),
    ).toEqual(undecided);
  });

  it('rejects for one known violation, whatever else is unknown', () => {
    expect(decideUse(policy, { ...UNKNOWN_USE, alg: 'RS256' })).toEqual({ verdict: 'reject', causes: ['algorithm'] });
  });
});
