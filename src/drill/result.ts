import type { DrillResult, DrillSpec, Probe } from '../model/drill.ts';
import { toTimestamp } from '../model/instant.ts';
import { showBound } from '../model/quantity.ts';
import type { ArmRecord } from './arm.ts';
import type { EffectLog } from './effects.ts';
import { answerText, findingsOf } from './findings.ts';
import { attackFindings, attackVerdict, judgeAttacks } from './judge-attacks.ts';
import { judgeArm, overallVerdict } from './judge.ts';
import type { Plan } from './plan.ts';
import type { DrillRunInput } from './run-input.ts';
import { drillDigest } from './drill-digest.ts';

interface ResultInput {
  readonly input: DrillRunInput;
  readonly runId: string;
  readonly startedWall: number;
  readonly durationMs: number;
  readonly records: readonly ArmRecord[];
  readonly effects: EffectLog;
  readonly journal: DrillResult['journal'];
  /** Why the run was stopped; null when it came to its end. */
  readonly stopped: string | null;
}

/** The result of a run from its records. Pure: what is not in the records is not in the result. */
export function resultOf({
  input,
  runId,
  startedWall,
  durationMs,
  records,
  effects,
  journal,
  stopped,
}: ResultInput): DrillResult {
  const { plan } = input;
  const { drill, policy } = plan;
  const matrix = judgeAttacks(records, plan);
  const arms = records.flatMap((record) => judgeArm(record, plan) ?? []);
  const verdict = matrix === null ? overallVerdict(records, arms, plan) : attackVerdict(matrix);
  const probes = records.flatMap((record) => record.probes);
  return {
    runId,
    drill: { name: drill.name, file: drill.file, digest: drillDigest(plan), hypothesis: drill.hypothesis },
    policy: {
      name: policy.name,
      file: policy.file,
      digest: policy.digest,
      commit: input.commit,
      objectiveMs: plan.objective,
      objectiveAt: policy.objectives[drill.scenario]?.max.at ?? null,
    },
    scenario: drill.scenario,
    environment: { name: plan.environment.name, class: plan.environment.class },
    tool: input.tool,
    seed: input.seed,
    startedAt: toTimestamp(startedWall),
    durationMs: Math.round(durationMs),
    arms,
    overall: stopped === null ? verdict : { verdict: 'stopped', why: stopped, ttr: null },
    matrix,
    findings: [...attackFindings(matrix), ...findingsOf(records, arms, plan)],
    controls: { control: tally(probes, 'control'), bystander: tally(probes, 'bystander') },
    load: loadOf(probes, records),
    safety: {
      effects: effects.made.map((effect) => {
        const outcome = effects.outcomes.findLast((candidate) => candidate.effect.id === effect.id);
        return {
          id: effect.id,
          says: effect.says,
          undone: effect.undo === 'none' || outcome !== undefined,
          verified: effect.undo === 'none' || outcome?.gone === true,
          why: effect.undo === 'none' ? 'leaves nothing behind' : (outcome?.why ?? 'not undone'),
        };
      }),
      clean: effects.isClean,
    },
    probes,
    method: methodOf(plan, input, records),
    limits: limitsOf(plan),
    journal,
  };
}

function tally(probes: readonly Probe[], role: Probe['role']): DrillResult['controls']['control'] {
  const mine = probes.filter((probe) => probe.role === role && probe.phase === 'observe');
  const count = (verdict: Probe['verdict']): number => mine.filter((probe) => probe.verdict === verdict).length;
  return { accepted: count('accept'), rejected: count('reject'), unknown: count('unknown') };
}

function loadOf(probes: readonly Probe[], records: readonly ArmRecord[]): DrillResult['load'] {
  const perSecond = new Map<number, number>();
  for (const { sent } of probes)
    perSecond.set(Math.floor(sent / 1000), (perSecond.get(Math.floor(sent / 1000)) ?? 0) + 1);
  const lateness = probes
    .filter(({ phase }) => phase === 'observe')
    .map(({ sent, due }) => Math.max(0, sent - due))
    .toSorted((a, b) => a - b);
  const round = (ms: number | undefined): number => Math.round((ms ?? 0) * 10) / 10;
  return {
    requests: probes.length,
    dropped: records.reduce(
      (sum, { dropped }) => sum + [...dropped.values()].reduce((total, count) => total + count, 0),
      0,
    ),
    peakPerSecond: Math.max(0, ...perSecond.values()),
    latenessP99Ms: round(lateness[Math.floor(lateness.length * 0.99)]),
    latenessMaxMs: round(lateness.at(-1)),
  };
}

