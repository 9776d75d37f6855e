import type { DrillResult, JudgedPlan, Probe } from '../model/drill.ts';
import type { Arm } from '../model/prediction.ts';
import { showBound } from '../model/quantity.ts';
import { jumpFindings } from './clock-jumps.ts';
import type { ArmEvidence, EffectEvidence, RunEvidence } from './evidence.ts';
import { answerText, findingsOf } from './findings.ts';
import { attackFindings, attackVerdict, judgeAttacks } from './judge-attacks.ts';
import { judgeArm, overallVerdict } from './judge.ts';
import { judgeVantages, vantageFindings, vantageMethod } from './judge-vantages.ts';
import { latenessOf, spreadOf } from './lateness.ts';
import { phaseLimit, phaseMethod } from './phase-result.ts';

/** The result of a run from its journal. Pure: what is not in the journal is not in the result. */
export function resultOf(
  { start, plan, arms: records, effects, vantages: agents, stopped, clean, durationMs, jumps }: RunEvidence,
  head: { readonly sha256: string; readonly lines: number },
): DrillResult {
  const { drill, policy } = plan;
  const matrix = judgeAttacks(records, plan);
  // The leak of a drill with attacks has a mark too, but nothing is contained, so there is no time to judge.
  const arms = drill.observe.attacks.length > 0 ? [] : records.flatMap((record) => judgeArm(record, plan) ?? []);
  const verdict = matrix === null ? overallVerdict(records, arms, plan) : attackVerdict(matrix);
  const probes = records.flatMap((record) => record.probes);
  const vantages = judgeVantages(agents, records, arms, plan);
  return {
    runId: start.runId,
    drill: { name: drill.name, file: drill.file, digest: start.drillDigest, hypothesis: drill.hypothesis },
    policy: {
      name: policy.name,
      file: policy.file,
      digest: start.policyDigest,
      commit: start.commit,
      objectiveMs: plan.objective,
      objectiveAt: policy.objectiveAt,
    },
    scenario: drill.scenario,
    environment: { name: start.environment, class: start.environmentClass },
    tool: start.tool,
    seed: start.seed,
    planDigest: start.planDigest,
    startedAt: start.startedAt,
    durationMs: Math.round(durationMs),
    arms,
    overall: stopped === null ? verdict : { verdict: 'stopped', why: stopped, ttr: null },
    matrix,
    findings: [
      ...attackFindings(matrix),
      ...findingsOf(records, arms, plan),
      ...vantageFindings(vantages, plan),
      ...jumpFindings(jumps),
    ],
    controls: { control: tally(probes, 'control'), bystander: tally(probes, 'bystander') },
    load: loadOf(probes, records),
    safety: { effects: effects.map(safetyOf), clean },
    probes,
    ...(vantages.length === 0 ? {} : { vantages }),
    method: [
      ...methodOf(plan, start.arms, records),
      ...phaseMethod(arms, records, plan),
      ...poolLines(arms),
      ...vantageMethod(vantages),
    ],
    limits: limitsOf(plan, arms),
    journal: { path: start.journal, ...head },
  };
}

function safetyOf({ effect, undo }: EffectEvidence): DrillResult['safety']['effects'][number] {
  const leavesNothing = effect.undo === 'none';
  return {
    id: effect.id,
    says: effect.says,
    undone: leavesNothing || undo !== null,
    verified: leavesNothing || undo?.gone === true,
    why: leavesNothing ? 'leaves nothing behind' : (undo?.why ?? 'not undone'),
  };
}

function tally(probes: readonly Probe[], role: Probe['role']): DrillResult['controls']['control'] {
  const mine = probes.filter((probe) => probe.role === role && probe.phase === 'observe');
  const count = (verdict: Probe['verdict']): number => mine.filter((probe) => probe.verdict === verdict).length;
  return { accepted: count('accept'), rejected: count('reject'), unknown: count('unknown') };
}

function loadOf(probes: readonly Probe[], records: readonly ArmEvidence[]): DrillResult['load'] {
  const perSecond = new Map<number, number>();
  for (const { sent } of probes)
    perSecond.set(Math.floor(sent / 1000), (perSecond.get(Math.floor(sent / 1000)) ?? 0) + 1);
  const lateness = probes.filter(({ phase }) => phase === 'observe').map(latenessOf);
  const late = spreadOf(lateness);
  const round = (ms: number): number => Math.round(ms * 10) / 10;
  return {
    requests: probes.length,
    dropped: records.reduce(
      (sum, { dropped }) => sum + [...dropped.values()].reduce((total, count) => total + count, 0),
      0,
    ),
    peakPerSecond: Math.max(0, ...perSecond.values()),
    latenessP99Ms: round(late.p99),
    latenessMaxMs: round(late.max),
  };
}

function methodOf(
  { drill, units }: JudgedPlan,
  arms: readonly Arm[],
  records: readonly ArmEvidence[],
): readonly string[] {
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

/** What the numbers of units behind a balancer rest on. */
function poolLines(arms: DrillResult['arms']): readonly string[] {
  return arms.flatMap(({ arm, units }) =>
    units.flatMap(({ unit, pool }) => (pool === undefined ? [] : [`${unit}, ${arm} arm: ${pool.statement}`])),
  );
}

function attackMethodOf({ observe }: JudgedPlan['drill'], units: number): readonly string[] {
  const kinds = observe.attacks.reduce((sum, attack) => sum + attack.kinds.length, 0);
  return [
    `${units} units, one fresh connection per probe, HTTP/1.1, no redirects, no retries`,
    `${kinds} kinds of attack, each tried ${observe.repeats} times in every spelling, one after the other at each verifier`,
    'every attempt was followed by a good token that must be accepted: an outage is not a refusal',
    'every token was made by this run from keys of this run; no leaked key or real token was used',
    'every verifier was calibrated before and after: good credentials accepted, a broken signature and no credential refused',
  ];
}

function attackLimitsOf({ drill, units }: JudgedPlan): readonly string[] {
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

function limitsOf(plan: JudgedPlan, arms: DrillResult['arms']): readonly string[] {
  const { drill, units } = plan;
  const { observe } = drill;
  if (observe.attacks.length > 0) return attackLimitsOf(plan);
  return [
    units.some(({ vantage }) => vantage !== undefined)
      ? 'what networks without an agent see was not measured'
      : 'one vantage point: what other networks see was not measured',
    phaseLimit(arms, plan),
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
