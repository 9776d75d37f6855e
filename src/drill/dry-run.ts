import type { DryCheck, DryRun } from '../model/dry-run.ts';
import { EXIT, worstExit } from '../model/exit.ts';
import { UserError } from '../model/failure.ts';
import { Secret } from '../model/secret.ts';
import { calibrateDry } from './dry-calibration.ts';
import { check, untried } from './dry-check.ts';
import { expandUnits } from './expand-units.ts';
import { checkIssuer } from './issuer-identity.ts';
import { leaseHolder } from './lease.ts';
import { checkPermission } from './permission.ts';
import { checkPhaseLog } from './phase.ts';
import type { Plan } from './plan.ts';
import { checkConfirmation, checkLab, checkLevers, checkUnfinished, leversOf } from './preflight.ts';
import type { DrillPorts, DrillRunInput } from './run-input.ts';
import { noAddresses, noTail, watched } from './run.ts';
import { SecretWatch } from './secret-watch.ts';
import type { StepContext } from './step.ts';
import { NO_UNDO, adminRequest } from './step.ts';
import { actionOf } from './steps/registry.ts';

/** Longest wait for one answer, in milliseconds. */
const TIMEOUT_MS = 3000;

/**
 * Tries everything of a run that changes nothing: whether it may begin, whether what it would change can be reached, now
 * and for putting back, and whether verifiers tell good tokens from bad ones, as far as tokens can be had without the
 * admin interface. No step is taken, no credential is published, nothing is written.
 */
export async function dryRun(input: DrillRunInput, ports: DrillPorts): Promise<DryRun> {
  const secrets = input.secrets ?? new SecretWatch();
  const { lab } = input;
  if (lab !== null) secrets.keep(new Secret(lab.admin.secret, 'secret of the lab'));
  const machine = watched(ports.machine?.(input.plan.environment.allow), secrets);
  const context: StepContext = {
    http: ports.http(input.plan.environment.allow),
    lab,
    timeoutMs: TIMEOUT_MS,
    vault: null,
    signal: input.stop,
    ...(machine === undefined ? {} : { machine }),
  };
  const permission = await mayBegin(input, ports);
  const found = await findUnits(input.plan, ports);
  const targets = await reachable({ ...input, plan: found.plan }, ports, context);
  const units = await calibrateDry({ ...input, plan: found.plan, secrets }, ports, context);
  const checks = [...permission, ...found.checks, ...targets, ...units];
  return {
    drill: found.plan.drill.name,
    environment: { name: found.plan.environment.name, class: found.plan.environment.class },
    units: found.plan.units.map(({ id, verifier, address = null }) => ({ id, verifier, address })),
    checks,
    exit: worstExit(checks.map(({ exit }) => exit)),
  };
}

/** All that a run asks before it touches anything. The lease is looked at, not taken. */
async function mayBegin(input: DrillRunInput, ports: DrillPorts): Promise<readonly DryCheck[]> {
  const { plan, lab, stateDir, confirm } = input;
  const { clock, files } = ports;
  const asked = plan.needsConfirmation && confirm === null;
  return [
    asked
      ? untried('confirmation', null, `a run will ask for --confirm ${plan.environment.name}`)
      : await check('confirmation', null, () => {
          checkConfirmation(input);
          return plan.needsConfirmation ? `given for ${plan.environment.name}` : 'not needed';
        }),
    ...(lab === null
      ? []
      : [
          await check('lab', null, () => {
            checkLab(input);
            return `the lab of process ${lab.pid} has this issuer`;
          }),
        ]),
    await check('permission', null, () => {
      checkPermission(input, clock.wall());
      return 'no freeze or window forbids it now, and enough people have approved it';
    }),
    await check('safety lever', null, async () => {
      await checkLevers(plan, files);
      const levers = leversOf(plan);
      return levers.length === 0 ? 'none is declared' : `not pulled: ${levers.join(', ')}`;
    }),
    await check('lease', null, async () => {
      const holder = await leaseHolder(`${stateDir}/lease.json`, ports);
      if (holder === null) return 'free';
      throw new UserError('drill/lease-held', `another drill runs here: ${holder}`, { hint: 'wait for its end' });
    }),
    await check('earlier runs', null, async () => {
      await checkUnfinished(stateDir, files);
      return 'left nothing behind';
    }),
  ];
}

async function findUnits(
  plan: Plan,
  { findAddresses = noAddresses }: DrillPorts,
): Promise<{ readonly plan: Plan; readonly checks: readonly DryCheck[] }> {
  if (plan.units.every(({ addresses }) => addresses === undefined)) return { plan, checks: [] };
  let expanded = plan;
  const found = await check('addresses', null, async () => {
    expanded = await expandUnits(plan, findAddresses);
    return (expanded.coverage ?? [])
      .map(({ unit, expected, found: count }) => `${count}${expected === null ? '' : ` of ${expected}`} of ${unit}`)
      .join(', ');
  });
  const isShort = (expanded.coverage ?? []).some(({ expected, found: count }) => expected !== null && count < expected);
  return {
    plan: expanded,
    checks: [found.state === 'ok' && isShort ? { ...found, state: 'unfit', exit: EXIT.inconclusive } : found],
  };
}

/** Everything that steps change and undo puts back. Undo takes the same way as its step. */
async function reachable(
  { plan, stop }: DrillRunInput,
  ports: DrillPorts,
  context: StepContext,
): Promise<readonly DryCheck[]> {
  const { drill, issuer } = plan;
  const checks: DryCheck[] = [];
  checks.push(
    await check('issuer', issuer.name, async () => {
      await checkIssuer(plan, context);
      return plan.environment.class === 'lab' ? 'is the one of the lab' : `says that it is ${issuer.issuer}`;
    }),
  );
  const { admin } = issuer;
  if (admin !== null)
    checks.push(
      await check('admin interface', admin, async () => {
        await adminRequest(context, { admin, method: 'GET', path: '/keys', expected: [200] });
        return 'answers';
      }),
    );
  for (const { id, call } of [...drill.warmup, ...drill.method]) {
    if (call === null) continue;
    stop.throwIfAborted();
    const { reach, isSelfContained } = actionOf(call);
    const undo = undoText(plan, id);
    if (reach !== undefined)
      checks.push(
        await check('step', id, async () => {
          await reach(call, context);
          return `${call.uses} can reach its target; ${undo}`;
        }),
      );
    else if (isSelfContained === true)
      checks.push(untried('step', id, `whether ${call.uses} reaches its target shows only when it is done`));
    else checks.push(await check('step', id, () => `${call.uses} goes to the issuer; ${undo}`));
  }
  return [...checks, ...(await phaseCheck(plan, ports))];
}

function undoText({ steps }: Plan, id: string): string {
  const undo = steps.find((step) => step.id === id)?.undo ?? NO_UNDO;
  return undo === NO_UNDO ? undo : `undo the same way: ${undo}`;
}

async function phaseCheck({ drill }: Plan, { openTail = noTail }: DrillPorts): Promise<readonly DryCheck[]> {
  const log = drill.observe.phase?.log ?? null;
  if (log === null) return [];
  return [
    await check('phase', log.file, async () => {
      await checkPhaseLog(drill.observe.phase, openTail);
      return 'can be read';
    }),
  ];
}
