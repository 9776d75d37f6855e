import { join } from 'node:path';
import { needsConfirmation } from '../../drill/confirmation.ts';
import { takeLease } from '../../drill/lease.ts';
import { contain, sketchOf } from '../../incident/contain.ts';
import type { JournalRecord } from '../../incident/journal.ts';
import { idsOf } from '../../incident/known-ids.ts';
import { CONTAIN_EVENTS, madeSteps } from '../../incident/made-steps.ts';
import type { ContainmentPlan, StepOutcome } from '../../model/containment.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { Incident } from '../../model/incident.ts';
import type { Environment } from '../../model/inventory.ts';
import { containJson, containPretty, outcomeLine } from '../../report/incident-contain.ts';
import { systemFiles } from '../../system/files.ts';
import { createHttp } from '../../system/http.ts';
import { createMachine } from '../../system/machine.ts';
import { isSameProcess, processStart } from '../../system/processes.ts';
import { authorOf, mendJournal, readAllRecords } from '../incident-folder.ts';
import { loadContainmentPlan } from '../incident-plan-file.ts';
import { loadNamedIncident, loadSituation } from '../incident-situation.ts';
import { clockFrom, incidentWriter } from '../incident-writer.ts';
import { formatsOf } from '../../report/formats.ts';
import type { Io, TakenSignals } from '../io.ts';
import { findRunningLab } from '../lab-connection.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';

/** What this command is given beside what all commands are. */
type Options = CommandOptions & {
  readonly plan?: string;
  readonly yes?: boolean;
  readonly again?: readonly string[];
  readonly done?: readonly string[];
};

/**
 * `firebreak incident contain [INCIDENT]`: makes the steps of the plan. Every intent is in the journal before anything is
 * sent, so a run that is killed is gone on with by running it again. Nothing is undone by itself.
 *
 * @returns 0 when every step was made, 3 when one failed, 4 when nobody knows whether one happened
 * @throws UserError drill/confirmation-needed, drill/lease-held, document/*, usage/*
 */
export async function runIncidentContain(io: Io, [named]: readonly string[], given: object): Promise<ExitCode> {
  const options: Options = given;
  const targets = readOutputs(options, formatsOf('incident contain'), 'pretty');
  const found = await loadNamedIncident(named);
  const { incident, folder } = found;
  const { plan, sha256 } = await loadContainmentPlan({ folder, name: incident.name }, options.plan);
  const { environment: where, inventory } = plan;
  const situation = await loadSituation(named, { ...options, environment: where, inventory });
  const { environment } = situation;
  const stateDir = stateDirOf(options);
  const lab = environment.class === 'lab' ? await findRunningLab(stateDir) : null;
  const author = await authorOf(options.by, incident.lead);
  const records = await readRecords(folder, author);
  checkNames(plan, incident, records.all);
  checkSteps(plan, [...(options.again ?? []), ...(options.done ?? [])]);
  await confirm(io, { options, incident, environment, author, sha256, records: records.all });

  const signals = io.takeSignals();
  const self = { pid: process.pid, startedAt: (await processStart(process.pid)) ?? '' };
  const release = await takeLease(
    join(stateDir, `incident-${incident.name}.lease.json`),
    { ...self, runId: `incident ${incident.name}` },
    { files: systemFiles, isAlive: ({ pid, startedAt }) => isSameProcess(pid, startedAt) },
  );
  try {
    const record = incidentWriter(folder, author, clockFrom(readNow(options.now)));
    const again = options.again ?? [];
    if (records.torn !== null) await record({ event: 'mended', data: records.torn });
    for (const step of plan.steps.filter(({ id }) => options.done?.includes(id) === true)) {
      await record({ event: CONTAIN_EVENTS.said, data: { step: step.id, effect: sketchOf(step) } });
    }
    // Read under the lease: another run may have made steps meanwhile.
    const made = madeSteps(await readAllRecords(folder));
    await record({
      event: CONTAIN_EVENTS.begun,
      data: { plan: plan.file, sha256, environment: environment.name, steps: plan.steps.length, again },
    });
    const say = (outcome: StepOutcome): void => {
      if (options.quiet !== true) io.err(`${outcomeLine(outcome)}\n`);
    };
    const outcomes = await contain(
      { plan, issuers: situation.inventory.issuers, made, again },
      {
        context: {
          http: createHttp(environment.allow),
          lab,
          timeoutMs: 0,
          vault: null,
          signal: signals.stop,
          machine: createMachine(environment.allow, {
            env: io.env,
            terminal: options.input === false ? null : io.terminal,
          }),
        },
        record,
        onOutcome: say,
        stop: signals.stop,
      },
    );
    await record({ event: CONTAIN_EVENTS.ended, data: countsOf(outcomes) });
    const view = { incident: incident.name, folder, outcomes };
    await writeOutputs(
      targets,
      (format, terminal) =>
        format === 'json'
          ? containJson(view)
          : containPretty(view, paintFor(io, 'out', terminal ? options.color : 'never')),
      io,
    );
    return exitOf(outcomes, signals);
  } finally {
    await release();
  }
}

