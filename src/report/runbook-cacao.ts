/**
 * A runbook as a playbook of OASIS CACAO Security Playbooks 2.0 (Committee Specification 01, 27 November 2023), for
 * systems that run playbooks. Ids are made from names, so that equal runbooks are equal files.
 */
import { createHash } from 'node:crypto';
import { showBound } from '../model/quantity.ts';
import type { Runbook, RunbookActivity, RunbookCommand, RunbookStep } from '../model/runbook.ts';
import { jsonText } from './json-text.ts';

/** Namespace of playbook ids that are made from `name` and `playbook_types` (section 10.10). */
const NAMESPACE = 'aa7caf3a-d55a-4e9a-b34e-056215fba56a';

/** `playbook-type-ov` (section 3.1.1) */
const PLAYBOOK_TYPES: readonly string[] = ['investigation', 'mitigation', 'notification', 'remediation'];

/** `playbook-activity-type-ov` (section 3.1.2) */
const ACTIVITIES: Readonly<Record<RunbookActivity, string>> = {
  record: 'deliver-content',
  look: 'analyze-collected-data',
  restrict: 'restrict-access',
  eliminate: 'eliminate-risk',
  restore: 'restore-capabilities',
};

/** Done at the same time: one looks who used it while another refuses it (sections that `parallel` joins). */
const BRANCHES = ['scope', 'contain'] as const;

export interface CacaoTimes {
  /** RFC 3339 UTC with milliseconds (section 10.16). */
  readonly created: string;
  readonly modified: string;
}

interface Action {
  readonly id: string;
  readonly step: RunbookStep;
  readonly kind: RunbookCommand['kind'];
  readonly commands: readonly RunbookCommand[];
}

type Workflow = Readonly<Record<string, object>>;

/** The playbook as JSON. It is not signed: `signatures` is for whoever publishes it. */
export function runbookCacao(runbook: Runbook, times: CacaoTimes): string {
  return jsonText(playbookOf(runbook, times));
}

function playbookOf(runbook: Runbook, { created, modified }: CacaoTimes): object {
  const name = `${runbook.title} (${runbook.inventories.join(', ')})`;
  const id = `playbook--${uuid5(JSON.stringify({ name, playbook_types: PLAYBOOK_TYPES }))}`;
  const ids = idsWithin(id);
  const actions = runbook.steps.flatMap((step) => actionsOf(step, ids));
  const start = ids('start', 'start');
  return {
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id,
    name,
    description: runbook.summary.join(' '),
    playbook_types: PLAYBOOK_TYPES,
    playbook_activities: [...new Set(runbook.steps.map(({ activity }) => ACTIVITIES[activity]))].toSorted(),
    playbook_processing_summary: { parallel_processing: true },
    created_by: ids('identity', 'firebreak runbook'),
    created,
    modified,
    labels: ['firebreak', runbook.scenario],
    external_references: [
      { name: 'docs/readiness.md', description: 'How this playbook came about' },
      ...[...new Set(runbook.steps.flatMap(({ source }) => source ?? []))]
        .toSorted()
        .map((source) => ({ name: source })),
    ],
    playbook_variables: Object.fromEntries(
      runbook.variables.map(({ name: variable, says }) => [
        variableName(variable),
        { type: 'string', description: says, constant: false, external: true },
      ]),
    ),
    workflow_start: start,
    workflow: workflowOf(actions, { start, ids }),
    agent_definitions: agentsOf(actions, ids),
  };
}

type Ids = (type: string, key: string) => string;

/** What a step asks of a shell and of a person are two actions, because one agent executes all commands of an action. */
function actionsOf(step: RunbookStep, ids: Ids): readonly Action[] {
  const kinds = (['shell', 'person'] as const).filter((kind) => step.commands.some((command) => command.kind === kind));
  // A step without commands still says something to a person.
  if (kinds.length === 0) {
    const commands: readonly RunbookCommand[] = [{ kind: 'person', parts: [step.says.join(' ')] }];
    return [{ id: ids('action', `${step.section}/${step.key}`), step, kind: 'person', commands }];
  }
  return kinds.map((kind) => ({
    id: ids('action', `${step.section}/${step.key}/${kind}`),
    step,
    kind,
    commands: step.commands.filter((command) => command.kind === kind),
  }));
}

