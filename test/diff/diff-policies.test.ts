import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffFiles } from './diff-sides.ts';
import { POLICY_PAIR } from './random-policies.ts';

const file = (spec: unknown): string =>
  JSON.stringify({
    apiVersion: 'firebreak.dev/v1alpha1',
    kind: 'TokenPolicy',
    metadata: { name: 'p', owner: '@t' },
    spec,
  });

describe('the difference of two versions', () => {
  it('comes with tokens that a verifier on jose accepts on one side only', async () => {
    await fc.assert(
      fc.asyncProperty(POLICY_PAIR, async ([one, two]) => {
        const diff = await diffFiles({ 'p.yaml': file(one) }, { 'p.yaml': file(two) });
        for (const change of diff.changes) {
          expect([change.unknownBecause, change.verdict === 'unknown']).toEqual([null, false]);
          const shown = new Set(change.witnesses.map(({ accepted }) => accepted));
          expect(shown.has('after')).toBe(change.verdict === 'more_permissive' || change.verdict === 'incomparable');
          const loses = ['less_permissive', 'incomparable', 'dead'].includes(change.verdict);
          expect(shown.has('before')).toBe(loses);
        }
      }),
      { numRuns: 300 },
    );
  });
});
