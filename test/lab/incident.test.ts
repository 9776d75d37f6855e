import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from '../cli/command.ts';
import type { Story } from '../stories/lab-story.ts';
import { beginStory } from '../stories/lab-story.ts';
import { fewVerifiers } from './few-verifiers.ts';

/**
 * Kills containment with SIGKILL at many points and asks what was made twice, and what not at all.
 * `INCIDENT_KILLS=50 npx vitest run --project real test/lab/incident.test.ts` runs more of them.
 */
const KILLS = Number(process.env['INCIDENT_KILLS'] ?? 2);

const ME = ['--by', '@ana'];

let story: Story;

beforeAll(async () => {
  story = await beginStory({
    'policies/lab.yaml': shortPromises(readFileSync('policies/lab.yaml', 'utf8')),
    'policies/lab-inventory.yaml': quickVerifiers(readFileSync('policies/lab-inventory.yaml', 'utf8')),
  });
});

/** Drills observe as long as the promises are, and a little longer. */
function shortPromises(policy: string): string {
  return policy.replace('signing_key: { max: 10s', 'signing_key: { max: 5s');
}

/** Three kinds of caches are enough here. */
function quickVerifiers(inventory: string): string {
  return fewVerifiers(inventory).replace('key_cache_ttl: 5s, cooldown: 1s', 'key_cache_ttl: 2s, cooldown: 1s');
}

afterAll(() => story.end());

const run: Story['run'] = (...args) => story.run(...args);
const admin: Story['admin'] = (...request) => story.admin(...request);
const token: Story['token'] = () => story.token();

function kidOf(compact: string): string {
  const header = JSON.parse(Buffer.from(compact.split('.')[0] ?? '', 'base64url').toString()) as {
    readonly kid: string;
  };
  return header.kid;
}

/** Every text below the folder of an incident. */
function written(incident: string): string {
  const walk = (path: string): readonly string[] =>
    readdirSync(path).flatMap((name) => {
      const below = join(path, name);
      return statSync(below).isDirectory() ? walk(below) : [readFileSync(below, 'utf8')];
    });
  return walk(join(story.folder, 'incidents', incident)).join('\n');
}

