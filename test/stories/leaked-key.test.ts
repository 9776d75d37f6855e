/**
 * The story of a leaked signing key: somebody forges tokens with it, for whomever they like and from ever new addresses,
 * between a million requests of five thousand users. From the first scope to the drill that replays it, on real processes.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sender, Story } from './lab-story.ts';
import { beginStory, sendTo } from './lab-story.ts';
import type { Traffic } from './traffic.ts';
import { forgedTraffic } from './traffic.ts';

const ISSUER = 'https://issuer.firebreak.test';
const KID = 'main-1';
const ME = ['--by', '@ana'];

/** Requests of the users; the story is told with the whole number, and with fewer where time is short. */
const REQUESTS = Number(process.env['STORY_REQUESTS'] ?? 1_000_000);
const HOUR = 3_600_000;

let story: Story;
let traffic: Traffic;
let thiefKey: KeyObject;
let thief: Sender;
let user: Sender;
let leak = 0;

beforeAll(async () => {
  story = await beginStory();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  thiefKey = privateKey;
  const jwk: JsonWebKey = publicKey.export({ format: 'jwk' });
  await story.admin('POST', '/keys', { jwk: { ...jwk, kid: KID, alg: 'ES256', use: 'sig' } });
  const now = Math.floor(Date.now() / 1000) * 1000;
  leak = now - 6 * HOUR;
  traffic = forgedTraffic({
    folder: story.folder,
    users: 5000,
    requests: REQUESTS,
    attackerRequests: 3000,
    issuer: ISSUER,
    kids: [KID, 'main-2'],
    start: now - 24 * HOUR,
    leak,
    end: now,
  });
  const urls = story.description.verifiers.map(({ url }) => url);
  [thief, user] = [sendTo(urls, 40), sendTo(urls, 40)];
  thief.show(await forged('thief'));
  user.show(await story.token());
  await Promise.all([thief.sees(200), user.sees(200)]);
}, 300_000);

afterAll(async () => {
  await Promise.all([thief, user].map((sender) => sender.stop()));
  await story.end();
});

/** What whoever has the key can make. */
function forged(sub: string): Promise<string> {
  return new SignJWT({ client_id: 'drill-a' })
    .setProtectedHeader({ alg: 'ES256', kid: KID, typ: 'at+jwt' })
    .setIssuer(ISSUER)
    .setAudience('https://orders.firebreak.test')
    .setSubject(sub)
    .setJti(`forged-${sub}`)
    .setIssuedAt()
    .setExpirationTime('8h')
    .sign(thiefKey);
}

interface ScopeJson {
  readonly uses: readonly { readonly line: number; readonly signals: readonly string[] }[];
  readonly signals: readonly { readonly kind: string; readonly uses: number }[];
}

describe.sequential('a leaked signing key', () => {
  it('is opened and scoped: all requests of the thief are found, and only those', async () => {
    const since = new Date(leak).toISOString();
    const opened = await story.run(
      'incident',
      'open',
      '--leaked',
      'kid',
      KID,
      '--issuer',
      ISSUER,
      '--since',
      since,
      '--lead',
      '@ana',
      ...ME,
      '--dir',
      'incidents/key',
    );
    expect(opened).toMatchObject({ code: 0, err: '' });
    const scoped = await story.run(
      'incident',
      'scope',
      'incidents/key',
      'access.jsonl',
      '--issued',
      'issuer.jsonl',
      '-o',
      'json=incidents/key/scope.json',
      '-o',
      'html=scope.html',
      ...ME,
    );
    expect(`${scoped.code} ${scoped.err}`).toBe('0 ');
    const scope = JSON.parse(readFileSync(join(story.folder, 'incidents/key/scope.json'), 'utf8')) as ScopeJson;
    const found = new Set(scope.uses.filter(({ signals }) => signals.includes('never_issued')).map(({ line }) => line));
    const right = [...found].filter((line) => traffic.attacker.has(line)).length;
    const [precision, recall] = [right / found.size, right / traffic.attacker.size];
    console.log(
      `${traffic.lines} lines, ${traffic.attacker.size} of the thief: precision ${precision}, recall ${recall}`,
    );
    expect([precision, recall]).toEqual([1, 1]);
    expect(scope.signals).toContainEqual(
      expect.objectContaining({ kind: 'never_issued', uses: traffic.attacker.size }),
    );
  }, 200_000);

  it('is contained everywhere, while the thief goes on trying and users come back', async () => {
    writeFileSync(join(story.folder, 'witness.jwt'), await forged('witness'));
    for (const args of [['plan'], ['contain', '--confirm', 'key', '--quiet'], ['verify', '--witness', 'witness.jwt']]) {
      const [command = '', ...more] = args;
      const { code, out, err } = await story.run('incident', command, 'incidents/key', ...more, ...ME);
      expect(`${command} ${code} ${code === 0 ? '' : out + err}`).toBe(`${command} 0 `);
    }
    await thief.sees(401);
    user.show(await story.token());
    await user.sees(200);
    for (const { url } of story.description.verifiers) {
      const mine = thief.sent.filter((one) => one.url === url);
      const lastIn = Math.max(...mine.filter(({ status }) => status === 200).map(({ sent }) => sent));
      const firstOut = mine.findIndex(({ status, sent }) => status === 401 && sent > lastIn);
      expect(firstOut, url).toBeGreaterThan(0);
    }
  }, 120_000);

  it('is closed with everything proven, and told from the first use to the last', async () => {
    for (const item of ['exchanged_tokens', 'derived_sessions', 'long_connections']) {
      await story.run('incident', 'check', item, 'incidents/key', '--because', 'the lab makes none', ...ME);
    }
    const closed = await story.run('incident', 'close', 'incidents/key', ...ME);
    expect(`${closed.code} ${closed.code === 0 ? '' : closed.out}`).toBe('0 ');
    const { code, out } = await story.run('incident', 'postmortem', 'incidents/key');
    expect(code).toBe(0);
    for (const part of [/timeline/i, /exposure/i, /affected/i, /predicted/i]) expect(out).toMatch(part);
  });
});
