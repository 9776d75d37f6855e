import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Effect, JournalLine } from '../../src/model/drill.ts';
import type { LabDescription } from '../../src/model/lab.ts';
import type { Running } from '../cli/command.ts';
import { firebreak, folderWith, start } from '../cli/command.ts';
import { doorsTo } from './safety-doors.ts';
import type { DooredLab } from './safety-doors.ts';

/** What a drill meets as soon as its first change stands. */
export const FAILURES = ['crash', 'SIGKILL', 'lever', 'disk full', 'issuer down', 'target down'] as const;
export type Failure = (typeof FAILURES)[number] | 'two signals';

export interface Scenario {
  readonly drill: string;
  /** Which lab it runs in. */
  readonly lab: 'lab' | 'lab-clients';
  readonly targets: readonly [string, string];
}

export const SCENARIOS: readonly Scenario[] = [
  { drill: 'leaked-signing-key', lab: 'lab', targets: ['jose', 'hono'] },
  { drill: 'leaked-access-token', lab: 'lab', targets: ['jose', 'hono'] },
  { drill: 'leaked-refresh-token', lab: 'lab', targets: ['jose', 'hono'] },
  { drill: 'stolen-session', lab: 'lab', targets: ['jose', 'hono'] },
  { drill: 'compromised-client', lab: 'lab-clients', targets: ['jose', 'jwks-rsa'] },
  { drill: 'forged-tokens', lab: 'lab', targets: ['jose', 'hono'] },
];

export interface Cell {
  readonly drill: string;
  readonly failure: Failure;
  /** Of the drill; null when a signal ended it. */
  readonly code: number | null;
  /** Effects that stood at the moment of the failure. */
  readonly stood: number;
  /** How the rest was put back: by the drill itself, by recover, or by the commands that it printed. */
  readonly putBack: 'itself' | 'recover' | 'by hand';
  readonly recoverCode: number | null;
  /** What is left or trusted in the end; must be empty. */
  readonly left: readonly string[];
  readonly seconds: number;
  readonly said: string;
}

/** A drill that takes longer after its failure hangs, in milliseconds. */
const LONGEST_MS = 45_000;

/** The exit code of the drill after each failure; null is SIGKILL. */
export const WANTED: Readonly<Record<Failure, number | null>> = {
  crash: 3,
  SIGKILL: null,
  lever: 5,
  'disk full': 3,
  'issuer down': 6,
  'target down': 4,
  'two signals': 130,
};

/** Throws outside of everything that is waited for, in the drill and in no other process. */
const CRASH = `import { existsSync } from 'node:fs';
if (process.argv.includes('run')) {
  const timer = setInterval(() => {
    if (!existsSync('crash.txt')) return;
    clearInterval(timer);
    throw new Error('an injected fault');
  }, 5);
  timer.unref();
}
`;

/** The shortest run that still goes through every phase, and looks at its lever while it observes. */
function brief(text: string, { targets }: Scenario): string {
  return text
    .replace(/targets: \[.*?\]/, `targets: [${targets.join(', ')}]`)
    .replace(/arms: \[.*?\]/, 'arms: [quiet]')
    .replace(/horizon: \S+/, 'horizon: 2500ms')
    .replace(/stable: \{.*?\}/, 'stable: { quiet: 500ms }')
    .replace(/late_checks: \[.*?\]/, 'late_checks: []')
    .replace(/kinds:\n(?: +- \S+\n)+/, 'kinds: [alg-none, no-signature, unknown-key]\n')
    .replace('guards: {', 'guards: { safety_lever: stop.txt,');
}

