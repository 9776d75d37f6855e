/**
 * The story of a stolen refresh token: a thief renews the session of one user, out of five thousand with a million requests,
 * from elsewhere. Found by what the token endpoint and the service logged, ended, proven, on real processes.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sender, Story } from './lab-story.ts';
import { beginStory, sendTo } from './lab-story.ts';
import type { StolenSession } from './traffic.ts';
import { stolenSession } from './traffic.ts';

const ISSUER = 'https://issuer.firebreak.test';
const VICTIM = 777;
const ME = ['--by', '@ana'];
const REQUESTS = Number(process.env['STORY_REQUESTS'] ?? 1_000_000);
const HOUR = 3_600_000;

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

let story: Story;
let traffic: StolenSession;
let stolen: Tokens;
let renewed: Tokens;
let thief: Sender;
let user: Sender;
let leak = 0;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

beforeAll(async () => {
  story = await beginStory();
  stolen = await logIn();
  const now = Math.floor(Date.now() / 1000) * 1000;
  leak = now - 6 * HOUR;
  traffic = stolenSession({
    folder: story.folder,
    users: 5000,
    requests: REQUESTS,
    attackerRequests: 600,
    issuer: ISSUER,
    kids: ['main-1', 'main-2'],
    start: now - 24 * HOUR,
    leak,
    end: now,
    victim: VICTIM,
    session: sessionOf(stolen.access_token),
    hash: (name, generation, taken) =>
      sha256(generation === taken ? stolen.refresh_token : `refresh token ${generation} of ${name}`),
  });
  // The thief shows the stolen token first, and has the next one from then on.
  renewed = (await refresh(stolen.refresh_token)).tokens;
  const urls = story.description.verifiers.map(({ url }) => url);
  [thief, user] = [sendTo(urls, 40), sendTo(urls, 40)];
  thief.show(renewed.access_token);
  user.show(await story.token());
  await Promise.all([thief.sees(200), user.sees(200)]);
}, 300_000);

afterAll(async () => {
  await Promise.all([thief, user].map((sender) => sender.stop()));
  await story.end();
});

async function logIn(): Promise<Tokens> {
  return (await story.admin('POST', '/login', { sub: `user-${VICTIM}` })) as unknown as Tokens;
}

async function refresh(token: string): Promise<{ readonly status: number; readonly tokens: Tokens }> {
  const response = await fetch(`${story.description.issuer.url}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'drill-spa', refresh_token: token }),
  });
  return { status: response.status, tokens: (await response.json()) as Tokens };
}

function sessionOf(compact: string): string {
  const claims = JSON.parse(Buffer.from(compact.split('.')[1] ?? '', 'base64url').toString()) as {
    readonly sid: string;
  };
  return claims.sid;
}

interface ScopeJson {
  readonly uses: readonly { readonly file: string; readonly line: number; readonly signals: readonly string[] }[];
}

describe.sequential('a stolen refresh token', () => {
  it('is opened and scoped: every use of the thief is found, and no other', async () => {
    writeFileSync(join(story.folder, 'found.txt'), stolen.refresh_token);
    const since = new Date(leak).toISOString();
    const opened = await story.run(
      'incident',
      'open',
      '--leaked',
      'refresh_token',
      'found.txt',
      '--issuer',
      ISSUER,
      '--since',
      since,
      '--lead',
      '@ana',
      ...ME,
      '--dir',
      'incidents/session',
    );
    expect(opened).toMatchObject({ code: 0, err: '' });
    const scoped = await story.run(
      'incident',
      'scope',
      'incidents/session',
      'token.jsonl',
      'access.jsonl',
      '-o',
      'json=incidents/session/scope.json',
      ...ME,
    );
    expect(`${scoped.code} ${scoped.err}`).toBe('0 ');
    const { uses } = JSON.parse(readFileSync(join(story.folder, 'incidents/session/scope.json'), 'utf8')) as ScopeJson;
    const found = new Set(
      uses.filter(({ signals }) => signals.includes('new_network')).map(({ file, line }) => `${file}:${line}`),
    );
    const truth = new Set([
      ...[...traffic.attacker].map((line) => `access.jsonl:${line}`),
      ...[...traffic.thief].map((line) => `token.jsonl:${line}`),
    ]);
    const right = [...found].filter((place) => truth.has(place)).length;
    const [precision, recall] = [right / found.size, right / truth.size];
    console.log(`${traffic.lines} lines, ${truth.size} of the thief: precision ${precision}, recall ${recall}`);
    expect([precision, recall]).toEqual([1, 1]);
  }, 200_000);

  it('is contained everywhere: no verifier accepts its tokens, the issuer renews none, and others stay in', async () => {
    writeFileSync(join(story.folder, 'witness.jwt'), renewed.access_token);
    for (const args of [
      ['plan'],
      ['contain', '--confirm', 'session', '--quiet'],
      ['verify', '--witness', 'witness.jwt'],
    ]) {
      const [command = '', ...more] = args;
      const { code, out, err } = await story.run('incident', command, 'incidents/session', ...more, ...ME);
      expect(`${command} ${code} ${code === 0 ? '' : out + err}`).toBe(`${command} 0 `);
    }
    await thief.sees(401);
    await user.sees(200);
    expect((await refresh(renewed.refresh_token)).status).toBe(400);
  }, 120_000);

  it('is closed with everything proven, and told from the first use to the last', async () => {
    for (const item of ['refresh_family', 'exchanged_tokens', 'derived_sessions', 'long_connections']) {
      await story.run('incident', 'check', item, 'incidents/session', '--because', 'asked of the issuer', ...ME);
    }
    const closed = await story.run('incident', 'close', 'incidents/session', ...ME);
    expect(`${closed.code} ${closed.code === 0 ? '' : closed.out}`).toBe('0 ');
    const { code, out } = await story.run('incident', 'postmortem', 'incidents/session');
    expect(code).toBe(0);
    for (const part of [/timeline/i, /exposure/i, /affected/i, /predicted/i]) expect(out).toMatch(part);
    const said = [out, readFileSync(join(story.folder, 'incidents/session/incident.yaml'), 'utf8')].join('');
    for (const secret of [stolen.refresh_token, renewed.refresh_token, renewed.access_token.split('.')[2] ?? ''])
      expect(said).not.toContain(secret);
  });
});
