import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import type { Bus, BusPlace } from '../model/bus.ts';
import { UserError, messageOf } from '../model/failure.ts';
import { natsAddress } from './nats-address.ts';

/** Stream of what agents found, and the subjects that it holds. */
const RESULTS_STREAM = 'firebreak-results';
const RESULTS_SUBJECTS = 'firebreak.results.>';

/** Results that nobody collected go after this long, in nanoseconds: one day. */
const RESULTS_LIFE_NS = 24 * 3600 * 1e9;

/** Storing the same id again within this long changes nothing, in nanoseconds: NATS keeps ids for two minutes by default. */
const DUPLICATE_WINDOW_NS = 120 * 1e9;

/** Buckets: leases go by themselves, the lever stays until somebody lets go of it. */
const LEASE_BUCKET = 'firebreak-lease';
const LEVER_BUCKET = 'firebreak-lever';
const LEVER_KEY = 'pulled';

/** Life of a lease that is not renewed, and how often it is, in milliseconds. */
const LEASE_LIFE_MS = 30_000;
const LEASE_RENEWAL_MS = 8000;

/** Longest wait for the server, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

type Parts = Awaited<ReturnType<typeof loadParts>>;

/**
 * Connects to a NATS server with JetStream.
 *
 * @throws UserError agent/insecure, agent/part-missing, agent/unreachable, usage/bad-argument
 */
export async function connectNats(place: BusPlace, name: string): Promise<Bus> {
  const { server, tls } = natsAddress(place);
  const parts = await loadParts();
  const options: NodeConnectionOptions = {
    servers: server,
    name,
    timeout: CONNECT_TIMEOUT_MS,
    // Servers name their neighbours; those were checked by nobody.
    ignoreClusterUpdates: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    ...(tls ? { tls: place.ca === null ? {} : { caFile: place.ca } } : {}),
    ...credentialsOf(place, parts),
  };
  try {
    const connection = await parts.transport.connect(options);
    return busOver(connection, await storesOf(connection, parts));
  } catch (error) {
    throw new UserError('agent/unreachable', `the NATS server at ${place.url} cannot be used: ${messageOf(error)}`, {
      hint: 'check that it runs with JetStream (nats-server -js), and its certificate and credentials',
      cause: error,
    });
  }
}

async function loadParts() {
  try {
    const [transport, jetstream, kv] = await Promise.all([
      import('@nats-io/transport-node'),
      import('@nats-io/jetstream'),
      import('@nats-io/kv'),
    ]);
    return { transport, jetstream, kv };
  } catch (error) {
    throw new UserError('agent/part-missing', 'the client of NATS is not installed', {
      hint: 'npm install @nats-io/transport-node @nats-io/jetstream @nats-io/kv',
      cause: error,
    });
  }
}

function credentialsOf({ credentials }: BusPlace, { transport }: Parts): Partial<NodeConnectionOptions> {
  const text = credentials?.reveal().trim();
  if (text === undefined) return {};
  if (text.includes('-----BEGIN NATS USER JWT-----'))
    return { authenticator: transport.credsAuthenticator(new TextEncoder().encode(text)) };
  const colon = text.indexOf(':');
  return colon === -1 ? { token: text } : { user: text.slice(0, colon), pass: text.slice(colon + 1) };
}

type Stores = Awaited<ReturnType<typeof storesOf>>;

async function storesOf(connection: NatsConnection, { jetstream, kv }: Parts) {
  const client = jetstream.jetstream(connection);
  const manager = await jetstream.jetstreamManager(connection);
  await manager.streams
    .add({
      name: RESULTS_STREAM,
      subjects: [RESULTS_SUBJECTS],
      max_age: RESULTS_LIFE_NS,
      duplicate_window: DUPLICATE_WINDOW_NS,
    })
    // It is there already, with the settings that somebody chose for it.
    .catch(() => manager.streams.info(RESULTS_STREAM));
  const buckets = new kv.Kvm(connection);
  return {
    client,
    manager,
    leases: await buckets.create(LEASE_BUCKET, { ttl: LEASE_LIFE_MS }),
    lever: await buckets.create(LEVER_BUCKET),
  };
}

function busOver(connection: NatsConnection, stores: Stores): Bus {
  return {
    ask: async (subject, text, timeoutMs) => {
      try {
        return (await connection.request(subject, text, { timeout: timeoutMs })).string();
      } catch {
        return null;
      }
    },
    answer: (subject, reply) => {
      const subscription = connection.subscribe(subject, {
        callback: (error, message) => {
          if (error !== null) return;
          void reply(message.string())
            .then((text) => text !== null && message.respond(text))
            // Whoever asked gets no answer, and asks again or gives up.
            .catch(() => undefined);
        },
      });
      return () => subscription.unsubscribe();
    },
    store: async (subject, id, text) => {
      await stores.client.publish(subject, text, id === null ? {} : { msgID: id });
    },
    collect: (subject, take) => collect(subject, take, stores),
    lease: (name, holder) => lease(name, holder, stores),
    lever: async () => {
      const entry = await stores.lever.get(LEVER_KEY);
      return entry?.operation === 'PUT' ? entry.string() : null;
    },
    watchLever: (pulled) => watchLever(pulled, stores),
    close: () => connection.close(),
  };
}

async function collect(
  subject: string,
  take: (text: string) => Promise<void>,
  { client, manager }: Stores,
): Promise<() => Promise<void>> {
  const consumer = await client.consumers.get(RESULTS_STREAM, { filter_subjects: subject });
  const messages = await consumer.consume();
  const reading = (async () => {
    for await (const message of messages) await take(message.string());
  })().catch(() => undefined); // The connection is gone for good; those who wait notice the silence.
  return async () => {
    messages.stop();
    await reading;
    await manager.streams.purge(RESULTS_STREAM, { filter: subject });
  };
}

async function lease(name: string, holder: string, { leases }: Stores): ReturnType<Bus['lease']> {
  let revision: number;
  try {
    revision = await leases.create(name, holder);
  } catch {
    return { heldBy: (await leases.get(name))?.string() ?? 'somebody who has just left' };
  }
  const timer = setInterval(() => {
    void leases.update(name, holder, revision).then(
      (next) => (revision = next),
      // It ends by itself when it cannot be renewed any more; the file of the state folder still holds.
      () => undefined,
    );
  }, LEASE_RENEWAL_MS);
  timer.unref();
  return {
    release: async () => {
      clearInterval(timer);
      await leases.delete(name);
    },
  };
}

async function watchLever(pulled: (why: string) => void, { lever }: Stores): Promise<() => void> {
  const watch = await lever.watch({ key: LEVER_KEY });
  void (async () => {
    for await (const entry of watch) if (entry.operation === 'PUT') pulled(entry.string());
  })().catch(() => undefined); // The connection is gone for good, which stops agents in another way.
  return () => watch.stop();
}
