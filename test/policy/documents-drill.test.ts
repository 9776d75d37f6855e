import { describe, expect, it } from 'vitest';
import type { DrillSpec } from '../../src/model/drill.ts';
import { readDrill } from '../../src/policy/read-drill.ts';
import { validateDocument } from '../../src/policy/validate.ts';
import { changed, sourceOf, told, validOf } from './documents-read.ts';

const SMALL = `apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: small }
spec:
  hypothesis: The leaked key is refused everywhere.
  scenario: signing_key
  policy: orders
  inventory: lab
  environment: lab
  credentials:
    leaked_key: { role: key, obtain: { uses: key.generate } }
    canary: { role: canary, obtain: { uses: token.sign, with: { key: leaked_key } } }
  method:
    - { id: leak, mark: leak-known }
    - { id: remove, uses: jwks.remove_key, with: { key: leaked_key }, containment: true }
  observe: { horizon: 12s }
`;

const FULL = `apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: full, owner: '@identity', labels: { attack: T1552.004 } }
spec:
  hypothesis: The leaked key is refused everywhere.
  scenario: signing_key
  policy: orders
  inventory: lab
  environment: lab
  targets: [jose, hono]
  credentials:
    leaked_key: { role: key, obtain: { uses: key.generate, with: { alg: ES256 } } }
    canary: { role: canary, obtain: { uses: token.sign, with: { key: leaked_key, lifetime: 10m } } }
    broken: { role: negative, obtain: { uses: token.break_signature, with: { of: canary } }, arms: [busy] }
    recovery: { role: recovery, obtain: { uses: oauth.client_credentials, with: { client: a } } }
  warmup:
    - { id: publish, uses: jwks.add_key, with: { key: leaked_key }, timeout: 10s, expect: { status: 201 } }
  method:
    - { id: leak, mark: leak-known }
    - { id: remove, uses: jwks.remove_key, with: { key: leaked_key }, containment: true }
  observe:
    arms: [quiet, busy]
    schedule: { min: 100ms, max: 1s, relative: 3%, jitter: 12.5% }
    horizon: 12s
    stable: { quiet: 3s }
    late_checks: [5s, 1m]
    budget: { requests_per_second: 200, requests: 5000 }
  recover:
    - { credential: recovery, timeout: 10s }
  guards: { max_duration: 2m, canary_only: true, safety_lever: ops/lever.yaml }
`;

function drillOf(text: string): DrillSpec {
  const { drill, problems } = readDrill(validOf(text));
  expect(told(problems)).toEqual([]);
  if (drill === null) throw new Error('no drill');
  return drill;
}

function faultsOf(text: string): readonly string[] {
  const { document, problems } = validateDocument(sourceOf(text));
  if (document === null) return told(problems);
  const reading = readDrill(document);
  expect(reading.drill).toBeNull();
  return told(reading.problems);
}

