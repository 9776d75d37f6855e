// Verifiers that change their mind at known instants, in a process of their own. It says what it decided and when, on the
// monotonic clock of the machine, which other processes can read too.
import { createServer } from 'node:http';

const USER_AGENT = 'firebreak-measure';

const runs = new Map();
const now = () => Number(process.hrtime.bigint()) / 1e6;

process.on('message', async ({ type, id, run }) => {
  if (type === 'open') await open(id, run);
  if (type === 'close') close(id);
});

/** @param run { replicas: [{ changes: [ms after zero] }], slowestMs, leadMs } */
async function open(id, { replicas, slowestMs, leadMs }) {
  const zero = now() + leadMs;
  const states = replicas.map(({ changes }, index) => ({
    index,
    changes: changes.map((at) => zero + at),
    lastAccept: null,
    firstReject: null,
  }));
  const servers = await Promise.all([
    ...states.map((state) => serve(() => state, slowestMs, true)),
    // A balancer that gives each connection to a replica by chance.
    serve(() => states[Math.floor(Math.random() * states.length)], slowestMs),
  ]);
  runs.set(id, { servers, states });
  process.send({ type: 'opened', id, zero, ports: servers.map((server) => server.address().port) });
}

function close(id) {
  const { servers, states } = runs.get(id);
  runs.delete(id);
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  process.send({ type: 'closed', id, states });
}

/** Every connection belongs to one replica. An answer takes up to `slowestMs`, and is decided somewhere in that time. */
async function serve(replicaOf, slowestMs, isDirect = false) {
  const server = createServer((request, response) => {
    const { replica } = request.socket;
    const time = 1 + Math.random() * (slowestMs - 1);
    const before = time * Math.random();
    setTimeout(() => {
      const at = now();
      const refuses = replica.changes.filter((change) => change <= at).length % 2 === 1;
      // What others ask says nothing about what this prober could know.
      if (isDirect && request.headers['user-agent'] === USER_AGENT) {
        if (refuses) replica.firstReject ??= at;
        else replica.lastAccept = at;
      }
      setTimeout(() => {
        response.writeHead(refuses ? 401 : 200, { 'x-replica': `replica-${replica.index}` });
        response.end();
      }, time - before);
    }, before);
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    socket.replica = replicaOf();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', 1024, resolve));
  return server;
}
