import type { Arm } from '../model/prediction.ts';
import { showBound } from '../model/quantity.ts';
import { drillFingerprint, windowText } from './permission.ts';
import type { Plan } from './plan.ts';
import type { PlannedCall } from './step.ts';

/** The plan as people review it in a pull request: stable text, made without any network. */
export function planText(plan: Plan): string {
  const { drill, units, load } = plan;
  return [
    `Drill ${drill.name}  on  ${plan.environment.name} (${plan.environment.class})`,
    `  ${drill.hypothesis}`,
    '',
    `Steps of each arm (${drill.observe.arms.join(', ')})`,
    ...plan.steps.flatMap(({ id, says, phase, containment, planned }, index) => [
      `  ${index + 1}  ${id.padEnd(16)} ${says}${containment ? '  <- containment' : phase === 'warmup' ? '  (warm-up)' : ''}`,
      ...(planned === null ? [] : plannedLines(planned)),
    ]),
    '',
    'Put back after each arm, in this order, also after an interruption',
    ...(plan.undo.length === 0 ? ['  nothing'] : plan.undo.map(({ of, says }) => `  ${of}: ${says}`)),
    '',
    'Credentials, minted by the run and held in memory only',
    ...drill.credentials.map(
      ({ name, role, obtain, firstUse }) =>
        `  ${name.padEnd(16)} ${role.padEnd(10)} ${obtain.uses}${firstUse === undefined ? '' : `, first shown ${showBound(firstUse)} after containment`}`,
    ),
    '',
    `Units (${units.length}) and their predicted worst case`,
    ...units.map(({ id, verifier }) =>
      `  ${id.padEnd(20)} ${drill.observe.arms.map((arm) => `${arm} ${predicted(plan, verifier, arm)}`.padEnd(20)).join(' ')}`.trimEnd(),
    ),
    '',
    `  objective  ${showBound(plan.objective)} (policy ${plan.policy.name})`,
    lengthLine(drill),
    `  load       up to ${load.perSecond} requests/s, ${load.total} in all (budget ${drill.observe.requestsPerSecond}/s, ${drill.observe.maxRequests})`,
    `  touches    ${touched(plan)}`,
    `  never      what this run did not mint; hosts outside ${plan.environment.allow.join(', ')}`,
    `  confirm    ${plan.needsConfirmation ? `--confirm ${plan.environment.name}` : 'not needed'}`,
    ...permissionLines(plan),
    ...plan.notes.map((note) => `  note       ${note}`),
    '',
  ].join('\n');
}

/** What the environment asks for before a run. */
function permissionLines(plan: Plan): readonly string[] {
  const { approvals = 0, windows = [], freezes = [] } = plan.environment.drills ?? {};
  return [
    ...(approvals === 0
      ? []
      : [`  approvals  ${approvals}, by ChangeApproval with changes: ['${drillFingerprint(plan)}']`]),
    ...(windows.length === 0 ? [] : [`  windows    ${windows.map(windowText).join('; ')}`]),
    ...freezes.map(({ from, until, reason }) => `  frozen     from ${from.text} to ${until.text}: ${reason}`),
  ];
}

/** What the program guarantees by itself ends where a step names its own target. */
function touched({ issuer, steps }: Plan): string {
  const own = steps.filter(({ planned }) => planned !== null).map(({ id }) => id);
  const known = `issuer ${issuer.name}: keys, tokens, log-ins and list entries of this run only`;
  return own.length === 0 ? known : `${known}; and what ${own.join(', ')} reach${own.length === 1 ? 'es' : ''}`;
}

function plannedLines({ calls, reaches, stays }: PlannedCall): readonly string[] {
  return [
    ...calls.map((call) => `       call     ${call}`),
    `       reaches  ${reaches}`,
    ...(stays === undefined ? [] : [`       stays    not put back: ${stays}`]),
  ];
}

/** How long it watches, or what it tries. */
function lengthLine({ observe }: Plan['drill']): string {
  const { attacks, horizon, lateChecks, repeats } = observe;
  if (attacks.length > 0) {
    const each = attacks.map(({ of, kinds }) => `${kinds.length} kinds with ${of}`).join(', ');
    return `  attacks    ${each}, ${repeats} times each; everything must be refused from the first probe on`;
  }
  return `  horizon    ${showBound(horizon)} per arm, late checks ${lateChecks.length === 0 ? 'none' : lateChecks.map(showBound).join(', ')}`;
}

function predicted({ predictions }: Plan, verifier: string, arm: Arm): string {
  const bound = predictions.find((prediction) => prediction.verifier === verifier && prediction.arm === arm)?.bound;
  return bound === undefined ? 'unknown' : showBound(bound);
}
