import { readFileSync } from 'node:fs';
import { readEstate } from '../../src/lint/read-whole.ts';
import { dryRun } from '../../src/drill/dry-run.ts';
import { openEffects, readJournal } from '../../src/drill/journal.ts';
import type { Plan } from '../../src/drill/plan.ts';
import { planDrill } from '../../src/drill/plan.ts';
import type { DrillRunInput } from '../../src/drill/run-input.ts';
import type { Recovered } from '../../src/drill/recover.ts';
import { recoverRuns } from '../../src/drill/recover.ts';
import { runDrill } from '../../src/drill/run.ts';
import type { DrillResult, JournalLine } from '../../src/model/drill.ts';
import type { DryRun } from '../../src/model/dry-run.ts';
import type { Arm } from '../../src/model/prediction.ts';
import { memoryDisk } from './memory-disk.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { virtualClock } from './virtual-clock.ts';
import { DESCRIPTION, World } from './world.ts';

const START = Date.UTC(2026, 10, 23);

const FILES = ['policies/lab.yaml', 'policies/lab-inventory.yaml'].map((file) => ({
  file,
  text: readFileSync(file, 'utf8'),
}));

/** The plan of one of the repository's own drills, after a change to its text. */
export function planOf(
  drill: string,
  change: (text: string) => string = (text) => text,
  vantages?: readonly string[],
): Plan {
  const file = `drills/${drill}.yaml`;
  const { estate, drills, problems } = readEstate([...FILES, { file, text: change(readFileSync(file, 'utf8')) }], {
    now: START,
  });
  const [first] = drills;
  if (first === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  const [inventory] = estate.inventories;
  if (inventory === undefined) throw new Error('there is no inventory');
  return planDrill({
    drill: first,
    inventory,
    policies: estate.policies,
    predictions: estate.predictions,
    ...(vantages === undefined ? {} : { vantages }),
  });
}

/** Everything a run needs, in memory, and what it leaves there. */
export interface Stage {
  readonly world: World;
  readonly disk: MemoryDisk;
  readonly stop: AbortController;
  /** Processes that are alive, by pid. */
  readonly alive: Set<number>;
  readonly run: (
    plan: Plan,
    options?: {
      readonly arms?: readonly Arm[];
      readonly input?: Partial<DrillRunInput>;
      /** What the wall clock shows instead. */
      readonly wall?: (wall: number) => number;
    },
  ) => Promise<DrillResult>;
  readonly dryRun: (plan: Plan, input?: Partial<DrillRunInput>) => Promise<DryRun>;
  /** The drilling process dies: it neither acts nor wakes any more. */
  readonly kill: () => void;
  readonly recover: () => Promise<readonly Recovered[]>;
  readonly journal: () => readonly JournalLine[];
}

export function stage(): Stage {
  const world = new World();
  const disk = memoryDisk();
  const stop = new AbortController();
  const alive = new Set([1, DESCRIPTION.pid]);
  let clock: VirtualClock = virtualClock(START);
  let dead = false;
  const ports = (of: VirtualClock): Parameters<typeof runDrill>[1] => ({
    clock: of,
    files: disk.files,
    http: () => world.http(of),
    openJournal: disk.openJournal,
    openTail: async (path) => {
      await disk.files.readBytes(path);
      let read = disk.text(path).length;
      return {
        read: async () => {
          const text = disk.text(path).slice(read);
          read += text.length;
          return text.split('\n').slice(0, -1);
        },
        close: async () => undefined,
      };
    },
    isAlive: async ({ pid }) => alive.has(pid),
    findAddresses: ({ source }) => Promise.resolve(source.from === 'static' ? source.list : []),
  });
  const inputOf = (plan: Plan, input: Partial<DrillRunInput>): DrillRunInput => ({
    plan,
    lab: DESCRIPTION,
    labEmbedded: false,
    stateDir: '.firebreak',
    tool: 'firebreak/test',
    seed: 7,
    commit: null,
    confirm: null,
    arms: plan.drill.observe.arms,
    self: { pid: 1, startedAt: 'boot' },
    stop: stop.signal,
    ...input,
  });
  const journalPath = (): string => disk.paths('journal.ndjson')[0] ?? '';
  return {
    world,
    disk,
    stop,
    alive,
    run: (plan, { arms = plan.drill.observe.arms, input = {}, wall = (shown: number) => shown } = {}) => {
      const steady = clock;
      const own: VirtualClock = { ...steady, wall: () => wall(steady.wall()) };
      const base = ports(own);
      return runDrill(inputOf(plan, { arms, ...input }), {
        ...base,
        http: () => {
          const http = world.http(own);
          return { send: (request) => (dead ? new Promise(() => undefined) : http.send(request)) };
        },
      });
    },
    dryRun: (plan, input = {}) => dryRun(inputOf(plan, input), ports(clock)),
    kill: () => {
      dead = true;
      clock.stop();
      alive.delete(1);
    },
    recover: () => {
      clock = virtualClock(START + 60_000);
      alive.add(2);
      return recoverRuns('.firebreak', {
        ...ports(clock),
        self: { pid: 2, startedAt: 'boot' },
        lab: DESCRIPTION,
        allowOf: () => ['127.0.0.0/8'],
      });
    },
    journal: () => readJournal(disk.text(journalPath())).lines,
  };
}

/** What the journal on disk says is still to be undone. */
export function stillOpen({ journal }: Stage): readonly string[] {
  return openEffects(journal()).map(({ says }) => says);
}
