import type { CanaryName } from '../model/canary.ts';
import type { ActionCall, Effect } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { IssuerDeclaration } from '../model/inventory.ts';
import type { LabDescription } from '../model/lab.ts';
import type { Machine } from '../model/machine.ts';
import type { Http, HttpExchange } from '../model/ports.ts';
import { HttpFailure } from '../model/ports.ts';
import { resolveUrl } from './urls.ts';
import type { Vault } from './vault.ts';

/** What apply, undo and verify may touch. */
export interface StepContext {
  readonly http: Http;
  readonly lab: LabDescription | null;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Secrets of this run; null in another process, which can undo but not act. */
  readonly vault: Vault | null;
  /** Files, programs, sockets, git and the person, for actions that need them. */
  readonly machine?: Machine;
  /** The same for every try of one change, so that whoever receives it twice can tell; absent in drills. */
  readonly idempotencyKey?: string;
}

/** What an effect is made from, before anything is sent. */
export interface EffectInput {
  readonly call: ActionCall;
  readonly vault: Vault;
  readonly issuer: IssuerDeclaration;
  /** Admin interface of that issuer, as the inventory writes it. */
  readonly admin: string;
  /** Seconds since the epoch after which nothing of this run may count any more. */
  readonly expiresAt: number;
}

/** What an action brought to light, for `expect` of its step: a status, an OAuth error code. Never a secret. */
export type StepAnswer = Readonly<Record<string, string | number>>;

/** What a call of an action will do, in words that a reviewer can check. Made without any network. */
export interface PlannedCall {
  /** Exact calls, in their order; what is only known in the run stands in braces. */
  readonly calls: readonly string[];
  /** Who could be hit by them. */
  readonly reaches: string;
  /** Null when nothing is put back. */
  readonly undo: string | null;
  /** Why something stays, where the step says so. */
  readonly stays?: string;
}

/** What plans say of a step that leaves nothing behind. */
export const NO_UNDO = 'nothing to undo';

/** What lies in the world since some drill, as the effect that its undo takes back. */
export interface LeftCanary {
  readonly canary: CanaryName;
  readonly effect: Omit<Effect, 'id'>;
}

/**
 * One action of a drill. The effect is data chosen beforehand, so that another process can undo it from the journal.
 * Undo must be repeatable, and finding nothing to undo is success.
 */
export interface StepAction {
  readonly uses: string;
  readonly summary: string;
  /** How it is put back, for plans; null when nothing is left behind. */
  readonly undoSummary: string | null;
  readonly effect: (input: EffectInput) => Omit<Effect, 'id'>;
  readonly apply: (effect: Effect, context: StepContext) => Promise<StepAnswer>;
  readonly undo: (effect: Effect, context: StepContext) => Promise<void>;
  /** Reads the source of truth. */
  readonly isGone: (effect: Effect, context: StepContext) => Promise<boolean>;
  /** Reaches its target by what the step says: the issuer needs no admin interface for it. */
  readonly isSelfContained?: true;
  /** What this very call will do. @throws UserError document/invalid */
  readonly planned?: (call: ActionCall) => PlannedCall;
  /** Asks the target before anything is changed: what cannot be reached now could not be put back later. */
  readonly reach?: (call: ActionCall, context: StepContext) => Promise<void>;
  /** Adds to the effect what undo must know about the state before. Changes nothing. */
  readonly prepare?: (effect: Omit<Effect, 'id'>, context: StepContext) => Promise<Omit<Effect, 'id'>>;
  /** Every canary, of whatever run, that lies where this call acts. Changes nothing; absent where nobody can list them. */
  readonly canaries?: (at: Pick<EffectInput, 'call' | 'admin'>, context: StepContext) => Promise<readonly LeftCanary[]>;
  /** Whether making it twice is the same as making it once; it is where this is absent. */
  readonly isRepeatable?: (effect: Pick<Effect, 'with'>) => boolean;
  /** What a person can type to undo it, for when this program cannot. */
  readonly byHand?: (effect: Effect) => string;
}