function workflowOf(
  actions: readonly Action[],
  { start, ids }: { readonly start: string; readonly ids: Ids },
): Workflow {
  const of = (sections: readonly string[]): readonly Action[] =>
    actions.filter(({ step }) => sections.includes(step.section));
  const end = ids('end', 'end');
  const fork = ids('parallel', 'scope and contain');
  const first = chain(of(['first_five_minutes']), fork, ids);
  const last = chain(of(['verify', 'communicate', 'learn']), end, ids);
  const branches = BRANCHES.map((section) => chain(of([section]), ids('end', section), ids));
  return {
    [start]: { type: 'start', name: 'Something leaked', on_completion: first.entry },
    ...first.steps,
    [fork]: {
      type: 'parallel',
      name: 'Scope and contain at the same time',
      on_completion: last.entry,
      next_steps: branches.map(({ entry }) => entry),
    },
    // Each branch has an end of its own (section 4.5).
    ...Object.assign({}, ...branches.map(({ steps }) => steps)),
    ...Object.fromEntries(BRANCHES.map((section) => [ids('end', section), { type: 'end', name: `End of ${section}` }])),
    ...last.steps,
    [end]: { type: 'end', name: 'Closed' },
  };
}

/** Steps one after the other; `entry` is the first of them, or what would come after. */
function chain(
  actions: readonly Action[],
  after: string,
  ids: Ids,
): { readonly entry: string; readonly steps: Workflow } {
  const steps = actions.map((action, index): readonly [string, object] => [
    action.id,
    stepOf(action, actions[index + 1]?.id ?? after, ids),
  ]);
  return { entry: actions[0]?.id ?? after, steps: Object.fromEntries(steps) };
}

function stepOf({ step, kind, commands }: Action, next: string, ids: Ids): object {
  const { title, source, activity } = step;
  const description = descriptionOf(step);
  return {
    type: 'action',
    name: title,
    ...(description === '' ? {} : { description }),
    ...(source === null ? {} : { external_references: [{ name: source }] }),
    on_completion: next,
    commands: commands.map((command) => ({
      type: kind === 'shell' ? 'bash' : 'manual',
      command: textOf(command),
      playbook_activity: ACTIVITIES[activity],
    })),
    agent: agentOf(step, kind, ids),
  };
}

function descriptionOf({ says, wider, within, collateral, undo }: RunbookStep): string {
  return [
    ...says,
    ...(within === null ? [] : [`Takes effect within: ${showBound(within)}.`]),
    ...(collateral === null ? [] : [`Hits: ${collateral}.`]),
    ...(wider.length === 0 ? [] : [`If that is not enough: ${wider.join('; ')}.`]),
    ...(undo === null ? [] : [`Taken back by: ${undo}.`]),
  ].join(' ');
}

const SHELL_AGENT = 'a machine with firebreak and this repository';

/** Nobody in particular: whoever has the rights. */
const ANYBODY = 'whoever may act at the issuer';

function agentOf({ who }: RunbookStep, kind: RunbookCommand['kind'], ids: Ids): string {
  return kind === 'shell' ? ids('linux', SHELL_AGENT) : ids('group', nameOfGroup(who));
}

function nameOfGroup(who: readonly string[]): string {
  return who.length === 0 ? ANYBODY : who.join(', ');
}

function agentsOf(actions: readonly Action[], ids: Ids): object {
  const groups = new Set(actions.filter(({ kind }) => kind === 'person').map(({ step }) => nameOfGroup(step.who)));
  return {
    ...(actions.some(({ kind }) => kind === 'shell')
      ? {
          [ids('linux', SHELL_AGENT)]: { type: 'linux', name: SHELL_AGENT, address: { dname: ['localhost'] } },
        }
      : {}),
    ...Object.fromEntries([...groups].toSorted().map((name) => [ids('group', name), { type: 'group', name }])),
  };
}

/** Section 10.18: a variable is used by its name with `:value`. */
function textOf({ parts }: RunbookCommand): string {
  return parts.map((part) => (typeof part === 'string' ? part : `${variableName(part.variable)}:value`)).join(' ');
}

function variableName(name: string): string {
  return `__${name.toLowerCase()}__`;
}

/**
 * Ids of everything inside of a playbook. Section 10.10 wants version 4 for steps: random or pseudo-random numbers
 * (RFC 4122 section 4.4). Ours are pseudo-random with the playbook and the name as their seed, so that a file that is
 * written again stays the same.
 */
function idsWithin(playbook: string): Ids {
  return (type, key) => {
    const digest = createHash('sha256').update(`${playbook}\n${type}\n${key}`, 'utf8').digest();
    return `${type}--${formatUuid(digest, 4)}`;
  };
}

/** RFC 4122 section 4.3, with SHA-1. */
function uuid5(name: string): string {
  const namespace = Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex');
  return formatUuid(createHash('sha1').update(namespace).update(name, 'utf8').digest(), 5);
}

function formatUuid(digest: Uint8Array, version: 4 | 5): string {
  const bytes = Buffer.from(digest.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
