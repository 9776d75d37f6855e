import { describe, expect, it } from 'vitest';
import { expectWithinPrediction, runScenario } from './measured.ts';

describe('the drill of a stolen session', () => {
  it('ends renewal at the issuer and the access token by the list, and leaves other sessions alone', async () => {
    const { result, outcome } = await runScenario('stolen-session');
    expectWithinPrediction(result);
    expect(result.method.filter((line) => line.includes('status 400, error invalid_grant, as expected'))).toHaveLength(
      1,
    );
    expect(result.method.filter((line) => line.includes('status 200, as expected'))).toHaveLength(1);
    expect(outcome.code).toBe(0);
  });
});

describe('the drill of a compromised client', () => {
  it('sees the issuer refuse the client and every verifier its tokens, and removes the client again', async () => {
    const { result, outcome, everything } = await runScenario('compromised-client');
    expectWithinPrediction(result);
    expect(result.method.filter((line) => line.includes('status 401, error invalid_client, as expected'))).toHaveLength(
      1,
    );
    expect(result.safety.effects.filter(({ says }) => says.startsWith('register canary client'))).toHaveLength(1);
    expect(everything).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}/);
    expect(outcome.code).toBe(0);
  });
});

describe('the drill of a denied signing key', () => {
  it('bounds verifiers that never drop a removed key, with and without traffic under the next one', async () => {
    const { result, outcome } = await runScenario('denied-signing-key');
    expectWithinPrediction(result);
    expect(result.arms.map(({ arm }) => arm)).toEqual(['quiet', 'busy']);
    expect(outcome.code).toBe(0);
  });
});

describe('the drill of a leaked HMAC secret', () => {
  it('ends forged tokens when every consumer runs without the secret, and keeps those under the other one', async () => {
    const { result, outcome, everything } = await runScenario('leaked-hmac-secret');
    expectWithinPrediction(result);
    expect(everything).not.toMatch(/"k"\s*:|"secret"\s*:/);
    expect(outcome.code).toBe(0);
  });
});

describe('the drill of reused refresh tokens', () => {
  it('sees every generation refused without grace, its family dead, and another session go on', async () => {
    const { result, outcome } = await runScenario('reused-refresh-tokens');
    expectWithinPrediction(result);
    const answered = (what: string): number => result.method.filter((line) => line.includes(what)).length;
    expect(answered('status 400, error invalid_grant, as expected')).toBe(6);
    expect(answered('status 200, as expected')).toBe(6);
    expect(outcome.code).toBe(0);
  });
});

describe('the drill of a revoked access token', () => {
  it('sees those who ask the issuer refuse it at once, and those who keep its answers soon', async () => {
    const { result, outcome, everything } = await runScenario('revoked-access-token');
    expectWithinPrediction(result);
    const units = result.arms.flatMap((arm) => arm.units);
    expect(units.map(({ unit }) => unit)).toEqual(['ledger', 'statements']);
    const answered = (what: string): number => result.method.filter((line) => line.includes(what)).length;
    expect([answered('active yes, as expected'), answered('active no, as expected')]).toEqual([2, 1]);
    // Opaque tokens of the provider: 43 characters of base64url.
    expect(everything).not.toMatch(/(?<![\w/-])[\w-]{43}(?![\w-])/);
    expect(outcome.code).toBe(0);
  });
});

describe('the drill of an emergency cutoff', () => {
  it('sees tokens from before one commit refused, and those of the next log-in accepted and short', async () => {
    const { result, outcome } = await runScenario('emergency-cutoff');
    expectWithinPrediction(result);
    // A verifier that did not let the user in again would be one.
    expect(result.findings).toEqual([]);
    expect(result.method.filter((line) => line.includes('lifetime_seconds 300, as expected'))).toHaveLength(1);
    expect(result.method.filter((line) => line.includes('error invalid_grant, as expected'))).toHaveLength(1);
    expect(outcome.code).toBe(0);
  });
});

describe('the drill of the grace of refresh tokens', () => {
  it('finds none at an issuer that has none, and leaves none of its families behind', async () => {
    const { result, outcome } = await runScenario('refresh-token-grace');
    expectWithinPrediction(result);
    expect(result.method.filter((line) => line.includes('families 12, accepted 0, alive 0, as expected'))).toHaveLength(
      1,
    );
    expect(result.safety.effects.filter(({ says }) => says.includes('12 families'))).toHaveLength(1);
    expect(outcome.code).toBe(0);
  });
});
