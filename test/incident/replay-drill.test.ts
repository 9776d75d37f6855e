import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replayDrill } from '../../src/incident/replay-drill.ts';
import type { ContainmentStep } from '../../src/model/containment.ts';
import type { DrillSpec } from '../../src/model/drill.ts';
import type { Leaked } from '../../src/model/incident.ts';
import { millis } from '../../src/model/quantity.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { incidentOf, NOW, TOKEN } from './estate.ts';

/** What leaked is called so everywhere, and must stand nowhere. */
const LEAKED = 'l34k3d';

const NOWHERE = { file: 'plan.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Objectives for every kind of leak. */
const POLICIES = readFileSync('policies/lab.yaml', 'utf8').replace(
  '      access_token: { max: 5s, of: routes }',
  `      access_token: { max: 5s, of: routes }
      client: { max: 90s, of: routes }
      user_session: { max: 5s, of: routes }
      hmac_secret: { max: 5s, of: routes }`,
);

const OTHERS = readFileSync('drills/stolen-session.yaml', 'utf8');

function step(id: string, uses: string, does: ContainmentStep['does'], type = 'jti'): ContainmentStep {
  return {
    id,
    does,
    issuer: 'lab',
    names: { type, value: LEAKED },
    until: NOW,
    call: { uses, with: {}, at: NOWHERE, isResponse: true, handed: { type, value: LEAKED } },
    timeout: millis(30_000),
    isRepeatable: null,
    after: [],
    at: NOWHERE,
  };
}

/** The drill of an incident, read as `lint` reads it, with what could not be replayed. */
function replayed(
  leaked: Leaked,
  steps: readonly ContainmentStep[],
  others = '',
): { readonly drills: readonly DrillSpec[]; readonly text: string; readonly leftOut: readonly string[] } {
  const files = [
    { file: 'policies/lab.yaml', text: POLICIES, named: true },
    { file: 'policies/lab-inventory.yaml', text: readFileSync('policies/lab-inventory.yaml', 'utf8'), named: true },
    ...(others === '' ? [] : [{ file: 'drills/other.yaml', text: others, named: true }]),
  ];
  const { estate, drills } = readEstate(files, { now: NOW });
  const [inventory] = estate.inventories;
  if (inventory === undefined) throw new Error('no inventory');
  const plan = { incident: 'inc-7', file: 'plan.yaml', inventory: 'lab', environment: 'lab', made: NOW };
  const { drills: made, leftOut } = replayDrill({
    incident: incidentOf(leaked),
    plan: { ...plan, steps, expected: [] },
    inventory,
    policies: estate.policies,
    others: drills,
  });
  const text = made.map((drill) => drill.text).join('---\n');
  const again = readEstate([...files, { file: 'drills/new.yaml', text, named: true }], { now: NOW });
  if (made.length > 0) expect(again.problems.map(({ message }) => message)).toEqual([]);
  return { drills: again.drills.filter(({ file }) => file === 'drills/new.yaml'), text, leftOut };
}

const FOUND: Leaked = TOKEN.kind === 'token' ? { ...TOKEN, sha256: LEAKED.repeat(10) } : TOKEN;

describe('the drill that replays an incident', () => {
  it.each<
    readonly [string, Leaked, readonly ContainmentStep[], readonly [horizon: string, ...method: readonly string[]]]
  >([
    [
      'an access token',
      FOUND,
      [step('deny', 'denylist.add', 'deny_jti')],
      ['8s', 'deny: denylist.add {"type":"jti","of":"canary"} contains'],
    ],
    [
      'a signing key',
      { kind: 'kid', value: LEAKED },
      [step('rotate', 'jwks.rotate', 'rotate_key', 'kid'), step('remove', 'jwks.remove_key', 'remove_key', 'kid')],
      ['13s', 'publish-next: jwks.add_key {"key":"next_key"}', 'remove: jwks.remove_key {"key":"leaked_key"} contains'],
    ],
    [
      'a client, observed as long as makes sense',
      { kind: 'client_id', value: LEAKED },
      [
        step('deny', 'denylist.add', 'deny_client_id', 'client_id'),
        step('block', 'oauth.disable_client', 'block_client', 'client_id'),
      ],
      [
        '3m45s',
        'deny: denylist.add {"type":"client_id","of":"canary"} contains',
        'block: oauth.disable_client {"of":"stolen_client"}',
      ],
    ],
    [
      'a session, by the log-in of another drill',
      { kind: 'sid', value: LEAKED },
      [step('deny', 'denylist.add', 'deny_sid', 'sid'), step('end', 'oauth.end_session', 'end_session', 'sub')],
      ['8s', 'deny: denylist.add {"type":"sid","of":"canary"} contains', 'end: oauth.end_session {"grant":"stolen"}'],
    ],
  ])('leaks %s of its own', (_, leaked, steps, [horizon, ...method]) => {
    const { drills, text } = replayed(leaked, steps, OTHERS);
    expect(text).not.toContain(LEAKED);
    expect(drills.map(({ name, policy, environment }) => ({ name, policy, environment }))).toEqual([
      { name: 'incident-inc-7', policy: 'orders', environment: 'lab' },
    ]);
    const shown = drills.flatMap((drill) =>
      drill.method
        .filter(({ mark }) => mark === null)
        .map(({ id, call, containment }) =>
          `${id}: ${call?.uses ?? ''} ${JSON.stringify(call?.with)} ${containment ? 'contains' : ''}`.trimEnd(),
        ),
    );
    expect(shown).toEqual(method);
    expect(text).toContain(`horizon: ${horizon}\n`);
  });

  it.each<readonly [string, Leaked, readonly ContainmentStep[], RegExp]>([
    [
      'a session, when nothing says how a user logs in',
      { kind: 'sid', value: LEAKED },
      [step('deny', 'denylist.add', 'deny_sid', 'sid')],
      /no drill of this inventory says how a user logs in/,
    ],
    [
      'a token that was ended with everything of its user',
      FOUND,
      [step('deny', 'denylist.add', 'deny_sub', 'sub')],
      /^step deny: denylist\.add reaches more than a drill has made itself$/,
    ],
    [
      'a key that nothing took out of a key set',
      { kind: 'kid', value: LEAKED },
      [step('deny', 'denylist.add', 'deny_kid', 'kid')],
      /no step of the plan takes a key out of a key set/,
    ],
    [
      'a shared secret that the policy knows no algorithm of',
      { kind: 'hmac_secret', kid: LEAKED },
      [step('replace', 'secrets.remove', 'replace_secret', 'kid')],
      /policy orders allows no algorithm of a shared secret/,
    ],
  ])('is not made for %s, and says why', (_, leaked, steps, why) => {
    const { drills, leftOut } = replayed(leaked, steps);
    expect(drills).toEqual([]);
    expect(leftOut).toContainEqual(expect.stringMatching(why));
    expect(leftOut.join(' ')).not.toContain(LEAKED);
  });
});
