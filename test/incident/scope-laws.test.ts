import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Leaked } from '../../src/model/incident.ts';
import { incidentOf, logOf, scopeOf } from './logs.ts';

describe('the laws of a scope', () => {
  const told = fc.record({
    at: fc.integer({ min: -5000, max: 5000 }),
    kid: fc.constantFrom('main-1', 'main-2'),
    jti: fc.constantFrom('a', 'b', 'c'),
    sid: fc.constantFrom('s', 't'),
    sub: fc.constantFrom('u', 'v'),
    ip: fc.constantFrom('203.0.113.7', '198.51.100.9', '2001:db8::1'),
  });
  const unrelated = fc.record({
    at: fc.integer({ min: -5000, max: 5000 }),
    kid: fc.constant('main-3'),
    jti: fc.constantFrom('x', 'y'),
    sid: fc.constantFrom('x', 'y'),
    sub: fc.constantFrom('x', 'y'),
    client: fc.constant('other'),
  });
  const claims = { iss: null, sub: null, aud: [], jti: 'a', sid: 's', clientId: null, iat: null, exp: null };
  const leaks: readonly Leaked[] = [
    { kind: 'kid', value: 'main-1' },
    { kind: 'token', sha256: 'a'.repeat(64), alg: null, kid: null, claims },
    { kind: 'sid', value: 's' },
  ];

  it('does not change its mind about uses for lines that do not concern it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...leaks),
        fc.array(told, { minLength: 1, maxLength: 20 }),
        fc.array(unrelated, { maxLength: 20 }),
        (leaked, uses, more) => {
          const log = logOf('json-lines', uses);
          const alone = scopeOf(incidentOf(leaked), [log]);
          const both = scopeOf(incidentOf(leaked), [logOf('json-lines', more, 'more.log'), log]);
          expect(both.uses).toEqual(alone.uses);
          expect(both.groups).toEqual(alone.groups);
          expect(both.signals).toEqual(alone.signals);
        },
      ),
    );
  });

  it('says the same whatever the order of the logs and however few lines it lists', () => {
    fc.assert(
      fc.property(fc.constantFrom(...leaks), fc.array(told, { minLength: 2, maxLength: 20 }), (leaked, uses) => {
        const logs = uses.map((use, index) => logOf('json-lines', [use], `${index}.log`));
        const one = scopeOf(incidentOf(leaked), logs, { maxUses: 3 });
        const other = scopeOf(incidentOf(leaked), [...logs].reverse(), { maxUses: 3 });
        expect(other.uses).toEqual(one.uses);
        expect(other.totals).toEqual(one.totals);
        expect(one.uses.length + one.usesLeftOut).toBe(one.totals.uses);
      }),
    );
  });
});