describe('a drill', () => {
  it('is read whole', () => {
    const drill = drillOf(FULL);
    expect(drill).toMatchObject({
      name: 'full',
      file: 'a.yaml',
      owner: '@identity',
      labels: { attack: 'T1552.004' },
      scenario: 'signing_key',
      select: ['jose', 'hono'],
      observe: {
        arms: ['quiet', 'busy'],
        minGap: 100,
        maxGap: 1000,
        relative: 0.03,
        jitter: 0.125,
        horizon: 12_000,
        quiet: 3000,
        lateChecks: [5000, 60_000],
        requestsPerSecond: 200,
        maxRequests: 5000,
      },
      recover: [{ credential: 'recovery', timeout: 10_000, at: { line: 29, column: 7 } }],
      guards: { maxDuration: 120_000, canaryOnly: true, safetyLever: 'ops/lever.yaml' },
      at: { line: 3, column: 19 },
    });
    expect(drill.credentials[2]).toMatchObject({
      name: 'broken',
      role: 'negative',
      arms: ['busy'],
      obtain: { uses: 'token.break_signature', with: { of: 'canary' }, at: { line: 14, column: 47 } },
      at: { line: 14, column: 5 },
    });
    expect(drill.warmup).toMatchObject([
      { id: 'publish', timeout: 10_000, expect: { status: 201 }, containment: false },
    ]);
    expect(drill.method).toMatchObject([
      { id: 'leak', call: null, mark: 'leak-known', containment: false, at: { line: 19, column: 13 } },
      { id: 'remove', call: { uses: 'jwks.remove_key', with: { key: 'leaked_key' } }, mark: null, containment: true },
    ]);
  });

  it('has defaults for what nobody wrote', () => {
    const { select, warmup, recover, credentials, method, observe, guards } = drillOf(SMALL);
    expect({ select, warmup, recover, arms: credentials[0]?.arms, timeout: method[1]?.timeout }).toEqual({
      select: ['*'],
      warmup: [],
      recover: [],
      arms: null,
      timeout: 30_000,
    });
    expect(observe).toEqual({
      arms: ['quiet'],
      minGap: 200,
      maxGap: 5000,
      relative: 0.05,
      jitter: 0.2,
      horizon: 12_000,
      quiet: 60_000,
      lateChecks: [],
      requestsPerSecond: 20,
      maxRequests: 20_000,
      attacks: [],
      repeats: 2,
    });
    expect(guards).toEqual({ maxDuration: 1_800_000, canaryOnly: true, safetyLever: null });
  });

  it('reads attacks, which need no horizon and no containment', () => {
    const attacks = 'attacks: [{ of: canary, kinds: [alg-none, no-expiry] }]';
    const text = SMALL.replace('horizon: 12s', attacks).replace(', containment: true', '');
    expect(drillOf(text).observe).toMatchObject({
      attacks: [{ of: 'canary', kinds: ['alg-none', 'no-expiry'] }],
      repeats: 2,
    });
  });

  it.for([
    {
      name: 'neither a horizon nor attacks',
      part: 'horizon: 12s',
      by: 'arms: [quiet]',
      says: ['16:12 nothing says how long to observe | add horizon, or attacks to fill a matrix'],
    },
    {
      name: 'attacks and a containment',
      part: 'horizon: 12s',
      by: 'attacks: [{ of: canary, kinds: [alg-none] }, { of: leaked_key, kinds: [jku, alg-none] }]',
      says: [
        '15:13 step "remove" contains, but a drill with attacks measures no containment | remove containment, or observe.attacks',
        '16:65 credential "leaked_key" has the role key, this needs canary or control | choose one of canary',
        '16:90 attack "alg-none" is listed twice | remove one of them',
      ],
    },
    {
      name: 'no containment step',
      part: ', containment: true',
      by: '',
      says: ['14:5 no step of the method contains | set containment: true on the step whose effect is measured'],
    },
    {
      name: 'two containment steps',
      part: '  observe:',
      by: '    - { id: again, uses: jwks.remove_key, with: { key: leaked_key }, containment: true }\n  observe:',
      says: [
        '16:13 step "again" contains, and so does the one on line 15 | one drill measures one change; write a second drill',
      ],
    },
    {
      name: 'no mark',
      part: '{ id: leak, mark: leak-known }',
      by: '{ id: leak, uses: jwks.add_key, with: { key: leaked_key } }',
      says: [
        '14:5 no step of the method marks leak-known | begin with { id: leak, mark: leak-known }; all times count from it',
      ],
    },
    {
      name: 'a mark after the containment',
      part: '    - { id: leak, mark: leak-known }\n    - { id: remove, uses: jwks.remove_key, with: { key: leaked_key }, containment: true }\n',
      by: '    - { id: remove, uses: jwks.remove_key, with: { key: leaked_key }, containment: true }\n    - { id: leak, mark: leak-known }\n',
      says: [
        '15:25 the leak is known only after the step that contains it | move the step with mark: leak-known before it',
      ],
    },
    {
      name: 'a step that does nothing',
      part: '  observe:',
      by: '    - { id: idle }\n  observe:',
      says: ['16:13 step "idle" does nothing | give it uses, or mark: leak-known'],
    },
    {
      name: 'a containment step without an action',
      part: 'uses: jwks.remove_key, with: { key: leaked_key }, ',
      by: '',
      says: ['15:13 step "remove" contains the leak without an action | give it uses'],
    },
    {
      name: 'a step id used twice, also across phases',
      part: '  method:',
      by: '  warmup:\n    - { id: remove, uses: jwks.add_key, with: { key: leaked_key } }\n  method:',
      says: ['17:13 step id "remove" is used twice, first at line 14, column 13 | rename one of the two'],
    },
    {
      name: 'an unknown key in a step',
      part: 'with: { key: leaked_key }, containment',
      by: 'with: { key: leaked_ky }, containment',
      says: ['15:57 there is no credential "leaked_ky" | did you mean "leaked_key"?'],
    },
    {
      name: 'an unknown key in a credential',
      part: 'with: { key: leaked_key } } }',
      by: 'with: { key: nothing } } }',
      says: ['12:70 there is no credential "nothing" | choose one of leaked_key, canary'],
    },
    {
      name: 'a key that is a token',
      part: 'with: { key: leaked_key }, containment',
      by: 'with: { key: canary }, containment',
      says: ['15:57 credential "canary" has the role canary, this needs key | choose one of leaked_key'],
    },
    {
      name: 'a credential made from itself',
      part: '  method:',
      by: '    a: { role: negative, obtain: { uses: token.break_signature, with: { of: b } } }\n    b: { role: negative, obtain: { uses: token.break_signature, with: { of: a } } }\n  method:',
      says: [
        '13:71 credential "a" is made from itself: a from b from a | make one of them from nothing, for example with key.generate',
      ],
    },
    {
      name: 'no canary',
      part: 'role: canary',
      by: 'role: control',
      says: [
        '11:5 no credential has the role canary | a drill leaks a credential that it minted itself; add one with role: canary',
      ],
    },
    {
      name: 'an unknown credential to recover',
      part: '  observe:',
      by: '  recover: [{ credential: recovry }]\n  observe:',
      says: ['16:27 there is no credential "recovry" | choose one of leaked_key, canary'],
    },
    {
      name: 'recovery of what was revoked',
      part: '  observe:',
      by: '  recover: [{ credential: canary }]\n  observe:',
      says: [
        '16:27 credential "canary" has the role canary, this needs recovery or control or bystander | add a credential with the role recovery',
      ],
    },
    {
      name: 'a horizon of nothing',
      part: '12s',
      by: '0s',
      says: ['16:23 a horizon of 0s observes nothing | choose one above the objective and the predicted bound'],
    },
    {
      name: 'a run that ends before its horizon',
      part: '{ horizon: 12s }',
      by: '{ horizon: 12s }\n  guards: { max_duration: 10s }',
      says: [
        '17:27 max_duration 10s ends the run before the horizon of 12s | raise guards.max_duration, or lower observe.horizon',
      ],
    },
    {
      name: 'a horizon beyond the longest run by default',
      part: '12s',
      by: '1h',
      says: [
        '16:23 max_duration 30m ends the run before the horizon of 1h | raise guards.max_duration, or lower observe.horizon',
      ],
    },
    {
      name: 'gaps that do not fit',
      part: '12s',
      by: '12s, schedule: { min: 10s, jitter: 60% }',
      says: [
        '16:45 the shortest gap 10s is above the longest, 5s | raise max, or lower min',
        '16:58 jitter 60% is above 50% | choose at most 50%',
      ],
    },
    {
      name: 'probes without a gap',
      part: '12s',
      by: '12s, schedule: { min: 0ms }',
      says: ['16:45 probes cannot follow each other without a gap | choose 10ms or more'],
    },
    {
      name: 'real credentials',
      part: '{ horizon: 12s }',
      by: '{ horizon: 12s }\n  guards: { canary_only: false }',
      says: [
        '17:26 canary_only: false would let a drill revoke real credentials, which this version refuses | remove it; real leaks belong to the incident commands',
      ],
    },
    {
      name: 'a star beside names',
      part: '  credentials:',
      by: "  targets: [jose, '*']\n  credentials:",
      says: ['10:19 "*" already selects every verifier | remove it, or the names beside it'],
    },
    {
      name: 'a target that is no name',
      part: '  credentials:',
      by: '  targets: [jose*]\n  credentials:',
      says: [
        '10:13 spec.targets[0] is "jose*", not a name | use lower-case letters, digits and dashes, at most 63, a letter or digit first and last; "*" for all',
      ],
    },
    {
      name: 'a credential whose name is none',
      part: '    canary:',
      by: '    The-Canary:',
      says: [
        '12:5 "The-Canary" cannot be a name in spec.credentials | use lower-case letters, digits and _, a letter first',
      ],
    },
    {
      name: 'a hypothesis that says nothing',
      part: 'The leaked key is refused everywhere.',
      by: 'It works.',
      says: ['5:15 spec.hypothesis is too short: "It works." | write at least 20 characters'],
    },
    {
      name: 'a share without a sign',
      part: '12s',
      by: "12s, schedule: { relative: '5' }",
      says: ['16:50 spec.observe.schedule.relative is "5", not a percentage below 100% | write it like 5% or 0.5%'],
    },
    {
      name: 'more requests than allowed',
      part: '12s',
      by: '12s, budget: { requests_per_second: 2000 }',
      says: [
        '16:59 spec.observe.budget.requests_per_second is 2000, it must be <= 1000 | choose a number in the range',
      ],
    },
    {
      name: 'an arm that does not exist',
      part: '12s',
      by: '12s, arms: [busi]',
      says: ['16:35 spec.observe.arms[0] cannot be "busi" | did you mean "busy"? choose one of quiet, busy, sparse'],
    },
  ])('with $name is refused', ({ part, by, says }) => {
    expect(faultsOf(changed(SMALL, part, by))).toEqual(says);
  });

  it('tells each loop of credentials once, and none where two share a source', () => {
    const made = (name: string, of: string): string =>
      `    ${name}: { role: negative, obtain: { uses: token.break_signature, with: { of: ${of} } } }\n`;
    const withCredentials = (credentials: string): string => changed(SMALL, '  method:', `${credentials}  method:`);
    const loops = made('a', 'b') + made('b', 'c') + made('c', 'b') + made('d', 'd') + made('e', 'a');
    expect(faultsOf(withCredentials(loops)).map((line) => line.split(' | ')[0])).toEqual([
      '14:71 credential "b" is made from itself: b from c from b',
      '16:71 credential "d" is made from itself: d from d',
    ]);
    expect(
      drillOf(withCredentials(made('a', 'canary') + made('b', 'canary') + made('c', 'a'))).credentials,
    ).toHaveLength(5);
  });

  it('tells every fault of its meaning at once', () => {
    const text = changed(
      changed(changed(SMALL, '12s', '0s'), 'role: canary', 'role: control'),
      ', containment: true',
      '',
    );
    expect(faultsOf(text)).toHaveLength(3);
  });
});
