/**
 * The rules of OASIS CACAO Security Playbooks 2.0 that its JSON schemas and its text make of the parts that we write,
 * each as words about what is broken.
 */
type Members = Readonly<Record<string, unknown>>;

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const ID = new RegExp(`^([a-z][a-z0-9-]+[a-z0-9])--(${UUID})$`);
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const VARIABLE = /^__[a-z][a-z0-9_-]*__$/;

const PLAYBOOK_MEMBERS =
  'type spec_version id name description playbook_types playbook_activities playbook_processing_summary created_by created modified revoked labels external_references playbook_variables workflow_start workflow_exception workflow agent_definitions target_definitions'.split(
    ' ',
  );
const REQUIRED = 'type spec_version id name created_by created modified workflow_start workflow'.split(' ');
const STEP_MEMBERS =
  'type name description external_references delay timeout step_variables owner on_completion on_success on_failure'.split(
    ' ',
  );
const MORE_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  start: [],
  end: [],
  action: ['commands', 'agent', 'targets', 'in_args', 'out_args'],
  parallel: ['next_steps'],
};
const COMMAND_MEMBERS = 'type description version playbook_activity external_references command command_b64'.split(' ');

const PLAYBOOK_TYPES = 'attack detection engagement investigation mitigation notification prevention remediation'.split(
  ' ',
);
const ACTIVITIES =
  'compose-content deliver-content identify-audience identify-channel scan-system match-indicator analyze-collected-data identify-indicators scan-vulnerabilities configure-systems restrict-access disconnect-system eliminate-risk revert-system restore-data restore-capabilities map-network identify-steps step-sequence prepare-engagement execute-operation analyze-engagement-results'.split(
    ' ',
  );

/** Everything that is wrong with a playbook; empty for a good one. */
export function cacaoFaults(playbook: Members): readonly string[] {
  return [
    ...memberFaults('playbook', playbook, PLAYBOOK_MEMBERS, REQUIRED),
    ...metadataFaults(playbook),
    ...stepFaults(playbook),
    ...agentFaults(playbook),
    ...flowFaults(playbook),
    ...referenceFaults(playbook),
    ...variableFaults(playbook),
    ...idFaults(playbook),
  ];
}

function memberFaults(
  where: string,
  value: Members,
  known: readonly string[],
  required: readonly string[] = [],
): readonly string[] {
  const names = Object.keys(value);
  return [
    ...names.filter((name) => !known.includes(name)).map((name) => `${where} has no member ${name}`),
    ...required.filter((name) => !names.includes(name)).map((name) => `${where} lacks ${name}`),
  ];
}

function metadataFaults(playbook: Members): readonly string[] {
  const { type, spec_version: version, created, modified, created_by: by } = playbook;
  const types = textsOf(playbook['playbook_types']);
  const activities = textsOf(playbook['playbook_activities']);
  const used = commandsOf(playbook).map(({ playbook_activity: activity }) => String(activity));
  return faults([
    [type === 'playbook', 'type is not playbook'],
    [version === 'cacao-2.0', 'spec_version is not cacao-2.0'],
    [isId(playbook['id'], 'playbook'), 'id is no id of a playbook'],
    [isId(by, 'identity'), 'created_by is no identity'],
    [TIME.test(String(created)) && TIME.test(String(modified)), 'times have three digits after the second'],
    [String(modified) >= String(created), 'modified is before created'],
    [types.every((each) => PLAYBOOK_TYPES.includes(each)), 'a type is not in the vocabulary'],
    [activities.every((each) => ACTIVITIES.includes(each)), 'an activity is not in the vocabulary'],
    [types.length === 0 || activities.length > 0, 'types without an activity'],
    [activities.every((each) => used.includes(each)), 'an activity that no command has'],
    [used.every((each) => activities.includes(each)), 'a command with an activity that is not listed'],
    [!('signatures' in playbook), 'a signature that nobody made'],
  ]);
}

function stepFaults(playbook: Members): readonly string[] {
  return Object.entries(stepsOf(playbook)).flatMap(([id, step]) => {
    const type = String(step['type']);
    const more = MORE_MEMBERS[type];
    if (more === undefined) return [`${id} has the type ${type}, which we do not write`];
    const nexts = ['on_completion', 'on_success', 'on_failure'].filter((name) => name in step);
    return [
      ...memberFaults(id, step, [...STEP_MEMBERS, ...more], type === 'action' ? ['commands', 'agent'] : more),
      ...faults([
        [isId(id, type), `${id} is not the id of a ${type}`],
        // Section 10.10: "All CACAO step objects MUST use UUIDv4".
        [/--.{14}4/.test(id), `${id} is not of version 4`],
        [type === 'end' ? nexts.length === 0 : nexts.length === 1, `${id} goes on by ${nexts.join(', ')}`],
        [type !== 'start' || nexts[0] === 'on_completion', `${id} starts by ${nexts.join(', ')}`],
        [type !== 'parallel' || textsOf(step['next_steps']).length >= 2, `${id} has fewer than two branches`],
      ]),
      ...listOf(step['commands']).flatMap((command) => [
        ...memberFaults(`command of ${id}`, command, COMMAND_MEMBERS, ['type']),
        ...faults([
          [['bash', 'manual'].includes(String(command['type'])), `${id} has a command of another type`],
          [typeof command['command'] === 'string' && command['command'] !== '', `${id} has an empty command`],
        ]),
      ]),
    ];
  });
}

