import { describe, expect, it } from 'vitest';
import type { KnownIds } from '../../src/incident/known-ids.ts';
import { idsOf } from '../../src/incident/known-ids.ts';
import { planContainment } from '../../src/incident/plan-containment.ts';
import { planFileText } from '../../src/incident/write-plan.ts';
import type { ContainmentProposal } from '../../src/model/containment.ts';
import type { Leaked } from '../../src/model/incident.ts';
import { readContainmentPlan } from '../../src/policy/read-containment-plan.ts';
import { validateDocument } from '../../src/policy/validate.ts';
import { parseDocuments } from '../../src/source/parse.ts';
import type { EstateParts } from './estate.ts';
import { NOW, TOKEN, incidentOf, inventoryWith } from './estate.ts';

function planFor(leaked: Leaked, parts: EstateParts, about: KnownIds = {}): ContainmentProposal {
  const inventory = inventoryWith(parts);
  const [environment] = inventory.environments;
  const [issuer] = inventory.issuers;
  if (environment === undefined || issuer === undefined) throw new Error('the estate of the test is empty');
  return planContainment({
    incident: incidentOf(leaked),
    inventory,
    environment,
    issuer,
    policies: [],
    known: { ...idsOf(leaked), ...about },
    affected: null,
    file: 'plan.yaml',
    now: NOW,
  });
}

const KEY: Leaked = { kind: 'kid', value: 'main-1' };
const REFRESH: Leaked = { kind: 'refresh_token', sha256: 'b'.repeat(64) };
const CLIENT: Leaked = { kind: 'client_id', value: 'web' };
const SESSION: Leaked = { kind: 'sid', value: 's-1' };

const LIST = '[{ name: list, type: denylist, keys: [jti, sid, sub, client_id, kid], store_lag: 0s }]';
const READS = '[{ use: list, poll_interval: 1s, fetch_timeout: 1s, fail_mode: closed }]';
const DENY =
  '{ does: [deny_jti, deny_sid, deny_sub, deny_client_id, deny_kid], channel: list, uses: denylist.file.add, with: { file: denied.txt } }';
const ROTATE = '{ does: [rotate_key], uses: manual, with: { text: Rotate., undo: none, reason: it stays } }';
const REMOVE = '{ does: [remove_key], uses: jwks.file.remove_key, with: { file: jwks.json } }';
const REVOKE = '{ does: [revoke_family], uses: exec, with: { argv: [revoke], undo: none, reason: it is dead } }';
const BLOCK = '{ does: [block_client], uses: exec, with: { argv: [block], undo: none, reason: it is blocked } }';
const END = '{ does: [end_session], uses: exec, with: { argv: [end], undo: none, reason: it is over } }';
const FLUSH =
  '{ does: [flush_caches], verifiers: [deaf], uses: exec, with: { argv: [restart], undo: none, reason: it restarts }, timeout: 30s }';
const WITH_LIST = { channels: LIST, uses: READS };
const all = (...responses: readonly string[]): string => `[${responses.join(', ')}]`;

/** Leak, estate, what is taken in which order, and what each verifier is promised in milliseconds. */
const TABLE: readonly (readonly [
  name: string,
  leaked: Leaked,
  parts: EstateParts,
  about: KnownIds,
  steps: readonly string[],
  reader: number | string,
  deaf: number | string,
])[] = [
  ['a token, a list that can name it', TOKEN, { ...WITH_LIST, responses: all(DENY) }, {}, ['deny_jti'], 3000, 601_000],
  ['a token, no response', TOKEN, WITH_LIST, {}, [], 601_000, 601_000],
  [
    'a token, a list that only names users',
    TOKEN,
    { ...WITH_LIST, channels: LIST.replace('jti, sid, sub, client_id, kid', 'sub'), responses: all(DENY) },
    {},
    ['deny_sub'],
    3000,
    601_000,
  ],
  [
    'a token, what stops minting does nothing',
    TOKEN,
    { ...WITH_LIST, responses: all(REVOKE, BLOCK, END) },
    {},
    [],
    601_000,
    601_000,
  ],
  [
    'a key, list and removal',
    KEY,
    { ...WITH_LIST, responses: all(DENY, REMOVE, ROTATE) },
    {},
    ['deny_kid', 'rotate_key', 'remove_key'],
    3000,
    'unbounded',
  ],
  [
    'a key, removal and restart',
    KEY,
    { responses: all(FLUSH, REMOVE, ROTATE) },
    {},
    ['rotate_key', 'remove_key', 'flush_caches'],
    7000,
    33_000,
  ],
  ['a key, only a restart', KEY, { responses: all(FLUSH) }, {}, [], 'unbounded', 'unbounded'],
  [
    'a key, a list without kid',
    KEY,
    { ...WITH_LIST, channels: LIST.replace(', kid', ''), responses: all(DENY) },
    {},
    [],
    'unbounded',
    'unbounded',
  ],
  [
    'a refresh token of a known session',
    REFRESH,
    { ...WITH_LIST, responses: all(DENY, REVOKE, BLOCK) },
    { sid: 's-1', client_id: 'web' },
    ['deny_sid', 'revoke_family'],
    3000,
    602_000,
  ],
  [
    'a refresh token, nothing stops it',
    REFRESH,
    { ...WITH_LIST, responses: all(DENY) },
    { sid: 's-1' },
    ['deny_sid'],
    'unbounded',
    'unbounded',
  ],
  [
    'a refresh token, nobody knows its session',
    REFRESH,
    { ...WITH_LIST, responses: all(DENY, REVOKE) },
    {},
    ['revoke_family'],
    602_000,
    602_000,
  ],
  [
    'a client',
    CLIENT,
    { ...WITH_LIST, responses: all(DENY, BLOCK) },
    {},
    ['deny_client_id', 'block_client'],
    3000,
    602_000,
  ],
  [
    'a session, ended at the issuer',
    SESSION,
    { ...WITH_LIST, responses: all(DENY, END) },
    { sub: 'u-1' },
    ['deny_sid', 'end_session'],
    3000,
    602_000,
  ],
];

