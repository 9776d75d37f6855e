import { describe, expect, it } from 'vitest';
import { MECHANISMS } from '../../src/model/mechanism.ts';
import { SCENARIOS } from '../../src/model/policy.ts';
import { PHASES } from '../../src/response/mechanisms.ts';
import { optionFor, responseOptions } from '../../src/response/response-options.ts';

describe('response options', () => {
  it.each(SCENARIOS)('of %s are in the order of their phases, each mechanism once', (scenario) => {
    const options = responseOptions(scenario);
    expect(options.map(({ mechanism }) => mechanism).toSorted()).toEqual([...MECHANISMS].toSorted());
    const phases = options.map(({ phase }) => PHASES.indexOf(phase));
    expect(phases).toEqual(phases.toSorted((a, b) => a - b));
  });

  it.each(SCENARIOS)('of %s: something ends it', (scenario) => {
    const effects = responseOptions(scenario).map(({ effect }) => effect);
    expect(effects.includes('ends') || (effects.includes('stops') && effects.includes('ends_tokens'))).toBe(true);
  });

  it.each([
    ['signing_key', 'deny_jti', 'nothing'],
    ['signing_key', 'cut_off_all', 'nothing'],
    ['signing_key', 'deny_kid', 'ends'],
    ['refresh_token', 'remove_key', 'nothing'],
    ['refresh_token', 'deny_sid', 'ends_tokens'],
    ['refresh_token', 'revoke_family', 'stops'],
    ['access_token', 'revoke_family', 'nothing'],
    ['access_token', 'deny_jti', 'ends'],
    ['client', 'block_client', 'stops'],
    ['hmac_secret', 'remove_key', 'nothing'],
    ['user_session', 'end_session', 'stops'],
  ] as const)('%s and %s: %s', (scenario, mechanism, effect) => {
    expect(optionFor(scenario, mechanism).effect).toBe(effect);
  });

  it('signs with the next key before it removes the leaked one, and restarts after both', () => {
    const order = responseOptions('signing_key').map(({ mechanism }) => mechanism);
    const at = (name: (typeof order)[number]): number => order.indexOf(name);
    expect(at('deny_kid')).toBeLessThan(at('rotate_key'));
    expect(at('rotate_key')).toBeLessThan(at('remove_key'));
    expect(at('remove_key')).toBeLessThan(at('flush_caches'));
    expect(at('flush_caches')).toBeLessThan(at('purge_sessions'));
  });
});