function methodOf({ drill, units }: Plan, { arms }: DrillRunInput, records: readonly ArmRecord[]): readonly string[] {
  const { observe } = drill;
  if (observe.attacks.length > 0) return attackMethodOf(drill, units.length);
  return [
    `${units.length} units, one fresh connection per probe, HTTP/1.1, no redirects, no retries`,
    `probes at fixed deadlines, every ${showBound(observe.minGap)} at first and never further apart than ${showBound(observe.maxGap)}, moved by up to ${Math.round(observe.jitter * 100)} % at random`,
    'a result is the interval from sending the last accepted probe to receiving the first refusal; only a 401 counts as a refusal and only a 2xx as an accept',
    `arms: ${arms.map((arm) => (arm === 'quiet' ? 'quiet, in which only known keys are used' : 'busy, in which tokens under a new key arrive too')).join('; ')}`,
    'every verifier was calibrated before and after: good credentials accepted, a broken signature and no credential refused',
    'control and bystander tokens were probed all the time, to tell a revocation from an outage',
    ...records.flatMap(({ arm, answers }) =>
      answers
        .filter(({ met }) => met)
        .map(({ step, says, got }) => `${arm} arm, step ${step}: ${says}: answered ${answerText(got)}, as expected`),
    ),
  ];
}

function attackMethodOf({ observe }: DrillSpec, units: number): readonly string[] {
  const kinds = observe.attacks.reduce((sum, attack) => sum + attack.kinds.length, 0);
  return [
    `${units} units, one fresh connection per probe, HTTP/1.1, no redirects, no retries`,
    `${kinds} kinds of attack, each tried ${observe.repeats} times in every spelling, one after the other at each verifier`,
    'every attempt was followed by a good token that must be accepted: an outage is not a refusal',
    'every token was made by this run from keys of this run; no leaked key or real token was used',
    'every verifier was calibrated before and after: good credentials accepted, a broken signature and no credential refused',
  ];
}

function attackLimitsOf({ drill, units }: Plan): readonly string[] {
  const kinds = drill.observe.attacks.flatMap((attack) => attack.kinds);
  return [
    'one vantage point: what other networks see was not tried',
    'a refusal of these spellings does not show that no other spelling is accepted',
    ...(kinds.includes('jku') || kinds.includes('x5u')
      ? [
          'jku and x5u carry the thief’s key in a data: address, because nothing outside may be contacted; a verifier that fetches over http only would refuse it and still be open',
        ]
      : []),
    ...(kinds.includes('no-certificate')
      ? ['a stolen token over a connection with another certificate was not tried: only one without any']
      : []),
    ...(units.some(({ url }) => url.startsWith('lab://'))
      ? ['the lab runs the real libraries with one set of options each; yours may differ']
      : []),
  ];
}

function limitsOf(plan: Plan): readonly string[] {
  const { drill, units } = plan;
  const { observe } = drill;
  if (observe.attacks.length > 0) return attackLimitsOf(plan);
  return [
    'one vantage point: what other networks see was not measured',
    'one run sees one phase of every cache; a result under the prediction is weak evidence, one over it is proof',
    `observation ended ${showBound(observe.horizon)} after containment${observe.lateChecks.length === 0 ? ', without late checks' : `, with late checks ${observe.lateChecks.map(showBound).join(', ')} later`}`,
    ...(units.some(({ url }) => url.startsWith('lab://'))
      ? ['the lab runs the real libraries with short caches and one replica each; your fleet has more']
      : []),
    ...(drill.scenario === 'refresh_token'
      ? [
          'the intervals are of the access token that was minted from the refresh token last; of the refresh token itself only the answers of the issuer named under method are known',
        ]
      : []),
  ];
}
