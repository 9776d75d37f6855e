import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { Secret } from '../../../model/secret.ts';
import { scrub } from '../../scrub.ts';
import type { StepAction, StepAnswer, StepContext } from '../../step.ts';
import { dataOf } from '../../step.ts';
import { argumentOf, isMapping, textsOf, valuesOf } from '../arguments.ts';
import { entryIfAny, plannedEntryIfAny } from '../canary-entry.ts';
import type { CanaryEntry } from '../canary-entry.ts';
import type { ProgramSpec } from '../exec/run.ts';
import { failed, showProgram, tryStarting } from '../exec/run.ts';
import { quoted } from '../http/request.ts';

/** Version of the protocol; a program that answers another one is refused. */
const PROTOCOL = 'firebreak-action/1';

type Operation = 'describe' | 'plan' | 'apply' | 'undo' | 'verify';

interface PluginCall {
  readonly program: ProgramSpec;
  /** `with.with` of the step, handed to the program as it is. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly canary: CanaryEntry | null;
  /** What the program wants to remember for undo; it chose it before it changed anything. */
  readonly state: Readonly<Record<string, unknown>>;
}

/**
 * Lets a program of somebody else act. It reads one JSON object and writes one; docs/drill-actions.md has the protocol.
 * The journal holds what it needs for undo before it is told to apply.
 */
export const runPlugin: StepAction = {
  uses: 'plugin',
  summary: 'let a program act that speaks the protocol of drill actions',
  undoSummary: 'let the program undo it, and ask it whether it is gone',
  isSelfContained: true,
  planned: (call) => {
    const { program } = readPlugin(call, plannedEntryIfAny(call));
    return {
      calls: [`${showProgram(program)}: describe and plan before anything changes, then apply`],
      reaches: 'whatever this program reaches, the allow-list does not hold it: review it',
      undo: `${showProgram(program)}: undo, then verify`,
    };
  },
  reach: async (call, context) => {
    const asked = readPlugin(call, plannedEntryIfAny(call));
    const { operations } = await ask('describe', asked, context);
    const missing = ['plan', 'apply', 'undo', 'verify'].filter(
      (name) => !Array.isArray(operations) || !operations.includes(name),
    );
    if (missing.length > 0) throw wrongAnswer(asked, `does not offer ${missing.join(', ')}`);
  },
  effect: ({ call, vault }) => {
    const read = readPlugin(call, entryIfAny(call, vault));
    return {
      action: 'plugin',
      with: { ...read },
      says: `let ${read.program.argv[0] ?? ''} act`,
      undo: 'required',
    };
  },
  prepare: async (effect, context) => {
    const asked = dataOf<PluginCall>(effect);
    const { says, state } = await ask('plan', asked, context);
    if (typeof says !== 'string' || says === '') throw wrongAnswer(asked, 'does not say what it will do');
    if (!isMapping(state)) throw wrongAnswer(asked, 'gives no state for undo');
    return { ...effect, says: says.slice(0, 200), with: { ...effect.with, state } };
  },
  apply: async (effect, context): Promise<StepAnswer> => {
    const { answer } = await ask('apply', dataOf<PluginCall>(effect), context);
    const known = isMapping(answer) ? Object.entries(answer) : [];
    return Object.fromEntries(
      known.flatMap(([name, value]) => (typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [])),
    );
  },
  undo: async (effect, context) => void (await ask('undo', dataOf<PluginCall>(effect), context)),
  isGone: async (effect, context) => {
    const asked = dataOf<PluginCall>(effect);
    const { gone } = await ask('verify', asked, context);
    if (typeof gone !== 'boolean') throw wrongAnswer(asked, 'does not say whether it is gone');
    return gone;
  },
  isRepeatable: () => false,
  byHand: (effect) => {
    const asked = dataOf<PluginCall>(effect);
    return `echo ${quoted(JSON.stringify(requestOf('undo', asked)))} | ${showProgram(asked.program)}`;
  },
};

function requestOf(operation: Operation, { given, canary, state }: PluginCall): Readonly<Record<string, unknown>> {
  return { protocol: PROTOCOL, operation, with: given, canary, state };
}

/** One question to the program, in a process of its own. @throws UserError drill/step-failed, secret/missing */
async function ask(
  operation: Operation,
  asked: PluginCall,
  context: StepContext,
): Promise<Readonly<Record<string, unknown>>> {
  const input = `${JSON.stringify(requestOf(operation, asked))}\n`;
  const { outcome, secrets } = await tryStarting(asked.program, context, input);
  if (outcome.ending !== 'exited' || outcome.exitCode !== 0) throw failed(asked.program, outcome, secrets);
  const answer = readAnswer(outcome.stdout);
  if (answer === null) throw wrongAnswer(asked, `answers ${operation} with something else than one JSON object`);
  if (answer['protocol'] !== PROTOCOL) throw wrongAnswer(asked, `does not speak ${PROTOCOL}`);
  checkSecrets(outcome.stdout, secrets, asked);
  return answer;
}

function readAnswer(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const answer: unknown = JSON.parse(text);
    return isMapping(answer) ? answer : null;
  } catch {
    return null;
  }
}

/** Answers go into the journal, so one that holds a secret is refused as a whole. */
function checkSecrets(text: string, secrets: readonly Secret[], asked: PluginCall): void {
  if (scrub(text, secrets) !== text) throw wrongAnswer(asked, 'puts a secret, a key or a token into its answer');
}

function wrongAnswer({ program }: PluginCall, what: string): UserError {
  return new UserError('drill/step-failed', `the plugin ${program.argv[0] ?? ''} ${what}`, {
    hint: 'docs/drill-actions.md has the protocol',
  });
}

/** @throws UserError document/invalid */
function readPlugin(call: ActionCall, canary: CanaryEntry | null): PluginCall {
  const given = argumentOf(call, 'with').value;
  return {
    program: { argv: textsOf(argumentOf(call, 'argv')), env: valuesOf(argumentOf(call, 'env')) },
    given: isMapping(given) ? given : {},
    canary,
    state: {},
  };
}
