import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { ProgramOutcome, SecretReference } from '../../../model/machine.ts';
import type { Secret } from '../../../model/secret.ts';
import { lastWords } from '../../scrub.ts';
import type { PlannedCall, StepAction, StepContext } from '../../step.ts';
import { dataOf, machineOf } from '../../step.ts';
import { argumentOf, isGiven, reasonWithoutUndo, textsOf, valuesOf } from '../arguments.ts';
import type { CanaryEntry } from '../canary-entry.ts';
import { entryIfAny, plannedEntryIfAny, withValue } from '../canary-entry.ts';
import { quoted } from '../http/request.ts';

/** Output kept of one program, in bytes; more is cut off. */
const MAX_OUTPUT_BYTES = 64 * 1024;

/** A program as data. Values of secrets are read at the moment it starts. */
export interface ProgramSpec {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | SecretReference>>;
}

interface ExecCall {
  readonly run: ProgramSpec;
  readonly undo: ProgramSpec | null;
  readonly reason: string | null;
  /** Exit 0 means that nothing is left. */
  readonly check: ProgramSpec | null;
}

/** Runs a program without a shell, and another one that takes it back. */
export const runCommand: StepAction = {
  uses: 'exec',
  summary: 'run a program',
  undoSummary: 'run the program that undoes it',
  isSelfContained: true,
  planned: planExec,
  effect: ({ call, vault }) => {
    const read = readExec(call, entryIfAny(call, vault));
    return {
      action: 'exec',
      with: { ...read },
      says: `run ${showProgram(read.run)}`,
      undo: read.undo === null ? 'none' : 'required',
    };
  },
  apply: async (effect, context) => {
    const { outcome, secrets } = await start(dataOf<ExecCall>(effect).run, context);
    return { exit: outcome.exitCode ?? -1, output: lastWords(outcome.stdout, secrets) };
  },
  undo: async (effect, context) => {
    const { undo } = dataOf<ExecCall>(effect);
    if (undo !== null) await start(undo, context);
  },
  isGone: async (effect, context) => {
    const { check } = dataOf<ExecCall>(effect);
    if (check === null) return true;
    const { outcome } = await tryStarting(check, context);
    if (outcome.ending === 'exited') return outcome.exitCode === 0;
    throw failed(check, outcome, []);
  },
  isRepeatable: () => false,
  byHand: (effect) => {
    const { undo } = dataOf<ExecCall>(effect);
    return undo === null ? 'nothing to undo' : showProgram(undo);
  },
};

/** Runs a program to its good end. @throws UserError drill/step-failed with its last words, scrubbed; secret/missing */
async function start(
  program: ProgramSpec,
  context: StepContext,
): Promise<{ readonly outcome: ProgramOutcome; readonly secrets: readonly Secret[] }> {
  const ran = await tryStarting(program, context);
  if (ran.outcome.ending === 'exited' && ran.outcome.exitCode === 0) return ran;
  throw failed(program, ran.outcome, ran.secrets);
}

/** Runs a program whatever comes of it. @throws UserError secret/missing */
export async function tryStarting(
  { argv, env }: ProgramSpec,
  context: StepContext,
  input = '',
): Promise<{ readonly outcome: ProgramOutcome; readonly secrets: readonly Secret[] }> {
  const machine = machineOf(context);
  const values: Record<string, string> =
    context.idempotencyKey === undefined ? {} : { FIREBREAK_IDEMPOTENCY_KEY: context.idempotencyKey };
  const secrets: Secret[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (typeof value === 'string') values[name] = value;
    else {
      const secret = await machine.readSecret(value);
      secrets.push(secret);
      values[name] = secret.reveal();
    }
  }
  const outcome = await machine.runProgram({
    argv,
    env: values,
    input,
    timeoutMs: context.timeoutMs,
    maxBytes: MAX_OUTPUT_BYTES,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  return { outcome, secrets };
}

/** What became of a program that did not end well. */
export function failed(program: ProgramSpec, outcome: ProgramOutcome, secrets: readonly Secret[]): UserError {
  const words = lastWords(`${outcome.stdout}\n${outcome.stderr}`, secrets);
  const endings: Readonly<Record<ProgramOutcome['ending'], string>> = {
    exited: `ended with ${outcome.exitCode ?? 'no status'}`,
    timeout: 'did not end in time',
    signal: 'was ended by a signal',
    'not-started': 'could not be started',
  };
  return new UserError('drill/step-failed', `${program.argv[0] ?? ''} ${endings[outcome.ending]}`, {
    hint: words === '' ? 'run it by hand to see why' : `it said: ${words}`,
  });
}

/** @throws UserError document/invalid */
function readExec(call: ActionCall, entry: CanaryEntry | null): ExecCall {
  const reason = reasonWithoutUndo(call);
  const env = valuesOf(argumentOf(call, 'env'));
  const program = (name: string): ProgramSpec => ({
    argv: textsOf(argumentOf(call, name)).map((word) => withValue(word, entry)),
    env,
  });
  return {
    run: program('argv'),
    undo: reason === null ? program('undo') : null,
    reason,
    check: isGiven(argumentOf(call, 'check')) ? program('check') : null,
  };
}

function planExec(call: ActionCall): PlannedCall {
  const { run, undo, reason, check } = readExec(call, plannedEntryIfAny(call));
  const names = Object.keys(run.env);
  const verified = check === null ? 'not read back, because no check is given' : `read back with ${showProgram(check)}`;
  return {
    calls: [`${showProgram(run)}${names.length === 0 ? '' : `  (with ${names.join(', ')})`}`],
    reaches: 'whatever this program reaches, the allow-list does not hold it: review it',
    undo: undo === null ? null : `${showProgram(undo)}, ${verified}`,
    ...(reason === null ? {} : { stays: reason }),
  };
}

/** A command line for people; programs get their words without a shell. */
export function showProgram({ argv }: ProgramSpec): string {
  return argv.map(quoted).join(' ');
}