/** Runs one drill as a real process against the real lab, lets one thing fail, and looks at what is left. */
export async function runCell(scenario: Scenario, failure: Failure, lab: LabDescription): Promise<Cell> {
  const begun = performance.now();
  const { drill } = scenario;
  const doors = await doorsTo(lab, scenario.targets[0]);
  const folder = folderWith({
    'policies/lab.yaml': readFileSync('policies/lab.yaml', 'utf8'),
    'policies/lab-inventory.yaml': readFileSync('policies/lab-inventory.yaml', 'utf8'),
    [`drills/${drill}.yaml`]: brief(readFileSync(`drills/${drill}.yaml`, 'utf8'), scenario),
    'crash.mjs': CRASH,
    '.firebreak/lab.json': JSON.stringify(doors.description),
  });
  try {
    const run = start(['drill', 'run', `drills/${drill}.yaml`], {
      cwd: folder.path,
      env: { NODE_OPTIONS: `--import=${join(folder.path, 'crash.mjs')}` },
    });
    const journal = await firstChange(folder.path, run);
    const stood = standing(journal).length;
    fail(failure, { run, doors, folder: folder.path, journal });
    const patience = setTimeout(() => run.child.kill('SIGKILL'), LONGEST_MS);
    const { code, signal, out, err } = await run.outcome;
    clearTimeout(patience);
    if (signal !== null && failure !== 'SIGKILL')
      throw new Error(`${drill} x ${failure} did not end within ${LONGEST_MS} ms: ${err}`);
    doors.issuer.open();
    doors.target.open();
    const byHand = failure === 'issuer down' && SCENARIOS.indexOf(scenario) % 2 === 1;
    if (byHand) for (const command of commandsIn(err)) await runByHand(command, folder.path);
    const left = byHand ? await leftBehind(journal, doors, { lab, targets: scenario.targets }) : [];
    const recover = await firebreak(['drill', 'recover'], { cwd: folder.path });
    const needsRecover = failure === 'SIGKILL' || failure === 'issuer down';
    return {
      drill,
      failure,
      code,
      stood,
      putBack: byHand ? 'by hand' : needsRecover ? 'recover' : 'itself',
      recoverCode: recover.code,
      left: [...left, ...(await leftBehind(journal, doors, { lab, targets: scenario.targets }))],
      seconds: (performance.now() - begun) / 1000,
      said: `${out}${err}${recover.out}${recover.err}`,
    };
  } finally {
    doors.close();
    folder.remove();
  }
}

/** Waits until the first change that needs undoing has been answered; gives the journal's path. */
async function firstChange(folder: string, run: Running): Promise<string> {
  for (;;) {
    const runs = join(folder, '.firebreak/runs');
    const [id] = existsSync(runs) ? readdirSync(runs) : [];
    const path = join(runs, id ?? '', 'journal.ndjson');
    if (existsSync(path) && standing(path).length > 0) return path;
    if (run.child.exitCode !== null) throw new Error(`ended before any change: ${JSON.stringify(await run.outcome)}`);
    await pause(5);
  }
}

function eventsOf(journal: string): readonly JournalLine['event'][] {
  return readFileSync(journal, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [(JSON.parse(line) as JournalLine).event];
      } catch {
        return []; // not yet written to its end
      }
    });
}

/** Changes that were answered and need undoing, beyond what only stands for the verifiers' memory. */
function standing(journal: string): readonly Effect[] {
  const events = eventsOf(journal);
  const answered = new Set(events.flatMap((event) => (event.type === 'ack' ? [event.effectId] : [])));
  return events.flatMap((event) =>
    event.type === 'intent' &&
    event.effect.undo === 'required' &&
    event.effect.action !== 'lab.remember_keys' &&
    answered.has(event.effect.id)
      ? [event.effect]
      : [],
  );
}

function fail(
  failure: Failure,
  {
    run,
    doors,
    folder,
    journal,
  }: { readonly run: Running; readonly doors: DooredLab; readonly folder: string; readonly journal: string },
): void {
  switch (failure) {
    case 'crash':
      return writeFileSync(join(folder, 'crash.txt'), '');
    case 'SIGKILL':
      return void run.child.kill('SIGKILL');
    case 'lever':
      return writeFileSync(join(folder, 'stop.txt'), 'maintenance');
    case 'disk full':
      // From here on the kernel refuses to make any file of this process longer (EFBIG), which is a write that fails.
      execFileSync('prlimit', ['--pid', String(run.child.pid), `--fsize=${statSync(journal).size}`]);
      return;
    case 'issuer down':
      return doors.issuer.shut();
    case 'target down':
      return doors.target.shut();
    case 'two signals':
      run.child.kill('SIGINT');
      void run.sees('putting back').then(() => run.child.kill('SIGINT'));
  }
}

