import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import { parseDocument } from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvidence } from '../../src/drill/evidence.ts';
import { readJournal } from '../../src/drill/journal.ts';
import { resultOf } from '../../src/drill/result.ts';
import type { DrillResult, JournalEvent, JournalLine } from '../../src/model/drill.ts';
import { millis } from '../../src/model/quantity.ts';
import type { Outcome, Running } from '../cli/command.ts';
import { firebreak, folderWith, start } from '../cli/command.ts';
import type { RunningNats } from './nats.ts';
import { startNats } from './nats.ts';
import { PRODUCTS, titleOf } from './products.ts';

const AGENTS = ['a', 'b', 'c'];

/** In the order of the inventory. */
const VERIFIERS = ['jose', 'fast-jwt', 'hono'];

/** What is wrong with each agent: nothing, its clock, its uploads. The last one is killed, too. */
const FAULTS: Readonly<Record<string, string>> = { b: 'clock-offset=300', c: 'duplicate-uploads' };

/** No verifier of the lab hears of a denied token as fast as this, so that the verdict is known: a miss. */
const OBJECTIVE = '10ms';

/** Long enough to find every verifier in time, for judging the same evidence by it. */
const LONG_OBJECTIVE = millis(10_000);

/** The commands of docs/agents.md are what is run here, at another port and with another drill. */
const PAGE = readFileSync('docs/agents.md', 'utf8');
const COMMANDS = [...blockOf('try').matchAll(/^firebreak (.*)$/gm)].map(([, command = '']) => command);