/** What an action wrote into its own effect. The chain of the journal, not this cast, is what covers strangers. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the one place where effects become typed again.
export function dataOf<T>(effect: Pick<Effect, 'with'>): T {
  return effect.with as T;
}

/** A text argument of an effect; effects are written by this program, so a missing one is a bug. */
export function argument(effect: Pick<Effect, 'with' | 'action'>, name: string): string {
  const value = effect.with[name];
  if (typeof value !== 'string') throw new Error(`effect ${effect.action} lacks "${name}"`);
  return value;
}

/** The machine of this context; programs that offer none are wired wrongly. */
export function machineOf({ machine }: StepContext): Machine {
  if (machine === undefined) throw new Error('this action needs files, programs or sockets, and nobody offers them');
  return machine;
}

/** A text argument of a step. @throws UserError document/invalid */
export function callText(call: ActionCall, name: string): string {
  const value = call.with[name];
  if (typeof value !== 'string' || value === '') {
    throw new UserError('document/invalid', `${call.uses} needs "${name}"`, {
      hint: `add with: { ${name}: ... }`,
      at: call.at,
    });
  }
  return value;
}

/**
 * One request to an admin interface, authorized with the lab's secret where it is the lab's.
 *
 * @param expected statuses that mean success; 404 belongs to them where absence is success
 * @throws UserError http/unexpected, http/unreachable
 */
export async function adminRequest(
  context: StepContext,
  request: {
    readonly admin: string;
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly expected: readonly number[];
  },
): Promise<HttpExchange> {
  const { admin, method, path, body, expected } = request;
  const secret = admin.startsWith('lab://') ? context.lab?.admin.secret : undefined;
  const exchange = await sendOrExplain(context, {
    url: `${resolveUrl(admin, context.lab)}${path}`,
    method,
    headers: {
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!expected.includes(exchange.status)) {
    throw new UserError('http/unexpected', `${method} ${admin}${path} answered ${exchange.status}`, {
      hint: 'check the admin interface of the issuer in the inventory',
    });
  }
  return exchange;
}

/** Where `lab up` leaves how it can be reached, unless told otherwise. */
const LAB_STATE = '.firebreak/lab.json';

/**
 * A request to an admin interface as a person would send it. The address and the secret of a lab change with every
 * start, so the command reads them where the lab keeps them.
 */
export function adminByHand(admin: string, method: string, path: string): string {
  if (!admin.startsWith('lab://')) return `curl -X ${method} '${admin}${path}'`;
  const read = (member: string): string =>
    `$(node -p "JSON.parse(require('fs').readFileSync('${LAB_STATE}')).admin.${member}")`;
  return `curl -X ${method} -H "Authorization: Bearer ${read('secret')}" "${read('url')}${path}"`;
}

/** Sends one request and turns a failure into a message. @throws UserError http/unreachable, drill/host-not-allowed */
export async function sendOrExplain(
  { http, timeoutMs, signal }: StepContext,
  request: {
    readonly url: string;
    readonly method: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<HttpExchange> {
  try {
    return await http.send({ ...request, timeoutMs, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    throw explained(error, new URL(request.url).host);
  }
}

/** A failed request or connection as a message; anything else stays what it is. */
export function explained(error: unknown, place: string): unknown {
  if (!(error instanceof HttpFailure)) return error;
  if (error.kind === 'not-allowed') {
    return new UserError('drill/host-not-allowed', error.message, {
      hint: 'add the host or network to allow of the environment, if it belongs there',
      cause: error,
    });
  }
  if (error.kind === 'protocol') {
    return new UserError('http/unexpected', `${place} did not speak the expected protocol`, {
      hint: 'check the address, and whether it wants TLS',
      cause: error,
    });
  }
  return new UserError('http/unreachable', `${place} did not answer: ${error.kind}`, {
    hint: 'check that it runs and can be reached from here',
    cause: error,
  });
}
