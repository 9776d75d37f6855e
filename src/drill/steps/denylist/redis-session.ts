import { UserError } from '../../../model/failure.ts';
import type { Conversation, SecretReference } from '../../../model/machine.ts';
import type { StepContext } from '../../step.ts';
import { explained, machineOf } from '../../step.ts';
import type { RedisAnswer } from './redis-protocol.ts';
import { redisAnswers, redisCommand } from './redis-protocol.ts';

/** A Redis server as data; its password is a reference. */
export interface RedisPlace {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly tls: { readonly ca: string | null } | null;
  readonly user: string | null;
  readonly password: SecretReference | null;
}

/** Asks one command after the other on one connection. */
export type Ask = (...words: readonly string[]) => Promise<RedisAnswer>;

/**
 * Opens one connection, logs in, and closes it afterwards. Nothing is tried again by itself: a command whose answer was
 * lost may have been carried out, and the caller must know.
 *
 * @throws UserError http/unreachable, drill/host-not-allowed, drill/step-failed, secret/missing
 */
export async function withRedis<T>(
  place: RedisPlace,
  context: StepContext,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const machine = machineOf(context);
  const password = place.password === null ? null : await machine.readSecret(place.password);
  let conversation: Conversation | null = null;
  try {
    const { host, port, tls } = place;
    conversation = await machine.connect({ kind: 'tcp', host, port, tls }, context.timeoutMs);
    const ask = asking(conversation, place);
    if (password !== null) await ask('AUTH', ...(place.user === null ? [] : [place.user]), password.reveal());
    if (place.database !== 0) await ask('SELECT', String(place.database));
    return await work(ask);
  } catch (error) {
    throw explained(error, showRedis(place));
  } finally {
    conversation?.close();
  }
}

/** `redis://host:6379/0`, never with a password. */
export function showRedis({ host, port, database, tls }: RedisPlace): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  return `${tls === null ? 'redis' : 'rediss'}://${shown}:${port}${database === 0 ? '' : `/${database}`}`;
}

function asking(conversation: Conversation, place: RedisPlace): Ask {
  return async (...words) => {
    const received = await conversation.exchange(redisCommand(words), (bytes) => redisAnswers(bytes, 1) !== null);
    const [answer] = redisAnswers(received, 1) ?? [];
    if (answer === undefined) {
      throw new UserError('http/unreachable', `${showRedis(place)} closed the connection`, {
        hint: 'check that it is a Redis server, and whether it wants TLS',
      });
    }
    if (answer.kind === 'error') throw refused(words[0] ?? '', answer.message, place);
    return answer;
  };
}

const HINTS: Readonly<Record<string, string>> = {
  NOAUTH: 'give with.password as { env: NAME } or { file: PATH }',
  WRONGPASS: 'check the password and with.user',
  NOPERM: 'let the user SET, GET, DEL, WATCH, MULTI and EXEC this key',
  MOVED: 'this is a cluster: name the node that holds the key',
  READONLY: 'this is a replica: name the primary',
  ERR: 'drills need Redis 6.2 or later, for SET with EXAT',
};

/** Redis quotes arguments in some errors, so only the kind of the error is shown. */
function refused(command: string, message: string, place: RedisPlace): UserError {
  const kind = /^[A-Z]+/.exec(message)?.[0] ?? 'an error';
  return new UserError('drill/step-failed', `${showRedis(place)} refused ${command} with ${kind}`, {
    hint: HINTS[kind] ?? 'look into the log of the server',
  });
}