function blockOf(name: string): string {
  return new RegExp(`\`\`\`sh ${name}\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1] ?? '';
}

interface Written {
  readonly overall: { readonly verdict: string };
  readonly arms: readonly {
    readonly coverage: { readonly units: number; readonly measured: number };
    readonly units: readonly {
      readonly unit: string;
      readonly verdict: string;
      readonly interval: { readonly lower_ms: number; readonly upper_ms: number | 'unbounded' } | null;
    }[];
  }[];
  readonly vantages?: readonly { readonly id: string; readonly state: string; readonly why: string }[];
  readonly journal: { readonly path: string };
}

function drill(): string {
  return readFileSync('drills/leaked-access-token.yaml', 'utf8')
    .replace("targets: ['*']", `targets: [${VERIFIERS.join(', ')}]`)
    .replace('min: 50ms', 'min: 100ms')
    .replace('horizon: 8s', 'horizon: 2500ms')
    .replace('late_checks: [2s]', 'late_checks: []');
}

function policies(): string {
  return readFileSync('policies/lab.yaml', 'utf8').replace(
    'access_token: { max: 5s,',
    `access_token: { max: ${OBJECTIVE},`,
  );
}

/** The lab with the verifiers that are probed, and no others. */
function inventory(): string {
  const document = parseDocument(readFileSync('policies/lab-inventory.yaml', 'utf8'));
  const verifiers = document.getIn(['spec', 'verifiers']) as YAMLSeq<YAMLMap>;
  verifiers.items = verifiers.items.filter((verifier) => VERIFIERS.includes(String(verifier.get('name'))));
  // What is done on the bad day names the other verifiers.
  document.deleteIn(['spec', 'responses']);
  return document.toString();
}

describe.skipIf(PRODUCTS.nats === null)(titleOf('nats', 'a drill through three agents'), () => {
  let nats: RunningNats;
  let lab: Running;
  let folder: ReturnType<typeof folderWith>;
  let alone: ReturnType<typeof folderWith>;
  const agents = new Map<string, Running>();
  let single: Written;
  let outcome: Outcome;
  let result: Written;
  let lines: readonly JournalLine[];

  beforeAll(async () => {
    const files = {
      'policies/lab.yaml': policies(),
      'policies/lab-inventory.yaml': inventory(),
      'drills/d.yaml': drill(),
    };
    alone = folderWith(files);
    folder = folderWith(files);
    spawnSync('bash', ['-ec', blockOf('keys')], { cwd: folder.path });
    nats = await startNats();
    lab = start(['lab', 'up'], { cwd: folder.path });
    for (const id of AGENTS) agents.set(id, startAgent(id));
    await lab.sees('lab is ready');
    await Promise.all([...agents.values()].map((agent) => agent.sees('waits for drills')));
    mkdirSync(join(alone.path, '.firebreak'));
    copyFileSync(join(folder.path, '.firebreak/lab.json'), join(alone.path, '.firebreak/lab.json'));

    const lonely = firebreak(['drill', 'run', 'drills/d.yaml', '-o', 'json=r.json'], { cwd: alone.path });
    const run = start(throughAgents(), { cwd: folder.path });
    await run.sees('containment is confirmed');
    agents.get('c')?.child.kill('SIGKILL');
    outcome = await run.outcome;
    await lonely;
    single = readResult(alone.path);
    result = readResult(folder.path);
    lines = readJournal(readFileSync(join(folder.path, result.journal.path), 'utf8')).lines;
  }, 120_000);

  afterAll(async () => {
    for (const { child } of agents.values()) child.kill('SIGTERM');
    lab.child.kill('SIGTERM');
    await Promise.all([lab.outcome, ...[...agents.values()].map((agent) => agent.outcome)]);
    await nats.stop();
    folder.remove();
    alone.remove();
  });

  function startAgent(id: string): Running {
    const command = COMMANDS.find((line) => line.startsWith(`agent --id ${id} `)) ?? '';
    const env = { FIREBREAK_AGENT_FAULTS: FAULTS[id] ?? '' };
    return start(argumentsOf(command), { cwd: folder.path, env });
  }

  function throughAgents(): readonly string[] {
    const command = COMMANDS.find((line) => line.startsWith('drill run ')) ?? '';
    return [...argumentsOf(command), '--wait-for-agents', '1s', '-o', 'json=r.json'];
  }

  function argumentsOf(command: string): readonly string[] {
    return command.replace('nats://127.0.0.1:4222', nats.url).replace('stolen-session', 'd').split(' ');
  }

  it('comes to the verdict of a run from one process, though one agent was killed', () => {
    expect(single.overall.verdict).toBe('fail');
    expect(result.overall.verdict).toBe('fail');
    expect(outcome.code).toBe(1);
  });

  it('says which agent was lost, and counts less as covered', () => {
    expect(result.vantages).toMatchObject([
      { id: 'a', state: 'done', units: 3, measured: 3 },
      { id: 'b', state: 'done', units: 3, measured: 3 },
      { id: 'c', state: 'lost', units: 3, measured: 0 },
    ]);
    expect(result.arms[0]?.coverage).toEqual({ units: 9, measured: 6 });
  });

  it('censors what the lost agent was watching', () => {
    const uppers = result.arms[0]?.units.map(({ unit, interval }) => [unit, interval?.upper_ms === 'unbounded']);
    expect(uppers).toEqual(AGENTS.flatMap((id) => VERIFIERS.map((name) => [`${name}@${id}`, id === 'c'])));
  });

  it('measures the same through a clock that is 300 ms off', () => {
    // Both look at the same change of the same verifier, so their intervals have an instant in common.
    const [units = []] = result.arms.map((arm) => arm.units);
    for (const name of VERIFIERS) {
      const [a, b] = ['a', 'b'].map((id) => units.find(({ unit }) => unit === `${name}@${id}`)?.interval);
      expect(Math.max(a?.lower_ms ?? NaN, b?.lower_ms ?? NaN), name).toBeLessThanOrEqual(
        Math.min(Number(a?.upper_ms), Number(b?.upper_ms)),
      );
    }
  });

  it('counts nothing twice', () => {
    const probes = lines.flatMap(({ event }) => (event.type === 'probe' ? [event.probe] : []));
    const keys = probes.map(({ unit, credential, sent, phase }) => `${unit} ${credential} ${phase} ${sent}`);
    expect(probes.some(({ vantage }) => vantage === 'c')).toBe(true);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('can be worked out again from its journal', async () => {
    const verified = await firebreak(['drill', 'verify', 'r.json', '--allow-unsigned'], { cwd: folder.path });
    expect(verified.out).toContain('recomputed every interval, count and verdict is the same');
    expect(verified.code).toBe(0);
  });

  it('writes no token and no secret anywhere', () => {
    const journal = readFileSync(join(folder.path, result.journal.path), 'utf8');
    const spool = readFileSync(join(folder.path, '.firebreak/agents/a', `${runIdOf(lines)}.ndjson`), 'utf8');
    for (const text of [journal, spool, outcome.err, outcome.out])
      expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]{20,}/);
  });

  it('passes the same evidence under a longer objective only when nobody was lost', () => {
    expect(judgedBy(LONG_OBJECTIVE, () => true).overall).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringMatching(
        /^Not every vantage point watched to the end: agent c was lost: it (?:fell silent for 4 s|did not answer)\.$/,
      ),
    });
    const whole = (event: JournalEvent): boolean => !('vantage' in event && event.vantage === 'c');
    expect(judgedBy(LONG_OBJECTIVE, whole).overall.verdict).toBe('pass');
  });

  /** What the run would have come to under another objective, without the events that are left out. */
  function judgedBy(objective: typeof LONG_OBJECTIVE, keeps: (event: JournalEvent) => boolean): DrillResult {
    const kept = lines.filter(({ event }) => keeps(event));
    const changed = kept.map((line): JournalLine => {
      if (line.event.type !== 'plan') return line;
      const { plan } = line.event;
      const units = plan.units.filter((unit) =>
        keeps({ type: 'vantage', state: 'lost', why: '', vantage: unit.vantage ?? '' }),
      );
      return { ...line, event: { type: 'plan', plan: { ...plan, objective, units } } };
    });
    return resultOf(readEvidence(changed), { sha256: '', lines: 0 });
  }

  it('stops everywhere when the lever is pulled, puts everything back, and does not wait for who is gone', async () => {
    const run = start(throughAgents(), { cwd: folder.path });
    await run.sees('agent c: did NOT come');
    await run.sees('tells good tokens from bad ones');
    const connection = await connect({ servers: nats.url });
    const lever = await new Kvm(connection).open('firebreak-lever');
    await lever.put('pulled', 'somebody needs quiet');
    const { code, err } = await run.outcome;
    expect(code).toBe(5);
    expect(err).toContain('the safety lever of the agents was pulled: somebody needs quiet');
    expect(err).toContain('everything put back');
    for (const id of ['a', 'b']) await agents.get(id)?.sees('ended: the safety lever was pulled: somebody needs quiet');

    const refused = await firebreak(throughAgents(), { cwd: folder.path });
    expect(refused.code).toBe(5);
    expect(refused.err).toContain('the safety lever of the agents is pulled: somebody needs quiet');
    await connection.close();
  });
});

function readResult(folder: string): Written {
  return JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')) as Written;
}

function runIdOf(lines: readonly JournalLine[]): string {
  const [first] = lines;
  return first?.event.type === 'run.start' ? first.event.runId : '';
}