function agentFaults(playbook: Members): readonly string[] {
  const agents = membersOf(playbook['agent_definitions']);
  const used = Object.values(stepsOf(playbook)).flatMap(({ agent }) => textsOf([agent]));
  return [
    ...used.filter((id) => !(id in agents)).map((id) => `agent ${id} is not defined`),
    ...Object.keys(agents)
      .filter((id) => !used.includes(id))
      .map((id) => `agent ${id} does nothing`),
    ...Object.entries(agents).flatMap(([id, agent]) =>
      faults([
        [isId(id, String(agent['type'])), `${id} is not the id of a ${String(agent['type'])}`],
        [typeof agent['name'] === 'string' && agent['name'] !== '', `agent ${id} has no name`],
        [agent['type'] !== 'linux' || 'address' in agent, `agent ${id} has no address`],
      ]),
    ),
  ];
}

/** Every step is reached, nothing goes in circles, and each branch has an end of its own (section 4.5). */
function flowFaults(playbook: Members): readonly string[] {
  const steps = stepsOf(playbook);
  const reached = new Set<string>();
  const ends: string[] = [];
  const found: string[] = [];
  const walk = (id: string, path: readonly string[]): void => {
    const step = steps[id];
    if (step === undefined) return void found.push(`${id} is not there`);
    if (path.includes(id)) return void found.push(`${id} goes in circles`);
    reached.add(id);
    if (step['type'] === 'end') ends.push(id);
    for (const next of [...textsOf(step['next_steps']), ...textsOf([step['on_completion']])]) walk(next, [...path, id]);
  };
  walk(String(playbook['workflow_start']), []);
  return [
    ...found,
    ...Object.keys(steps)
      .filter((id) => !reached.has(id))
      .map((id) => `${id} is never reached`),
    ...faults([
      [steps[String(playbook['workflow_start'])]?.['type'] === 'start', 'it does not start with a start step'],
      [new Set(ends).size === ends.length, 'two branches share an end'],
      [Object.values(steps).some(({ type }) => type === 'action'), 'it does nothing'],
    ]),
  ];
}

/** Section 3.1: references that are used in other parts are listed in the playbook, too. */
function referenceFaults(playbook: Members): readonly string[] {
  const listed = listOf(playbook['external_references']).map(({ name }) => name);
  return Object.values(stepsOf(playbook))
    .flatMap((step) => listOf(step['external_references']))
    .filter(({ name }) => !listed.includes(name))
    .map(({ name }) => `reference ${String(name)} is not listed`);
}

function variableFaults(playbook: Members): readonly string[] {
  const declared = Object.keys(membersOf(playbook['playbook_variables']));
  const used = new Set(
    commandsOf(playbook).flatMap(({ command }) =>
      [...String(command).matchAll(/(__[a-zA-Z_-]+?__):value/g)].map(([, name = '']) => name),
    ),
  );
  return [
    ...declared.filter((name) => !VARIABLE.test(name)).map((name) => `${name} is no name of a variable`),
    ...declared.filter((name) => !used.has(name)).map((name) => `${name} is not used`),
    ...[...used].filter((name) => !declared.includes(name)).map((name) => `${name} is not declared`),
  ];
}

/** Section 10.10: the UUID part is unique across all objects, whatever their type. */
function idFaults(playbook: Members): readonly string[] {
  const ids = [
    String(playbook['id']),
    String(playbook['created_by']),
    ...Object.keys(stepsOf(playbook)),
    ...Object.keys(membersOf(playbook['agent_definitions'])),
  ];
  const uuids = ids.map((id) => ID.exec(id)?.[2] ?? id);
  return new Set(uuids).size === uuids.length ? [] : ['two objects have one UUID'];
}

function faults(rules: readonly (readonly [holds: boolean, otherwise: string])[]): readonly string[] {
  return rules.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
}

function isId(value: unknown, type: string): boolean {
  return ID.exec(String(value))?.[1] === type;
}

function stepsOf(playbook: Members): Readonly<Record<string, Members>> {
  return membersOf(playbook['workflow']);
}

function commandsOf(playbook: Members): readonly Members[] {
  return Object.values(stepsOf(playbook)).flatMap((step) => listOf(step['commands']));
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function membersOf(value: unknown): Readonly<Record<string, Members>> {
  return Object.fromEntries(
    Object.entries(isMembers(value) ? value : {}).flatMap(([name, member]) =>
      isMembers(member) ? [[name, member] as const] : [],
    ),
  );
}

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter(isMembers) : [];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
