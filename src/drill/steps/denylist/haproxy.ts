import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { SocketPlace } from '../../../model/machine.ts';
import type { StepAction, StepContext } from '../../step.ts';
import { dataOf, explained, machineOf } from '../../step.ts';
import { argumentOf, textOf, textOr, wrong } from '../arguments.ts';
import { canaryEntry, ofWhom, plannedEntry } from '../canary-entry.ts';
import { canariesAmong } from '../left-canaries.ts';
import { quoted } from '../http/request.ts';

/** Words of the runtime API end at blanks, semicolons and line ends, and a backslash escapes (management guide, section 9.3). */
const WORD = /^[\w.~:@/+=-]+$/;

/** A map is named by its file, or by its number. */
const MAP = /^(?:#\d+|[\w.~:@/+=-]+)$/;

interface MapEntry {
  readonly socket: SocketPlace;
  readonly map: string;
  readonly entry: string;
  readonly content: string;
}

/** Adds one entry to a map of a running HAProxy. It is lost at a reload, as everything at run time is. */
export const denyInHaproxy: StepAction = {
  uses: 'denylist.haproxy.add',
  summary: 'put a canary token into a map of a running HAProxy',
  undoSummary: 'delete the entry, read the map back',
  isSelfContained: true,
  planned: (call) => {
    const socket = socketOf(call);
    const map = mapOf(call);
    const { value } = plannedEntry(call);
    return {
      calls: [`add map ${map} ${value} ${contentOf(call)} at ${showSocket(socket)}`],
      reaches: 'this one entry of one HAProxy process: it names a token that only this run holds',
      undo: `del map ${map} of the entries for ${value} with our content, read back with show map`,
    };
  },
  reach: async (call, context) => void (await entriesOf({ socket: socketOf(call), map: mapOf(call) }, context)),
  effect: ({ call, vault }) => {
    const socket = socketOf(call);
    const { type, value } = canaryEntry(call, vault);
    if (!WORD.test(value)) {
      throw new UserError('drill/step-failed', `the ${type} of the canary cannot be one word of the runtime API`, {
        hint: 'deny by another claim, or by another list',
        at: call.at,
      });
    }
    return {
      action: 'denylist.haproxy.add',
      with: { socket, map: mapOf(call), entry: value, content: contentOf(call) },
      says: `deny ${type} ${value.slice(0, 8)}…${ofWhom(call)} in map ${mapOf(call)} of HAProxy`,
      undo: 'required',
    };
  },
  prepare: async (effect, context) => {
    if ((await ours(dataOf<MapEntry>(effect), context, { whatever: true })).length === 0) return effect;
    throw new UserError(
      'drill/already-there',
      `map ${dataOf<MapEntry>(effect).map} has an entry for this token already`,
      {
        hint: 'look who else denies tokens of drills there; nothing was changed',
      },
    );
  },
  apply: async (effect, context) => {
    const data = dataOf<MapEntry>(effect);
    // HAProxy takes the same key twice; one entry is enough.
    if ((await ours(data, context)).length === 0) {
      await command(data.socket, `add map ${data.map} ${data.entry} ${data.content}`, context);
    }
    if ((await ours(data, context)).length > 0) return { added: 'yes' };
    throw new UserError('drill/step-failed', `map ${data.map} does not show the entry that was added`, {
      hint: 'check that the socket belongs to the process that decides',
    });
  },
  undo: async (effect, context) => {
    const data = dataOf<MapEntry>(effect);
    for (const { reference } of await ours(data, context)) {
      await command(data.socket, `del map ${data.map} #${reference}`, context);
    }
  },
  isGone: async (effect, context) => (await ours(dataOf<MapEntry>(effect), context)).length === 0,
  canaries: async ({ call }, context) => {
    const socket = socketOf(call);
    const map = mapOf(call);
    const content = contentOf(call);
    const shown = await entriesOf({ socket, map }, context);
    return canariesAmong(
      shown.flatMap((each) => (each.content === content ? [each.entry] : [])),
      ({ name }, entry) => ({
        action: 'denylist.haproxy.add',
        with: { socket, map, entry, content },
        says: `entry for ${name} in map ${map} of HAProxy`,
        undo: 'required',
      }),
    );
  },
  byHand: (effect) => {
    const { socket, map, entry } = dataOf<MapEntry>(effect);
    const target = socket.kind === 'unix' ? `UNIX-CONNECT:${socket.path}` : `TCP:${socket.host}:${socket.port}`;
    return `echo ${quoted(`del map ${map} ${entry}`)} | socat stdio ${quoted(target)}`;
  },
};

interface Shown {
  readonly reference: string;
  readonly entry: string;
  readonly content: string;
}

async function ours(
  data: MapEntry,
  context: StepContext,
  { whatever = false }: { readonly whatever?: boolean } = {},
): Promise<readonly Shown[]> {
  const shown = await entriesOf(data, context);
  return shown.filter(({ entry, content }) => entry === data.entry && (whatever || content === data.content));
}

/** Every entry of a map; `show map` writes `reference key value` on each line. @throws UserError drill/step-failed */
async function entriesOf(
  { socket, map }: Pick<MapEntry, 'socket' | 'map'>,
  context: StepContext,
): Promise<readonly Shown[]> {
  const text = await command(socket, `show map ${map}`, context);
  return text.split('\n').flatMap((line): readonly Shown[] => {
    const match = /^(0x[0-9a-f]+) (\S+) ?(.*)$/.exec(line);
    return match === null ? [] : [{ reference: match[1] ?? '', entry: match[2] ?? '', content: match[3] ?? '' }];
  });
}

/** One command on one connection: HAProxy answers and closes. @throws UserError when it says no */
async function command(socket: SocketPlace, line: string, context: StepContext): Promise<string> {
  try {
    const conversation = await machineOf(context).connect(socket, context.timeoutMs);
    try {
      const bytes = await conversation.exchange(`${line}\n`, () => false);
      const text = new TextDecoder().decode(bytes).trim();
      // Success is silent, or lines of a map; everything else is a sentence.
      if (text === '' || text.split('\n').every((each) => /^(?:0x[0-9a-f]+ |\[)/.test(each) || each === ''))
        return text;
      throw new UserError('drill/step-failed', `HAProxy refused ${line.split(' ').slice(0, 3).join(' ')}`, {
        hint: `it said: ${text.slice(0, 200)}`,
      });
    } finally {
      conversation.close();
    }
  } catch (error) {
    throw explained(error, showSocket(socket));
  }
}

/** A path of a Unix socket, or host:port. @throws UserError document/invalid */
function socketOf(call: ActionCall): SocketPlace {
  const at = argumentOf(call, 'socket');
  const text = textOf(at);
  if (text.startsWith('/') || text.startsWith('./')) return { kind: 'unix', path: text };
  const match = /^(?:\[([^\]]+)\]|([^:/]+)):(\d{1,5})$/.exec(text);
  if (match === null) throw wrong(at, 'a path like /run/haproxy/admin.sock, or host:port');
  return { kind: 'tcp', host: match[1] ?? match[2] ?? '', port: Number(match[3]), tls: null };
}

function showSocket(socket: SocketPlace): string {
  return socket.kind === 'unix' ? socket.path : `${socket.host}:${socket.port}`;
}

function mapOf(call: ActionCall): string {
  return wordOf(call, textOf(argumentOf(call, 'map')), 'map', MAP);
}

function contentOf(call: ActionCall): string {
  return wordOf(call, textOr(argumentOf(call, 'content'), '1'), 'content');
}

function wordOf(call: ActionCall, word: string, name: string, pattern: RegExp = WORD): string {
  if (pattern.test(word)) return word;
  throw wrong(argumentOf(call, name), 'one word without blanks, semicolons and backslashes');
}