describe('plans of containment', () => {
  it.each(TABLE)('%s', (_, leaked, parts, about, steps, reader, deaf) => {
    const { steps: taken, verifiers } = planFor(leaked, parts, about);
    expect(taken.map(({ step }) => step.does)).toEqual(steps);
    expect(Object.fromEntries(verifiers.map(({ verifier, bound }) => [verifier, bound]))).toEqual({ deaf, reader });
  });

  it('names every verifier that nothing reaches, with what stays open', () => {
    const { verifiers } = planFor(TOKEN, { ...WITH_LIST, responses: all(DENY) });
    expect(verifiers.map(({ verifier, exposed }) => [verifier, exposed])).toEqual([
      ['deaf', 'nothing reaches it: accepts the token until it expires at 2026-11-30T09:09:00.000Z, plus its leeway'],
      ['reader', null],
    ]);
  });

  it.each([
    [KEY, 'deny_jti', 'useless', /writes every claim/],
    [REFRESH, 'remove_key', 'useless', /next key just as well/],
    [TOKEN, 'revoke_family', 'useless', /lives on by itself/],
    [TOKEN, 'deny_kid', 'too-broad', /everybody whose token/],
    [TOKEN, 'revoke_token', 'not-declared', /no response/],
    [REFRESH, 'deny_sid', 'not-known', /--about sid=VALUE/],
  ] as const)('says why it leaves out what it leaves out: %o %s', (leaked, mechanism, kind, why) => {
    const { leftOut } = planFor(leaked, { ...WITH_LIST, responses: all(DENY, REVOKE, REMOVE) });
    const option = leftOut.find((each) => each.mechanism === mechanism);
    expect(option?.kind).toBe(kind);
    expect(option?.why).toMatch(why);
  });

  it('removes a key only after another one signs, and restarts only after both', () => {
    const { plan } = planFor(KEY, { responses: all(REMOVE, ROTATE, FLUSH) });
    expect(plan.steps.map(({ id, after }) => [id, after])).toEqual([
      ['rotate-key', []],
      ['remove-key', ['rotate-key']],
      ['flush-caches', ['remove-key']],
    ]);
  });

  it('warns where a key would be removed and nothing makes another one sign', () => {
    expect(planFor(KEY, { responses: all(REMOVE) }).notes.join()).toMatch(
      /make sure that it does before the key is removed/,
    );
  });

  it.each([
    ['token', TOKEN, NOW + 540_000 + 3_600_000],
    ['key', KEY, NOW + 366 * 86_400_000],
    ['session', SESSION, NOW + 600_000 + 3_600_000],
  ] as const)('keeps the entry of a %s for as long as it can be alive', (_, leaked, until) => {
    const { plan } = planFor(leaked, { ...WITH_LIST, responses: all(DENY, END) });
    expect(plan.steps[0]?.until).toBe(until);
  });

  it('can be read back from the file that it is written to', () => {
    const { plan, steps } = planFor(KEY, { ...WITH_LIST, responses: all(DENY, REMOVE, ROTATE, FLUSH) });
    const [source] = parseDocuments('plan.yaml', planFileText(plan, steps)).documents;
    if (source === undefined) throw new Error('the plan is not YAML');
    const { document, problems } = validateDocument(source);
    expect(problems).toEqual([]);
    const read = document === null ? null : readContainmentPlan(document).plan;
    const essence = (of: typeof plan | null): unknown =>
      of?.steps.map(({ at: _, call: { at: __, ...call }, ...step }) => ({ ...step, call }));
    expect(essence(read)).toEqual(essence(plan));
    expect(read?.expected).toEqual(plan.expected);
  });
});
