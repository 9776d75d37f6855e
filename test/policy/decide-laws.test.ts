import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EffectivePolicy } from '../../src/model/policy.ts';
import { decide } from '../../src/policy/decide.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { NOW, context, spec, token } from './arbitraries.ts';
import type { PolicyDocument } from './documents.ts';
import { policyDocument } from './documents.ts';

function policyNamed(name: string, documents: readonly PolicyDocument[]): EffectivePolicy {
  const policy = resolvePolicies(documents).policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`no policy ${name}`);
  return policy;
}

describe('laws of composition', () => {
  it('forbids in each dimension whatever one document of the chain, taken alone, forbids', { timeout: 30_000 }, () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        spec,
        spec,
        spec,
        fc.array(fc.tuple(token, context), { minLength: 8, maxLength: 8 }),
        (a, b, own, uses) => {
          const bases = [policyDocument('a', a), policyDocument('b', b)];
          const effective = policyNamed('leaf', [...bases, policyDocument('leaf', { ...own, extends: ['a', 'b'] })]);
          const alone = [...bases, policyDocument('own', own)].map((document) =>
            policyNamed(document.name, [document]),
          );
          for (const [shown, use] of uses) {
            const violated = new Set(decide(effective, shown, use).violations.map(({ dimension }) => dimension));
            for (const { dimension, from } of alone.flatMap((ancestor) => decide(ancestor, shown, use).violations)) {
              // What an ancestor leaves open is no limit of its own: defaults apply to the resolved policy only.
              if (from.origin !== 'explicit') continue;
              seen.add(dimension);
              expect(violated).toContain(dimension);
            }
          }
        },
      ),
      { numRuns: 200, seed: 1 },
    );
    // The law is worth something only where documents did forbid something.
    expect([...seen].sort()).toEqual([
      'algorithm',
      'audience',
      'binding',
      'claim_value',
      'crit',
      'dpop',
      'expired',
      'ip',
      'issuer',
      'key_source',
      'key_strength',
      'kid',
      'lifetime',
      'max_age',
      'not_yet_valid',
      'required_claim',
      'route',
      'token_class',
      'typ',
    ]);
  });

  it('does not depend on the order of two bases, but for problems that name them', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(spec, spec, spec, (a, b, own) => {
        const bases = [policyDocument('a', a), policyDocument('b', b)];
        const one = policyNamed('leaf', [...bases, policyDocument('leaf', { ...own, extends: ['a', 'b'] })]);
        const other = policyNamed('leaf', [...bases, policyDocument('leaf', { ...own, extends: ['b', 'a'] })]);
        expect(one.digest).toBe(other.digest);
      }),
      { numRuns: 80 },
    );
  });

  it('does not depend on how a chain is grouped', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(spec, spec, spec, (a, b, c) => {
        const flat = policyNamed('leaf', [
          policyDocument('a', a),
          policyDocument('b', b),
          policyDocument('c', c),
          policyDocument('leaf', { extends: ['a', 'b', 'c'] }),
        ]);
        const nested = policyNamed('leaf', [
          policyDocument('a', a),
          policyDocument('b', b),
          policyDocument('ab', { extends: ['a', 'b'] }),
          policyDocument('leaf', { ...c, extends: ['ab'] }),
        ]);
        expect(nested.digest).toBe(flat.digest);
      }),
      { numRuns: 80 },
    );
  });

  it('changes nothing by extending a policy twice or writing it again', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(spec, (a) => {
        const again = [
          policyDocument('a', a),
          policyDocument('b', a),
          policyDocument('leaf', { ...a, extends: ['a', 'b', 'a'] }),
        ];
        expect(policyNamed('leaf', again).digest).toBe(policyNamed('a', again).digest);
        expect(resolvePolicies(again).problems).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('does not depend on the order of the documents', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(spec, fc.uniqueArray(fc.nat(6), { maxLength: 3 })), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (drafts, order) => {
          const documents = drafts.map(([draft, bases], index) =>
            policyDocument(`p${index}`, { ...draft, extends: bases.map((base) => `p${base}`) }),
          );
          const shuffled = documents
            .map((document) => ({ document, key: order.next().value ?? 0 }))
            .sort((x, y) => x.key - y.key)
            .map(({ document }) => document);
          const one = resolvePolicies(documents);
          const other = resolvePolicies(shuffled);
          expect(JSON.stringify(other)).toBe(JSON.stringify(one));
        },
      ),
      { numRuns: 80 },
    );
  });
});

describe('decide', () => {
  it('never throws, whatever stands in a token', () => {
    const policy = policyNamed('p', [
      policyDocument('p', {
        tokens: {
          access_token: {
            audiences: ['orders'],
            claim_values: { acr: ['a'] },
            max_age: '5m',
            binding: { accept: ['bearer', 'dpop'] },
          },
        },
      }),
    ]);
    const odd = fc.oneof(fc.jsonValue(), fc.double(), fc.bigInt(), fc.constant(undefined));
    const members = fc.dictionary(
      fc.constantFrom(
        'alg',
        'typ',
        'kid',
        'crit',
        'jwk',
        'iss',
        'aud',
        'exp',
        'nbf',
        'iat',
        'sub',
        'jti',
        'cnf',
        'acr',
        '__proto__',
        'constructor',
      ),
      odd,
    );
    fc.assert(
      fc.property(members, members, (header, claims) => {
        expect(decide(policy, { header, claims }, { now: NOW * 1000, tokenClass: 'access_token' }).verdict).toBe(
          'reject',
        );
      }),
      { numRuns: 500 },
    );
  });
});
