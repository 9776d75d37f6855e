import { join } from 'node:path';
import type { Journal } from '../../drill/journal.ts';
import { startJournal } from '../../drill/journal.ts';
import { unitsOf } from '../../drill/plan.ts';
import { seededRandom } from '../../drill/random.ts';
import type { JournalRecord } from '../../incident/journal.ts';
import { containedAt, exposureOf } from '../../incident/judge-proof.ts';
import { CONTAIN_EVENTS, madeSteps } from '../../incident/made-steps.ts';
import { VERIFIED, proofData } from '../../incident/verified.ts';
import { verifyContainment } from '../../incident/verify.ts';
import type { ContainmentPlan } from '../../model/containment.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { IncidentProof } from '../../model/incident-proof.ts';
import { fromTimestamp, toTimestamp } from '../../model/instant.ts';
import { isFiniteBound, parseDuration } from '../../model/quantity.ts';
import { settledLine, verifyJson, verifyPretty } from '../../report/incident-verify.ts';
import { systemClock } from '../../system/clock.ts';
import { createHttp } from '../../system/http.ts';
import { openJournalFile } from '../../system/journal-file.ts';
import { createMachine } from '../../system/machine.ts';
import { appendRecord, authorOf, readAllRecords } from '../incident-folder.ts';
import { loadContainmentPlan } from '../incident-plan-file.ts';
import { loadNamedIncident, loadSituation } from '../incident-situation.ts';
import { formatsOf } from '../../report/formats.ts';
import type { Io } from '../io.ts';
import { findRunningLab } from '../lab-connection.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import type { PresentedOptions } from '../presented-token.ts';
import { readPresented } from '../presented-token.ts';
import { VERSION } from '../version.ts';

/** What this command is given beside what all commands are. */
type Options = CommandOptions & PresentedOptions & { readonly plan?: string; readonly for?: string };

/** Shortest and longest observation unless somebody says otherwise, and what is added to the prediction, in milliseconds. */
const SHORTEST_MS = 15_000;
const LONGEST_MS = 900_000;
const MARGIN_MS = 10_000;

/**
 * `firebreak incident verify [INCIDENT]`: shows every verifier a token that must be refused by now, beside a fresh one that
 * must be accepted, until all are settled or the time is over.
 *
 * @returns 0 contained and proven, 1 somewhere still accepted, 4 not proven
 * @throws UserError usage/*, document/*, drill/*
 */
export async function runIncidentVerify(io: Io, [named]: readonly string[], given: object): Promise<ExitCode> {
  const options: Options = given;
  const targets = readOutputs(options, formatsOf('incident verify'), 'pretty');
  const { incident, folder } = await loadNamedIncident(named);
  const { plan } = await loadContainmentPlan({ folder, name: incident.name }, options.plan);
  const place = { environment: plan.environment, inventory: plan.inventory };
  const { environment, issuer, inventory } = await loadSituation(named, { ...options, ...place });
  const fresh = (inventory.freshTokens ?? []).find((each) => each.issuer === issuer.name);
  if (fresh === undefined) {
    throw new UserError(
      'document/not-found',
      `inventory "${inventory.name}" does not say how a client of issuer "${issuer.name}" gets a token`,
      {
        hint: 'add fresh_tokens to it: without a token that must be accepted, an outage looks like a revocation',
      },
    );
  }
  const records = await readAllRecords(folder);
  const { presented, allowedBy } = await readPresented(options, { incident, plan, made: madeSteps(records) });
  const author = await authorOf(options.by, incident.lead);
  const from = containmentBegan(records);
  const begun = systemClock.wall();
  const lab = environment.class === 'lab' ? await findRunningLab(stateDirOf(options)) : null;
  const signals = io.takeSignals();
  const path = join(folder, 'evidence', `verify-${toTimestamp(begun).replaceAll(/[-:.]/g, '').toLowerCase()}.ndjson`);
  const journal = startJournal({
    sink: await openJournalFile(path),
    clock: systemClock,
    origin: systemClock.monotonic(),
  });
  const say = (text: string): void => {
    if (options.quiet !== true) io.err(`${text}\n`);
  };
  const observed = verifyContainment(
    {
      units: unitsOf(inventory.verifiers),
      issuer,
      fresh,
      presented,
      from,
      horizon: horizonOf(options.for, plan, { from, now: begun }),
      expected: new Map(plan.expected.map(({ verifier, bound }) => [verifier, bound])),
      userAgent: `firebreak/${VERSION} (+incident/${incident.name})`,
    },
    {
      clock: systemClock,
      context: {
        http: createHttp(environment.allow),
        machine: createMachine(environment.allow, { env: io.env, terminal: null }),
        lab,
        timeoutMs: 10_000,
        vault: null,
        signal: signals.stop,
      },
      random: seededRandom(begun % 2 ** 32),
      journal,
      signal: signals.stop,
      onSettled: (unit) => say(settledLine(unit)),
    },
  );
  const units = await closing(observed, journal);
  const unprobed = inventory.verifiers.filter(({ routes }) => routes.length === 0).map(({ name }) => name);
  const proof: IncidentProof = {
    incident: incident.name,
    kind: presented.kind,
    allowedBy,
    from,
    begun,
    ended: systemClock.wall(),
    units,
    unprobed,
    contained: containedAt(units, unprobed),
    exposureUnitSeconds: exposureOf(units, from),
    evidence: { path, ...journal.head() },
  };
  await appendRecord(folder, { author, event: VERIFIED, data: proofData(proof), now: systemClock.wall() });
  await writeOutputs(
    targets,
    (format, terminal) =>
      format === 'json'
        ? verifyJson(proof)
        : verifyPretty(proof, paintFor(io, 'out', terminal ? options.color : 'never')),
    io,
  );
  return exitOf(proof);
}

/** The journal is closed whatever comes of the work. */
async function closing<T>(work: Promise<T>, journal: Journal): Promise<T> {
  try {
    return await work;
  } finally {
    await journal.close();
  }
}

/** The first intent of containment; nothing can have ended before it. @throws UserError document/not-found */
function containmentBegan(records: readonly JournalRecord[]): number {
  const first = records.find(({ event }) => event === CONTAIN_EVENTS.intent || event === CONTAIN_EVENTS.said);
  const instant = first === undefined ? null : fromTimestamp(first.time);
  if (instant !== null) return instant;
  throw new UserError('document/not-found', 'no step was made yet, so there is nothing to verify', {
    hint: 'firebreak incident contain; for what was done by hand: --done STEP',
  });
}

/** As long as the plan says that it can take. @throws UserError usage/bad-argument */
function horizonOf(
  given: string | undefined,
  { expected }: ContainmentPlan,
  { from, now }: { readonly from: number; readonly now: number },
): number {
  if (given !== undefined) {
    const duration = parseDuration(given);
    if (duration !== undefined && duration > 0) return duration;
    throw new UserError('usage/bad-argument', `--for "${given}" is no duration`, { hint: 'write it as 90s or 15m' });
  }
  const longest = Math.max(0, ...expected.map(({ bound }) => bound).filter(isFiniteBound));
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, from + longest + MARGIN_MS - now));
}

function exitOf({ units, unprobed, contained }: IncidentProof): ExitCode {
  if (contained !== null) return EXIT.done;
  const isOpen = units.some(({ state }) => state === 'open');
  const isUnproven = unprobed.length > 0 || units.some(({ state }) => state === 'unproven' || state === 'expired');
  return isUnproven || !isOpen ? EXIT.inconclusive : EXIT.findings;
}
