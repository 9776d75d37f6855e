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

interface Row {
  readonly name: string;
  readonly leaked: Leaked;
  readonly parts: EstateParts;
  readonly about?: KnownIds;
  /** What is taken, in its order. */
  readonly steps: readonly string[];
  /** What each verifier is promised, in milliseconds. */
  readonly reader: number | string;
  readonly deaf: number | string;
}

const TABLE: readonly Row[] = [
  {
    name: 'a token, a list that can name it',
    leaked: TOKEN,
    parts: { ...WITH_LIST, responses: all(DENY) },
    steps: ['deny_jti'],
    reader: 3000,
    deaf: 601_000,
  },
  { name: 'a token, no response', leaked: TOKEN, parts: WITH_LIST, steps: [], reader: 601_000, deaf: 601_000 },
  {
    name: 'a token, a list that only names users',
    leaked: TOKEN,
    parts: { ...WITH_LIST, channels: LIST.replace('jti, sid, sub, client_id, kid', 'sub'), responses: all(DENY) },
    steps: ['deny_sub'],
    reader: 3000,
    deaf: 601_000,
  },
  {
    name: 'a token, what stops minting does nothing',
    leaked: TOKEN,
    parts: { ...WITH_LIST, responses: all(REVOKE, BLOCK, END) },
    steps: [],
    reader: 601_000,
    deaf: 601_000,
  },
  {
    name: 'a key, list and removal',
    leaked: KEY,
    parts: { ...WITH_LIST, responses: all(DENY, REMOVE, ROTATE) },
    steps: ['deny_kid', 'rotate_key', 'remove_key'],
    reader: 3000,
    deaf: 'unbounded',
  },
  {
    name: 'a key, removal and restart',
    leaked: KEY,
    parts: { responses: all(FLUSH, REMOVE, ROTATE) },
    steps: ['rotate_key', 'remove_key', 'flush_caches'],
    reader: 7000,
    deaf: 33_000,
  },
  {
    name: 'a key, only a restart',
    leaked: KEY,
    parts: { responses: all(FLUSH) },
    steps: [],
    reader: 'unbounded',
    deaf: 'unbounded',
  },
  {
    name: 'a key, a list without kid',
    leaked: KEY,
    parts: { ...WITH_LIST, channels: LIST.replace(', kid', ''), responses: all(DENY) },
    steps: [],
    reader: 'unbounded',
    deaf: 'unbounded',
  },
  {
    name: 'a refresh token of a known session',
    leaked: REFRESH,
    parts: { ...WITH_LIST, responses: all(DENY, REVOKE, BLOCK) },
    about: { sid: 's-1', client_id: 'web' },
    steps: ['deny_sid', 'revoke_family'],
    reader: 3000,
    deaf: 602_000,
  },
  {
    name: 'a refresh token, nothing stops it',
    leaked: REFRESH,
    parts: { ...WITH_LIST, responses: all(DENY) },
    about: { sid: 's-1' },
    steps: ['deny_sid'],
    reader: 'unbounded',
    deaf: 'unbounded',
  },
  {
    name: 'a refresh token, nobody knows its session',
    leaked: REFRESH,
    parts: { ...WITH_LIST, responses: all(DENY, REVOKE) },
    steps: ['revoke_family'],
    reader: 602_000,
    deaf: 602_000,
  },
  {
    name: 'a client',
    leaked: CLIENT,
    parts: { ...WITH_LIST, responses: all(DENY, BLOCK) },
    steps: ['deny_client_id', 'block_client'],
    reader: 3000,
    deaf: 602_000,
  },
  {
    name: 'a session, ended at the issuer',
    leaked: SESSION,
    parts: { ...WITH_LIST, responses: all(DENY, END) },
    about: { sub: 'u-1' },
    steps: ['deny_sid', 'end_session'],
    reader: 3000,
    deaf: 602_000,
  },
];

describe('plans of containment', () => {
  it.each(TABLE)('$name', ({ leaked, parts, about, steps, reader, deaf }) => {
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
    [TOKEN, 'replace_secret', 'useless', /signed by ES256/],
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
    // Where a step stands is the one thing that differs.
    const essence = (of: typeof plan | null): unknown =>
      JSON.parse(JSON.stringify(of?.steps, (key, value: unknown) => (key === 'at' ? undefined : value)));
    expect(essence(read)).toEqual(essence(plan));
    expect(read?.expected).toEqual(plan.expected);
  });
});