/** What the drill printed for a person, after "by hand:". */
function commandsIn(err: string): readonly string[] {
  return [...err.matchAll(/by hand: (curl .*?)(?=; |\n|$)/g)].map(([, command = '']) => command);
}

/** Not one that blocks: the doors that it goes through are in this process. */
async function runByHand(command: string, folder: string): Promise<void> {
  await promisify(execFile)('sh', ['-c', command.replaceAll('curl ', 'curl -sSf ')], { cwd: folder });
}

/** Everything of the run that the lab still holds, and tokens under its keys that a verifier still accepts. */
async function leftBehind(
  journal: string,
  { tokens }: DooredLab,
  { lab, targets }: { readonly lab: LabDescription; readonly targets: readonly string[] },
): Promise<readonly string[]> {
  const events = eventsOf(journal);
  const runId = events.flatMap((event) => (event.type === 'run.start' ? [event.runId] : []))[0] ?? '';
  const effects = events.flatMap((event) => (event.type === 'intent' ? [event.effect] : []));
  const ask = async (path: string): Promise<string> => {
    const response = await fetch(`${lab.admin.url}${path}`, {
      headers: { authorization: `Bearer ${lab.admin.secret}` },
    });
    return response.text();
  };
  const held = await Promise.all(['/keys', '/clients', '/secrets', '/denylist'].map(ask));
  const left = held.join('').includes(runId) ? ['a canary is still published, registered, deployed or denied'] : [];
  for (const { action, with: data } of effects) {
    if (action === 'denylist.add' && held.join('').includes(`"${String(data['value'])}"`))
      left.push(`still denied: ${String(data['type'])}`);
    if (action === 'oauth.log_in') {
      const { count } = JSON.parse(await ask(`/grants/${encodeURIComponent(String(data['subject']))}`)) as {
        count: number;
      };
      if (count > 0) left.push(`still logged in: ${String(data['subject'])}`);
    }
  }
  const stolen = [...tokens].filter((token) => kidOf(token).includes(runId));
  for (const token of stolen) {
    // Others were not drilled, and learn keys only from drills beside this one.
    for (const { name, url } of lab.verifiers.filter((verifier) => targets.includes(verifier.name))) {
      const status = await fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } }).then(
        (response) => response.status,
        () => null,
      );
      if (status === 200) left.push(`${name} still accepts a token under ${kidOf(token)}`);
    }
  }
  return left;
}

function kidOf(token: string): string {
  try {
    const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid?: string };
    return header.kid ?? '';
  } catch {
    return '';
  }
}

/** The lab of an inventory, as `lab up` starts it. */
export async function labOf(
  drill: string,
): Promise<{ readonly description: LabDescription; readonly stop: () => Promise<void> }> {
  const texts = ['policies/lab.yaml', drill].map((file) => readFileSync(file, 'utf8'));
  const folder = folderWith({ 'i.yaml': texts.join('---\n') });
  mkdirSync(join(folder.path, '.firebreak'), { recursive: true });
  const running = start(['lab', 'up', '--inventory', 'i.yaml'], { cwd: folder.path });
  await running.sees('lab is ready');
  const state = join(folder.path, '.firebreak/lab.json');
  if (!existsSync(state)) throw new Error('the lab has no state file');
  return {
    description: JSON.parse(readFileSync(state, 'utf8')) as LabDescription,
    stop: async () => {
      running.child.kill('SIGTERM');
      await running.outcome;
      folder.remove();
    },
  };
}
