import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readEvidence } from '../../src/drill/evidence.ts';
import { resultOf } from '../../src/drill/result.ts';
import { isMeasured } from '../../src/model/drill.ts';
import type { DrillResult, JournalEvent, JournalLine, Probe, UnitResult } from '../../src/model/drill.ts';
import { UserError } from '../../src/model/failure.ts';
import type { ClockSample, VantageState } from '../../src/model/vantage.ts';
import { planOf, stage } from './staged-run.ts';

const AGENTS = ['a', 'b'];

/** A run of one process, whose journal is told again as agents would have told it. */
let lines: readonly JournalLine[];
let alone: DrillResult;

beforeAll(async () => {
  const staged = stage();
  alone = await staged.run(planOf('leaked-access-token', (text) => text.replace("['*']", '[jose, hono]')));
  lines = staged.journal();
});

interface Telling {
  /** What every agent's clock shows at the start of the run. */
  readonly offset: number;
  /** How long each question about the time takes, there and back. */
  readonly way: number;
  /** The last word on agent b, before its arm ends. */
  readonly last: VantageState | null;
}

/** The same run, seen by every agent alike, each on a clock that shows something else. */
function toldByAgents({ offset, way, last }: Telling): readonly JournalLine[] {
  const end = lines.reduce((longest, { t }) => Math.max(longest, t), 0);
  return lines.flatMap((line) => eventsOf(line.event, { offset, way, last }, end).map((event) => ({ ...line, event })));
}

function eventsOf(event: JournalEvent, { offset, way, last }: Telling, end: number): readonly JournalEvent[] {
  if (event.type === 'plan') {
    const units = AGENTS.flatMap((vantage) =>
      event.plan.units.map((unit) => ({ ...unit, id: `${unit.id}@${vantage}`, vantage })),
    );
    return [{ type: 'plan', plan: { ...event.plan, units } }, ...AGENTS.flatMap((vantage) => samples(vantage))];
  }
  if (event.type === 'probe') return AGENTS.map((vantage) => ({ type: 'probe', probe: seenBy(vantage, event.probe) }));
  if (event.type === 'calibration') return AGENTS.map((vantage) => ({ ...event, unit: `${event.unit}@${vantage}` }));
  if (event.type === 'arm.end')
    return [...(last === null ? [] : [wordOn('b', last)]), event, ...AGENTS.map((vantage) => wordOn(vantage, 'done'))];
  return [event];

  function seenBy(vantage: string, probe: Probe): Probe {
    const [due, sent, received] = [probe.due + offset, probe.sent + offset, probe.received + offset];
    return { ...probe, unit: `${probe.unit}@${vantage}`, vantage, due, sent, received };
  }
  function wordOn(vantage: string, state: VantageState): JournalEvent {
    return { type: 'vantage', vantage, state, why: state === 'done' ? '' : 'it fell silent' };
  }
  function samples(vantage: string): readonly JournalEvent[] {
    const asked: JournalEvent[] = [];
    for (let at = 0; at <= end; at += 1000) {
      const sample: ClockSample = {
        asked: at + offset,
        seen: at + way,
        answered: at + way,
        heard: at + 2 * way + offset,
      };
      asked.push({ type: 'clock', vantage, sample });
    }
    return asked;
  }
}

function judged(telling: Telling): DrillResult {
  return resultOf(readEvidence(toldByAgents(telling)), { sha256: '', lines: 0 });
}

const unitsOf = (result: DrillResult): readonly UnitResult[] => result.arms.flatMap(({ units }) => units);

