// A verifier as cheap as can be, on every address of 127.0.0.0/8 at one port: what is measured is the prober.
import { createServer } from 'node:net';

const body = 'ok';
const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';
const closing = Buffer.from(`${head}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
let connections = 0;
let requests = 0;

const server = createServer({ noDelay: true }, (socket) => {
  connections += 1;
  let tail = '';
  socket.on('data', (chunk) => {
    const text = tail + chunk.toString('latin1');
    if (!text.endsWith('\r\n\r\n')) {
      tail = text;
      return;
    }
    tail = '';
    requests += 1;
    socket.end(closing);
  });
  socket.on('error', () => socket.destroy());
});

server.listen(0, '0.0.0.0', 4096, () => process.send({ port: server.address().port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ connections, requests, cpuMs: (user + system) / 1000 });
});
