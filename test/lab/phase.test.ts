import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { folderWith } from '../cli/command.ts';
import { expectWithinPrediction, runDrillIn } from './measured.ts';

/** Life of a cached key in the lab of this test, in milliseconds. */
const LIFE_MS = 2000;

it('contained right after a fetch, a verifier of the lab keeps the removed key for nearly the whole life of its cache', async () => {
  const drill = readFileSync('drills/leaked-signing-key.yaml', 'utf8')
    .replace("targets: ['*']", 'targets: [jose, jwks-rsa, fast-jwt]')
    .replace('arms: [quiet, busy]', 'arms: [quiet]')
    .replace(
      '    control:',
      '    late: { role: canary, first_use: 500ms, obtain: { uses: token.sign, with: { key: leaked_key, lifetime: 10m, typ: JWT } } }\n    control:',
    )
    .replace('horizon: 12s', 'horizon: 3s')
    .replace(
      '    stable: { quiet: 3s }\n    late_checks: [1s]',
      '    phase: { after_fetch_by: jwks-rsa, within: 10s }',
    );
  const inventory = readFileSync('policies/lab-inventory.yaml', 'utf8').replaceAll(
    'key_cache_ttl: 5s',
    `key_cache_ttl: ${LIFE_MS}ms`,
  );
  const folder = folderWith({
    'policies/lab.yaml': readFileSync('policies/lab.yaml', 'utf8'),
    'policies/lab-inventory.yaml': inventory,
    'drills/leaked-signing-key.yaml': drill,
  });
  try {
    const run = await runDrillIn(folder.path, 'drills/leaked-signing-key.yaml');
    const { arms, method, findings } = run.result;
    for (const { unit, interval, predicted } of arms.flatMap(({ units }) => units))
      console.info(`${unit} | ${interval?.lower_ms} to ${interval?.upper_ms} ms | predicted ${predicted.bound_ms} ms`);
    const targeted = arms[0]?.units.find(({ unit }) => unit === 'jwks-rsa');
    expect(targeted?.interval?.lower_ms, run.everything).toBeGreaterThanOrEqual(0.8 * LIFE_MS);
    expectWithinPrediction(run.result);
    expect(method).toContainEqual(
      expect.stringMatching(
        /^phase targeted in the quiet arm: jwks-rsa fetched the key set \d+ ms before containment began$/,
      ),
    );
    // fast-jwt remembers verdicts of tokens and fetches the key for every other one; jose remembers keys.
    const cold = findings.filter(({ rule }) => rule === 'drill/cold-canary').map(({ message }) => message);
    console.info(cold.join('\n'));
    expect(cold).toHaveLength(3);
    expect(cold.filter((message) => message.includes('was refused from its first use on'))).toHaveLength(1);
  } finally {
    folder.remove();
  }
}, 60_000);
