import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { StepAction } from '../../step.ts';
import { dataOf } from '../../step.ts';
import { argumentOf, isGiven, memberOf, optionalText, secretOf, textOf, textOr, wrong } from '../arguments.ts';
import { canaryEntry, hasPlaceholder, ofWhom, plannedEntry, withValue } from '../canary-entry.ts';
import { canariesAmong } from '../left-canaries.ts';
import { quoted } from '../http/request.ts';
import type { Ask, RedisPlace } from './redis-session.ts';
import { showRedis, withRedis } from './redis-session.ts';

/** Where `firebreak render redis` puts an identifier of any issuer (docs/render.md). */
const DEFAULT_ENTRY = 'firebreak:revoked:{type}:{value}';

interface RedisEntry {
  readonly place: RedisPlace;
  readonly entry: string;
  readonly content: string;
  /** Seconds since the epoch: the key ends by itself even if nobody ever undoes it. */
  readonly expiresAt: number;
}

/**
 * Sets one key of a Redis denylist. It never replaces a key of somebody else (NX), ends by itself (EXAT), and undo
 * deletes it only while its content is the one that was set.
 */
export const denyInRedis: StepAction = {
  uses: 'denylist.redis.add',
  summary: 'put a canary token on a denylist in Redis',
  undoSummary: 'delete the key, read it back',
  isSelfContained: true,
  planned: (call) => {
    const place = placeOf(call);
    const entry = plannedKey(call);
    return {
      calls: [`SET ${entry} ${quoted(contentOf(call))} NX EXAT {end of the run} in ${showRedis(place)}`],
      reaches: 'this one key: it names a token that only this run holds',
      undo: `DEL ${entry} if its content is still ours (WATCH, GET, MULTI, DEL, EXEC), read back`,
    };
  },
  reach: (call, context) =>
    withRedis(placeOf(call), context, async (ask) => void (await ask('GET', 'firebreak:reach'))),
  effect: ({ call, vault, expiresAt }) => {
    const place = placeOf(call);
    const { type, value } = canaryEntry(call, vault);
    const entry = withValue(entryPattern(call).replaceAll('{type}', type), { type, value });
    return {
      action: 'denylist.redis.add',
      with: { place, entry, content: contentOf(call), expiresAt },
      says: `deny ${type} ${value.slice(0, 8)}…${ofWhom(call)} in ${showRedis(place)}`,
      undo: 'required',
    };
  },
  prepare: async (effect, context) => {
    const { place, entry } = dataOf<RedisEntry>(effect);
    // A key that is there already is not ours, whatever it holds: undo could not tell it from the one we set.
    const held = await withRedis(place, context, (ask) => read(ask, entry));
    if (held !== null) throw taken(place);
    return effect;
  },
  apply: async (effect, context) => {
    const { place, entry, content, expiresAt } = dataOf<RedisEntry>(effect);
    await withRedis(place, context, async (ask) => {
      const { kind } = await ask('SET', entry, content, 'NX', 'EXAT', String(expiresAt));
      // A second time it is there already; then it must be the one that was set before.
      if (kind === 'none' && (await read(ask, entry)) !== content) throw taken(place);
    });
    return { set: 'yes' };
  },
  undo: async (effect, context) => {
    const { place, entry, content } = dataOf<RedisEntry>(effect);
    await withRedis(place, context, (ask) => deleteOurs(ask, entry, content));
  },
  isGone: async (effect, context) => {
    const { place, entry, content } = dataOf<RedisEntry>(effect);
    return (await withRedis(place, context, (ask) => read(ask, entry))) !== content;
  },
  canaries: async ({ call }, context) => {
    const place = placeOf(call);
    const content = contentOf(call);
    const pattern = withValue(globEscaped(entryPattern(call)).replaceAll('{type}', '*'), {
      type: '',
      value: 'fbcanary-*',
    });
    const entries = await withRedis(place, context, (ask) => keysLike(ask, pattern, content));
    return canariesAmong(entries, ({ name }, entry) => ({
      action: 'denylist.redis.add',
      with: { place, entry, content, expiresAt: 0 },
      says: `key for ${name} in ${showRedis(place)}`,
      undo: 'required',
    }));
  },
  byHand: (effect) => {
    const { place, entry } = dataOf<RedisEntry>(effect);
    const user = place.user === null ? '' : ` --user ${quoted(place.user)}`;
    const password =
      place.password === null
        ? ''
        : `REDISCLI_AUTH="${'env' in place.password ? `$${place.password.env}` : `$(cat ${place.password.file})`}" `;
    return `${password}redis-cli${user} -u ${showRedis(place)} DEL ${quoted(entry)}`;
  },
};

