import type { Arm } from '../model/prediction.ts';
import { showBound } from '../model/quantity.ts';
import type { Plan } from './plan.ts';

/** The plan as people review it in a pull request: stable text, made without any network. */
export function planText(plan: Plan): string {
  const { drill, units, load } = plan;
  return [
    `Drill ${drill.name}  on  ${plan.environment.name} (${plan.environment.class})`,
    `  ${drill.hypothesis}`,
    '',
    `Steps of each arm (${drill.observe.arms.join(', ')})`,
    ...plan.steps.map(
      ({ id, says, phase, containment }, index) =>
        `  ${index + 1}  ${id.padEnd(16)} ${says}${containment ? '  <- containment' : phase === 'warmup' ? '  (warm-up)' : ''}`,
    ),
    '',
    'Put back after each arm, in this order, also after an interruption',
    ...(plan.undo.length === 0 ? ['  nothing'] : plan.undo.map(({ of, says }) => `  ${of}: ${says}`)),
    '',
    'Credentials, minted by the run and held in memory only',
    ...drill.credentials.map(({ name, role, obtain }) => `  ${name.padEnd(16)} ${role.padEnd(10)} ${obtain.uses}`),
    '',
    `Units (${units.length}) and their predicted worst case`,
    ...units.map(({ id, verifier }) =>
      `  ${id.padEnd(20)} ${drill.observe.arms.map((arm) => `${arm} ${predicted(plan, verifier, arm)}`.padEnd(20)).join(' ')}`.trimEnd(),
    ),
    '',
    `  objective  ${showBound(plan.objective)} (policy ${plan.policy.name})`,
    lengthLine(drill),
    `  load       up to ${load.perSecond} requests/s, ${load.total} in all (budget ${drill.observe.requestsPerSecond}/s, ${drill.observe.maxRequests})`,
    `  touches    issuer ${plan.issuer.name}: keys, tokens, log-ins and list entries of this run only`,
    `  never      what this run did not mint; hosts outside ${plan.environment.allow.join(', ')}`,
    `  confirm    ${plan.needsConfirmation ? `--confirm ${plan.environment.name}` : 'not needed'}`,
    ...plan.notes.map((note) => `  note       ${note}`),
    '',
  ].join('\n');
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
