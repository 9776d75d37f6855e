import { describe, expect, it } from 'vitest';
import { paint } from '../../src/report/color.ts';
import { explainRule } from '../../src/report/explain.ts';
import { RULES } from '../../src/rules/registry.ts';

const plain = paint(false);

function explained(id: string): string {
  const rule = RULES.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return explainRule(rule, plain);
}

describe('explainRule', () => {
  it('shows a rule on one screen', () => {
    expect(`\n${explained('policy/alg-family-mix')}`).toMatchInlineSnapshot(`
      "
      policy/alg-family-mix  error · certain · security severity 8.1 · since 0.1.0
      One list of accepted algorithms mixes HMAC with public-key signatures.

      Why      A verifier that accepts both can be given a token whose HMAC secret is the public key,
               which everybody has, and takes it for signed by the issuer. This class of fault keeps
               coming back in libraries, so no list should depend on theirs having none.
      Fix      Keep one family: remove the HS algorithms, or give tokens with a shared secret a
               policy, an issuer and an audience of their own.
      Sources  RFC 8725 section 2.1; RFC 8725 section 3.1; OWASP ASVS 5.0 9.1.2
      Waive    # firebreak-ignore policy/alg-family-mix until=YYYY-MM-DD owner=@team -- reason

      Bad      policy.yaml
        apiVersion: firebreak.dev/v1alpha1
        kind: TokenPolicy
        metadata: { name: orders, owner: '@team' }
        spec:
          tokens:
            access_token:
              algorithms: [HS256, RS256]

      Good     policy.yaml
        apiVersion: firebreak.dev/v1alpha1
        kind: TokenPolicy
        metadata: { name: orders, owner: '@team' }
        spec:
          tokens:
            access_token:
              algorithms: [RS256, PS256]
      "
    `);
  });

  it('does not tell how to silence what cannot be silenced', () => {
    expect(explained('lint/directive-expired')).not.toMatch(/^Waive/m);
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))('keeps %s within 96 columns', (_, rule) => {
    for (const line of explainRule(rule, plain).split('\n')) expect(line.length).toBeLessThanOrEqual(96);
  });
});