describe('a run that agents saw', () => {
  it('comes to the same verdict, each interval around that of the run and wider by what the clocks leave open', () => {
    const telling = fc.record({
      offset: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      way: fc.double({ min: 0, max: 20, noNaN: true }),
      last: fc.constant(null),
    });
    fc.assert(
      fc.property(telling, (how) => {
        const result = judged(how);
        expect(result.overall.verdict).toBe(alone.overall.verdict);
        // Two ways, and the drift in the half second to the nearest question.
        const slack = how.way + 1.1;
        for (const { unit, interval } of unitsOf(result)) {
          const truth = unitsOf(alone).find((candidate) => `${candidate.unit}@${unit.slice(-1)}` === unit)?.interval;
          const [lower, upper] = [interval?.lower ?? NaN, Number(interval?.upper)];
          expect(lower).toBeLessThanOrEqual((truth?.lower ?? NaN) + 1e-6);
          expect(lower).toBeGreaterThanOrEqual((truth?.lower ?? NaN) - slack);
          expect(upper).toBeGreaterThanOrEqual(Number(truth?.upper) - 1e-6);
          expect(upper).toBeLessThanOrEqual(Number(truth?.upper) + slack);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('counts the exposure of a place once, however many looked at it', () => {
    const [exposure] = judged({ offset: 5, way: 0, last: null }).arms.map((arm) => arm.exposureUnitSeconds);
    const [truth] = alone.arms.map((arm) => arm.exposureUnitSeconds);
    expect(Number(exposure?.upper)).toBeCloseTo(Number(truth?.upper), 1);
  });

  it.for([
    ['lost', 'agent b was lost: it fell silent'],
    ['missing', 'agent b did not come: it fell silent'],
  ] as const)('does not pass when an agent is %s, though everything it saw was refused', ([last, why]) => {
    const result = judged({ offset: 5, way: 1, last });
    expect(alone.overall.verdict).toBe('pass');
    expect(result.overall).toMatchObject({
      verdict: 'inconclusive',
      why: `Not every vantage point watched to the end: ${why}.`,
    });
    for (const unit of unitsOf(result)) {
      expect(isMeasured(unit), unit.unit).toBe(unit.unit.endsWith('@a'));
      expect(unit.interval?.upper === 'unbounded', unit.unit).toBe(unit.unit.endsWith('@b'));
      expect(unit.stillAccepting, unit.unit).toBeNull();
    }
    expect(result.findings).toContainEqual(expect.objectContaining({ rule: 'drill/vantage-lost', message: why }));
  });

  it('says when a clock is known worse than the probes are apart', () => {
    const rules = (way: number): readonly string[] =>
      judged({ offset: 5, way, last: null }).findings.map(({ rule }) => rule);
    expect(rules(1)).not.toContain('drill/wide-clock');
    expect(rules(100)).toContain('drill/wide-clock');
  });

  it('makes nothing of probes whose clock is not known', () => {
    const unknown = toldByAgents({ offset: 5, way: 1, last: null }).filter(({ event }) => event.type !== 'clock');
    const result = resultOf(readEvidence(unknown), { sha256: '', lines: 0 });
    expect(result.probes).toEqual([]);
    expect(result.overall.verdict).toBe('inconclusive');
    expect(result.vantages).toMatchObject([{ clock: null, probes: 0 }, { clock: null }]);
  });
});

describe('a drill that names its agents', () => {
  it('is planned for each of them, and for others when these are asked for', () => {
    const named = (text: string): string =>
      text.replace("targets: ['*']", 'targets: [jose, hono]\n  vantages: [east, west]');
    const ids = (plan: ReturnType<typeof planOf>): readonly string[] => plan.units.map(({ id }) => id);
    expect(ids(planOf('leaked-access-token', named))).toEqual(['jose@east', 'hono@east', 'jose@west', 'hono@west']);
    expect(ids(planOf('leaked-access-token', named, ['a']))).toEqual(['jose@a', 'hono@a']);
    expect(ids(planOf('leaked-access-token', named, []))).toEqual(['jose', 'hono']);
  });

  it('needs a budget for all of them', () => {
    const many = (text: string): string => text.replace("targets: ['*']", "targets: ['*']\n  vantages: [a, b, c]");
    expect(() => planOf('leaked-access-token', many)).toThrow(/^27 units need up to \d+ requests\/s/);
  });
});

describe('a drill that needs keys to probe', () => {
  it.for(['forged-tokens', 'stolen-bound-token'])('%s is not given to agents', (drill) => {
    expect(() => planOf(drill, undefined, AGENTS)).toThrow(UserError);
    expect(() => planOf(drill, undefined, AGENTS)).toThrow(/need keys, and agents hold none$/);
  });
});
