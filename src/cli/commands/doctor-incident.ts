import { createPresence } from '../../incident/presence.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT, worstExit } from '../../model/exit.ts';
import type { Scenario } from '../../model/policy.ts';
import { SCENARIOS } from '../../model/policy.ts';
import type { LogSamples } from '../../readiness/input.ts';
import { judgeReadiness } from '../../readiness/judge.ts';
import { findNeeds } from '../../readiness/needs.ts';
import { formatsOf } from '../../report/formats.ts';
import { readinessJson, readinessPretty } from '../../report/readiness.ts';
import { checkNeeds } from '../check-needs.ts';
import type { Io } from '../io.ts';
import { findRunningLab } from '../lab-connection.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import type { LogInputOptions } from '../replay-input.ts';
import { loadReadiness } from '../readiness-input.ts';
import { readRecordedUses } from '../replay-input.ts';
import { naturesOf } from '../scope-input.ts';

/** What this command is given beside what all commands are. */
type Options = CommandOptions &
  LogInputOptions & {
    readonly logs?: readonly string[];
    readonly connect?: boolean;
    readonly facts?: boolean;
  };

/**
 * `firebreak doctor --incident [PATHS]`: what could be answered today if something leaked, and what is missing. 1 when a
 * scenario is not ready, 4 when it is not known of one. Nothing is sent without --connect.
 *
 * @throws UserError usage/bad-argument, usage/no-input, document/invalid, file/*
 */
export async function runIncidentDoctor(io: Io, paths: readonly string[], given: object): Promise<ExitCode> {
  const options: Options = given;
  const targets = readOutputs(options, formatsOf('doctor'), 'pretty');
  const now = readNow(options.now);
  const scenarios = scenariosOf(options.scenario);
  const estate = await loadReadiness(paths, options);
  const isConnecting = options.connect === true;
  const needs = await checkNeeds(
    findNeeds(estate).filter(({ scenario }) => scenarios.includes(scenario)),
    {
      env: io.env,
      inventories: estate.inventories,
      connect: isConnecting,
      lab: isConnecting ? await findRunningLab(stateDirOf(options)) : null,
    },
  );
  const readiness = judgeReadiness({ ...estate, logs: await readSamples(options), needs, now }, scenarios);
  await writeOutputs(
    targets,
    (format, terminal) =>
      format === 'json'
        ? readinessJson(readiness)
        : readinessPretty(readiness, {
            color: paintFor(io, terminal ? 'out' : 'err', terminal ? options.color : 'never'),
            facts: options.facts === true,
          }),
    io,
  );
  const has = (verdict: string): boolean => readiness.some((each) => each.verdict === verdict);
  return worstExit([has('not_ready') ? EXIT.findings : EXIT.done, has('unknown') ? EXIT.inconclusive : EXIT.done]);
}

function scenariosOf(chosen: string | undefined): readonly Scenario[] {
  return chosen === undefined ? SCENARIOS : SCENARIOS.filter((scenario) => scenario === chosen);
}

async function readSamples(options: Options): Promise<LogSamples | null> {
  if (options.logs === undefined) return null;
  const presence = createPresence();
  const { logs, problems } = await readRecordedUses(options.logs, options, { onUse: presence.add });
  return { presence, natures: naturesOf(logs), faults: problems.map(({ message }) => message) };
}