describe('an incident in the lab', () => {
  it('goes from a token in a public repository to contained and proven by the commands of the README', async () => {
    const [, section = ''] =
      /## When it really happened[\s\S]*?```sh\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
    const lines = [...section.matchAll(/^npx firebreak (.*?)\s+#.*$/gm)].map(([, line = '']) => line);
    expect(lines).toHaveLength(5);
    for (const line of lines) {
      const [command = '', file] = line.split(' > ');
      const { code, out, err } = await run(...command.split(' '));
      expect(`${code} ${code === 0 ? '' : `${command}: ${err}${out}`}`).toBe('0 ');
      if (file !== undefined) writeFileSync(join(story.folder, file), out);
      if (command.startsWith('incident verify')) expect(out).toMatch(/ is contained: after \S+, by \S+\n/);
    }
    // The other tests have incidents of their own, and name them.
    rmSync(join(story.folder, 'incidents'), { recursive: true });
  });

  it('is proven by the leaked token and by a canary, and nothing holds the token or the secret of the lab', async () => {
    const leaked = await token();
    writeFileSync(join(story.folder, 'found.jwt'), leaked);
    const open = await run(
      'incident',
      'open',
      '--leaked',
      'token',
      'found.jwt',
      '--since',
      '10m',
      '--lead',
      '@ana',
      ...ME,
      '--dir',
      'incidents/inc-1',
    );
    const plan = await run('incident', 'plan', 'inc-1', ...ME);
    const contain = await run('incident', 'contain', 'inc-1', '--confirm', 'inc-1', ...ME);
    const verify = await run(
      'incident',
      'verify',
      'inc-1',
      '--use-leaked-token',
      'found.jwt',
      '--allowed-by',
      '@ana',
      '-f',
      'json',
      ...ME,
    );
    expect([open, plan, contain, verify].map(({ code, err }) => `${code} ${code === 0 ? '' : err}`)).toEqual([
      '0 ',
      '0 ',
      '0 ',
      '0 ',
    ]);
    const proof = JSON.parse(verify.out) as {
      readonly contained: object;
      readonly units: readonly { readonly state: string }[];
    };
    expect(proof.contained).not.toBeNull();
    expect(proof.units.map(({ state }) => state)).toEqual(Array.from({ length: 3 }, () => 'contained'));

    const canary = await run('incident', 'verify', 'inc-1', '-f', 'json', ...ME);
    expect(`${canary.code} ${canary.code === 0 ? '' : canary.err}`).toBe('0 ');
    expect(JSON.parse(canary.out)).toMatchObject({ kind: 'canary' });
    const { entries } = (await admin('GET', '/denylist')) as { readonly entries: readonly object[] };
    expect(entries).toHaveLength(2);

    const said = [written('inc-1'), ...[open, plan, contain, verify].flatMap(({ out, err }) => [out, err])].join('\n');
    expect(said).not.toContain(leaked.split('.')[2] ?? 'signature');
    expect(said).not.toContain(story.description.admin.secret);
  });

  it('contains and proves a leaked key by a token of its own, and shows the token refused while others are accepted', async () => {
    const own = await token();
    writeFileSync(join(story.folder, 'own.jwt'), own);
    await run(
      'incident',
      'open',
      '--leaked',
      'kid',
      kidOf(own),
      '--issuer',
      'https://issuer.firebreak.test',
      '--since',
      '10m',
      '--lead',
      '@ana',
      ...ME,
      '--dir',
      'incidents/inc-2',
    );
    await run('incident', 'plan', 'inc-2', ...ME);
    expect((await run('incident', 'contain', 'inc-2', '--confirm', 'inc-2', ...ME)).code).toBe(0);
    const verify = await run('incident', 'verify', 'inc-2', '--witness', 'own.jwt', ...ME);
    expect(`${verify.code} ${verify.code === 0 ? '' : verify.out}`).toBe('0 ');
    expect(kidOf(await token())).not.toBe(kidOf(own));

    const early = await run('incident', 'close', 'inc-2', ...ME);
    expect(early.code).toBe(4);
    expect(early.out).toMatch(/exchanged_tokens/);
    for (const item of ['exchanged_tokens', 'derived_sessions', 'long_connections']) {
      await run('incident', 'check', item, 'inc-2', '--because', 'the lab makes none', ...ME);
    }
    expect((await run('incident', 'close', 'inc-2', ...ME)).code).toBe(0);
    const postmortem = await run('incident', 'postmortem', 'inc-2');
    expect(postmortem.out).toMatch(/- contained: after \S+, by \S+, shown by a token of our own/);
    expect(postmortem.out).toMatch(/\| jose \| contained \| \([\d.]+s, [\d.]+s\] \|/);
  });

  it('says that a token is still accepted where nothing was done', async () => {
    writeFileSync(join(story.folder, 'open.jwt'), await token());
    await run(
      'incident',
      'open',
      '--leaked',
      'token',
      'open.jwt',
      '--since',
      '10m',
      '--lead',
      '@ana',
      ...ME,
      '--dir',
      'incidents/inc-3',
    );
    await run('incident', 'plan', 'inc-3', ...ME);
    // Said to be done by hand, but it is not.
    await run('incident', 'contain', 'inc-3', '--confirm', 'inc-3', '--done', 'deny-jti-denylist', ...ME);
    const verify = await run(
      'incident',
      'verify',
      'inc-3',
      '--use-leaked-token',
      'open.jwt',
      '--allowed-by',
      '@ana',
      '--for',
      '2s',
      ...ME,
    );
    expect(verify.code).toBe(1);
    expect(verify.out).toMatch(/jose +OPEN .*unbounded/);
    expect((await run('incident', 'close', 'inc-3', '--anyway', 'a test', ...ME)).code).toBe(0);
  });
});

describe('the drill that replays an incident', () => {
  it.each([
    ['inc-1', ['jose', 'get-jwks', 'aws-jwt-verify'], /^$/],
    // Nothing but a restart ends a removed key at the other two.
    ['inc-2', ['jose'], /not replayed: get-jwks: .*\nnot replayed: aws-jwt-verify: /],
  ])('passes after containment of %s was proven, without anything that leaked', async (incident, targets, leftOut) => {
    const postmortem = await run('incident', 'postmortem', incident, '--drill');
    expect(postmortem.err.replace(/ {2}wrote .*\n/, '')).toMatch(leftOut);
    const file = `drills/incident-${incident}.yaml`;
    const text = readFileSync(join(story.folder, file), 'utf8');
    const [, digest = 'no digest'] = /sha256: "(\w+)"/.exec(written(incident)) ?? [];
    for (const known of [
      digest,
      kidOf(readFileSync(join(story.folder, incident === 'inc-1' ? 'found.jwt' : 'own.jwt'), 'utf8')),
    ]) {
      expect(text).not.toContain(known);
    }
    const lint = await run('lint', 'policies', file, '-f', 'json');
    const { errors } = JSON.parse(lint.out) as { readonly errors: readonly object[] };
    expect(errors).toEqual([]);
    const drill = await run('drill', 'run', file, '-f', 'json', '--quiet');
    expect(`${drill.code} ${drill.code === 0 ? '' : drill.err}${drill.code === 0 ? '' : drill.out}`).toBe('0 ');
    const { arms } = JSON.parse(drill.out) as {
      readonly arms: readonly { readonly units: readonly { readonly verifier: string }[] }[];
    };
    const drilled = arms.flatMap(({ units }) => units.map(({ verifier }) => verifier));
    expect([...new Set(drilled)].sort()).toEqual([...targets].sort());
  });
});

describe('containment under kill -9', () => {
  it.each(Array.from({ length: KILLS }, (_, index) => index))(
    'goes on where it ended and makes nothing twice, trial %i',
    async (trial) => {
      const name = `kill-${trial}`;
      const kid = kidOf(await token());
      await run(
        'incident',
        'open',
        '--leaked',
        'kid',
        kid,
        '--issuer',
        'https://issuer.firebreak.test',
        '--since',
        '1m',
        '--lead',
        '@ana',
        ...ME,
        '--dir',
        `incidents/${name}`,
      );
      const at = (file: string): string => join(story.folder, `${name}-${file}`);
      writeFileSync(at('denied.txt'), 'somebody\n');
      writeFileSync(at('counted.txt'), '');
      writeFileSync(join(story.folder, `incidents/${name}/plan.yaml`), planFor(name, kid));
      const before = ((await admin('GET', '/keys')) as { readonly kids: readonly string[] }).kids;

      await killedAfter(name, 1 + (trial % 9), Math.random() * 8);
      await finish(name, at('counted.txt'));

      expect(readFileSync(at('denied.txt'), 'utf8')).toBe(`somebody\n${kid}\n`);
      expect(readFileSync(at('counted.txt'), 'utf8')).toBe('x\n');
      // One rotation puts one new key into the key set; the leaked one has left it.
      const after = ((await admin('GET', '/keys')) as { readonly kids: readonly string[] }).kids;
      expect(after).not.toContain(kid);
      expect(after.filter((each) => !before.includes(each))).toHaveLength(1);
      expect((await run('incident', 'journal', name)).code).toBe(0);
    },
  );
});

/** Starts containment and kills it when its journal has so many lines more, and a little later. */
async function killedAfter(name: string, lines: number, milliseconds: number): Promise<void> {
  const journal = join(story.folder, `incidents/${name}/journal/ana.ndjson`);
  const count = (): number => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length : 0);
  const wanted = count() + lines;
  const running = start(['incident', 'contain', name, '--confirm', name, ...ME], { cwd: story.folder });
  while (count() < wanted && running.child.exitCode === null) await pause(1);
  await pause(milliseconds);
  running.child.kill('SIGKILL');
  await running.outcome;
}

/** Runs it again until it is complete. What nobody knows is looked at, as a person would. */
async function finish(name: string, counted: string): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    const { code, out } = await run('incident', 'contain', name, '--confirm', name, ...ME);
    if (code === 0) return;
    expect(code, out).toBe(4);
    // The program outlives whoever started it.
    await pause(200);
    const how = readFileSync(counted, 'utf8') === '' ? '--again' : '--done';
    expect((await run('incident', 'contain', name, '--confirm', name, how, 'count', ...ME)).code).toBe(0);
  }
}

function planFor(name: string, kid: string): string {
  const step = (id: string, rest: string): string =>
    `    - { id: ${id}, issuer: lab, until: 2099-01-01T00:00:00Z, names: { type: kid, value: "${kid}" }, ${rest} }`;
  return [
    'apiVersion: firebreak.dev/v1alpha1',
    'kind: ContainmentPlan',
    `metadata: { name: ${name} }`,
    'spec:',
    `  incident: ${name}`,
    '  inventory: lab',
    '  environment: lab',
    '  made: 2026-11-30T09:00:00Z',
    '  steps:',
    step('deny', `does: deny_kid, uses: denylist.file.add, with: { file: ${name}-denied.txt }`),
    step(
      'count',
      `does: deny_kid, uses: exec, with: { argv: [sh, -c, "sleep 0.03; echo x >> ${name}-counted.txt"], undo: none, reason: it is counted }`,
    ),
    step('rotate', 'does: rotate_key, uses: jwks.rotate'),
    step('remove', 'does: remove_key, uses: jwks.remove_key, after: [rotate]'),
    '  expected: []',
    '',
  ].join('\n');
}