async function read(ask: Ask, entry: string): Promise<string | null> {
  const answer = await ask('GET', entry);
  return answer.kind === 'text' ? answer.text : null;
}

/** Most keys that one SCAN looks at: large enough to be quick, small enough not to hold the server up. */
const SCAN_COUNT = '1000';

/** Keys of a pattern whose content is ours. SCAN may give a key twice (redis.io/docs/latest/commands/scan). */
async function keysLike(ask: Ask, pattern: string, content: string): Promise<readonly string[]> {
  const found = new Set<string>();
  let cursor = '0';
  do {
    const answer = await ask('SCAN', cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
    const [next, keys] = answer.kind === 'list' ? answer.items : [];
    cursor = next?.kind === 'text' ? next.text : '0';
    for (const key of keys?.kind === 'list' ? keys.items : []) if (key.kind === 'text') found.add(key.text);
  } while (cursor !== '0');
  const ours: string[] = [];
  for (const key of found) if ((await read(ask, key)) === content) ours.push(key);
  return ours;
}

/** Characters that mean something in a pattern of Redis, so that a name with one of them stands for itself. */
function globEscaped(text: string): string {
  return text.replaceAll(/[*?[\]\\^]/g, String.raw`\$&`);
}

/** WATCH makes EXEC fail when somebody writes the key between reading and deleting it. */
async function deleteOurs(ask: Ask, entry: string, content: string): Promise<void> {
  await ask('WATCH', entry);
  if ((await read(ask, entry)) !== content) return void (await ask('UNWATCH'));
  await ask('MULTI');
  await ask('DEL', entry);
  await ask('EXEC');
}

/** @throws UserError document/invalid */
function placeOf(call: ActionCall): RedisPlace {
  const at = argumentOf(call, 'server');
  const text = textOf(at);
  if (!/^rediss?:\/\/[^/]/.test(text) || !URL.canParse(text)) {
    throw wrong(at, 'a URL like redis://redis.example.com:6379/0');
  }
  const url = new URL(text);
  if (url.password !== '' || url.username !== '') {
    throw new UserError('document/invalid', 'with.server holds credentials', {
      hint: 'give them as with.user and with.password: { env: NAME }',
      at: call.at,
    });
  }
  const ca = memberOf(argumentOf(call, 'tls'), 'ca');
  const password = argumentOf(call, 'password');
  const database = Number(url.pathname.slice(1) || '0');
  if (!Number.isInteger(database)) throw wrong(at, 'a URL whose path is the number of a database');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    database,
    tls: url.protocol === 'rediss:' ? { ca: optionalText(ca) } : null,
    user: optionalText(argumentOf(call, 'user')),
    password: isGiven(password) ? secretOf(password) : null,
  };
}

function entryPattern(call: ActionCall): string {
  const at = argumentOf(call, 'entry');
  const pattern = textOr(at, DEFAULT_ENTRY);
  if (!hasPlaceholder(pattern)) throw wrong(at, 'the name of a key with {value} in it');
  return pattern;
}

function plannedKey(call: ActionCall): string {
  const entry = plannedEntry(call);
  return withValue(entryPattern(call).replaceAll('{type}', entry.type), entry);
}

function contentOf(call: ActionCall): string {
  return textOr(argumentOf(call, 'content'), '1');
}

function taken(place: RedisPlace): UserError {
  return new UserError('drill/already-there', `${showRedis(place)} holds this key already, and not from this run`, {
    hint: 'look who else denies tokens of drills there; nothing was changed',
  });
}
