import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import { parseDuration } from '../../../model/quantity.ts';
import { Secret } from '../../../model/secret.ts';
import type { StepAction, StepContext } from '../../step.ts';
import { callText, dataOf, machineOf } from '../../step.ts';
import { argumentOf, textsOf, wrong } from '../arguments.ts';
import { endGrants, hasNoGrants, logInSubject } from './log-in.ts';
import { sendRefreshToken, tokenEndpointOf } from './refresh.ts';

/** Most families of one sweep: each is a log-in. */
const MAX_FAMILIES = 60;

/** Most generations of one sweep: they are looked at side by side. */
const MAX_GENERATIONS = 5;

/** One refresh token that is used again, in a family of its own: whatever comes of it must not hide the next. */
interface Family {
  readonly subject: string;
  /** Milliseconds from the last rotation to the reuse. */
  readonly delay: number;
  /** Rotations since the token was the newest. */
  readonly generation: number;
}

interface Sweep {
  readonly admin: string;
  readonly endpoint: string;
  readonly client: string;
  readonly families: readonly Family[];
}

interface Seen extends Family {
  /** Whether the reused token was renewed. */
  readonly accepted: boolean;
  /** Whether the newest token of the family was renewed afterwards. */
  readonly alive: boolean;
}

/**
 * Looks for a grace period: for every delay and every generation it logs a subject in, rotates the refresh token, waits, uses
 * the old token again and then the newest. An issuer with reuse detection and without grace refuses both, every time
 * (RFC 9700 section 4.14.2).
 */
export const sweepReuse: StepAction = {
  uses: 'oauth.sweep_reuse',
  summary: 'use rotated refresh tokens of families of its own again, after each delay and each number of rotations',
  undoSummary: 'end the grants of these families, read them back',
  effect: ({ call, vault, issuer, admin }) => {
    const { subject, client } = vault.grant(callText(call, 'grant'));
    const families = familiesOf(call, subject);
    const sweep: Sweep = { admin, endpoint: tokenEndpointOf(issuer), client, families };
    return {
      action: 'oauth.sweep_reuse',
      with: { ...sweep },
      says: `reuse refresh tokens in ${families.length} families of ${subject}`,
      undo: 'required',
    };
  },
  apply: async (effect, context) => {
    const sweep = dataOf<Sweep>(effect);
    const generations = [...new Set(sweep.families.map(({ generation }) => generation))];
    const seen = (
      await Promise.all(
        generations.map((generation) =>
          inTurn(
            sweep.families.filter((family) => family.generation === generation),
            (family) => tryFamily(family, sweep, context),
          ),
        ),
      )
    ).flat();
    const accepted = seen.filter((family) => family.accepted);
    return {
      families: seen.length,
      accepted: accepted.length,
      alive: seen.filter((family) => family.alive).length,
      ...(accepted.length === 0
        ? {}
        : {
            latest_accepted_ms: Math.max(...accepted.map(({ delay }) => delay)),
            oldest_accepted: Math.max(...accepted.map(({ generation }) => generation)),
          }),
    };
  },
  undo: async (effect, context) => {
    const { admin, families } = dataOf<Sweep>(effect);
    for (const { subject } of families) await endGrants(admin, subject, context);
  },
  isGone: async (effect, context) => {
    const { admin, families } = dataOf<Sweep>(effect);
    for (const { subject } of families) if (!(await hasNoGrants(admin, subject, context))) return false;
    return true;
  },
};

/** One after the other: an issuer that is flooded with log-ins shows nothing. */
async function inTurn(families: readonly Family[], look: (family: Family) => Promise<Seen>): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const family of families) seen.push(await look(family));
  return seen;
}

async function tryFamily(family: Family, { admin, endpoint, client }: Sweep, context: StepContext): Promise<Seen> {
  const { clock } = machineOf(context);
  const send = (token: Secret): ReturnType<typeof sendRefreshToken> =>
    sendRefreshToken({ endpoint, client, token }, context);
  const first = await logInSubject(admin, family.subject, context);
  // The newest first.
  let tokens: readonly Secret[] = [held(first.refresh_token, family)];
  let rotated = 0;
  for (let rotation = 0; rotation < family.generation; rotation += 1) {
    const { status, answer } = await send(tokens[0] ?? held('', family));
    if (status !== 200 || answer.refresh_token === undefined) throw notRotated(status);
    rotated = clock.monotonic();
    tokens = [held(answer.refresh_token, family), ...tokens];
  }
  await clock.sleepUntil(rotated + family.delay, context.signal);
  const reused = await send(tokens[family.generation] ?? held('', family));
  const newest = await send(tokens[0] ?? held('', family));
  return { ...family, accepted: reused.status === 200, alive: newest.status === 200 };
}

function held(token: string, { subject }: Family): Secret {
  return new Secret(token, `refresh token of ${subject}`);
}

function notRotated(status: number): UserError {
  return new UserError('drill/step-failed', `a refresh token was answered ${status} and no new one`, {
    hint: 'a sweep needs an issuer that rotates refresh tokens',
  });
}

/** @throws UserError document/invalid */
function familiesOf(call: ActionCall, of: string): readonly Family[] {
  const delays = textsOf(argumentOf(call, 'delays')).map((text) => {
    const delay = parseDuration(text);
    if (delay === undefined) throw wrong(argumentOf(call, 'delays'), 'a list of durations like 0s and 2s');
    return delay;
  });
  const generations = generationsOf(call);
  if (delays.length * generations.length > MAX_FAMILIES) {
    throw wrong(argumentOf(call, 'delays'), `with generations at most ${MAX_FAMILIES} combinations`);
  }
  return delays.flatMap((delay) =>
    generations.map((generation) => ({ subject: `${of}-d${delay}g${generation}`, delay, generation })),
  );
}

function generationsOf(call: ActionCall): readonly number[] {
  const at = argumentOf(call, 'generations');
  const { value } = at;
  const isFit = (each: unknown): each is number => typeof each === 'number' && Number.isInteger(each) && each >= 1;
  if (Array.isArray(value) && value.length > 0 && value.length <= MAX_GENERATIONS && value.every(isFit)) return value;
  throw wrong(at, `a list of at most ${MAX_GENERATIONS} whole numbers from 1`);
}