async function readRecords(
  folder: string,
  author: string,
): Promise<{ readonly all: readonly JournalRecord[]; readonly torn: Awaited<ReturnType<typeof mendJournal>> }> {
  const torn = await mendJournal(folder, author);
  return { torn, all: await readAllRecords(folder) };
}

/** A plan may be edited, but it names only what the incident or one of its plans is about. @throws UserError document/invalid */
function checkNames(plan: ContainmentPlan, { leaked }: Incident, records: readonly JournalRecord[]): void {
  const known = new Set(Object.entries(idsOf(leaked)).map(([type, value]) => `${type} ${value}`));
  for (const { event, data } of records) {
    if (event !== 'planned' || !Array.isArray(data['names'])) continue;
    for (const name of data['names']) if (typeof name === 'string') known.add(name);
  }
  for (const { id, names, at } of plan.steps) {
    if (names === null || known.has(`${names.type} ${names.value}`)) continue;
    throw new UserError(
      'document/invalid',
      `step "${id}" names ${names.type} "${names.value}", which this incident is not about`,
      {
        hint: `check it; if it is right, say so: firebreak incident plan --about ${names.type}=${names.value}`,
        at,
      },
    );
  }
}

function checkSteps({ steps }: ContainmentPlan, ids: readonly string[]): void {
  const wrong = ids.find((id) => !steps.some((step) => step.id === id));
  if (wrong === undefined) return;
  throw new UserError('usage/bad-argument', `the plan has no step "${wrong}"`, {
    hint: `it has ${steps.map(({ id }) => id).join(', ')}`,
  });
}

/** A person types the name of the incident, or somebody else approved exactly this plan. @throws UserError */
async function confirm(
  io: Io,
  {
    options,
    incident,
    environment,
    author,
    sha256,
    records,
  }: {
    readonly options: Options;
    readonly incident: Incident;
    readonly environment: Environment;
    readonly author: string;
    readonly sha256: string;
    readonly records: readonly JournalRecord[];
  },
): Promise<void> {
  const { name } = incident;
  if (options.confirm === name) return;
  const hint = `--confirm ${name}`;
  if (options.confirm !== undefined) {
    throw new UserError('drill/confirmation-needed', `"${options.confirm}" is not the name of the incident`, { hint });
  }
  if (options.yes === true) {
    const isApproved = records.some(
      (record) => record.event === 'approved' && record.author !== author && record.data['sha256'] === sha256,
    );
    if (isApproved || !needsConfirmation(environment)) return;
    throw new UserError(
      'drill/confirmation-needed',
      `environment "${environment.name}" is of class ${environment.class}, and nobody but ${author} has approved this plan`,
      { hint: `firebreak incident approve ${name} --by @somebody-else; or ${hint}` },
    );
  }
  if (io.terminal === null || options.input === false) {
    throw new UserError('drill/confirmation-needed', `containing "${name}" changes what ${environment.name} accepts`, {
      hint,
    });
  }
  const { askPerson } = await import('../../system/person.ts');
  const text = `This changes what ${environment.name} (${environment.class}) accepts, and nothing takes it back by itself.\nType the name of the incident to go on.`;
  await askPerson({ text, word: name }, io.terminal);
}

function countsOf(outcomes: readonly StepOutcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of outcomes) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function exitOf(outcomes: readonly StepOutcome[], { stoppedBy }: TakenSignals): ExitCode {
  const has = (state: StepOutcome['state']): boolean => outcomes.some((outcome) => outcome.state === state);
  const signal = stoppedBy();
  if (signal !== null && has('stopped')) return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  if (has('failed')) return EXIT.failure;
  return has('uncertain') ? EXIT.inconclusive : EXIT.done;
}
