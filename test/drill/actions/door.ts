import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A TCP proxy on loopback that can be shut and opened while what stands behind it keeps running. */
export interface Door {
  readonly port: number;
  readonly close: () => Promise<void>;
  readonly open: () => Promise<void>;
}

/** @param instead answers every connection itself with this text */
export async function openDoor(behind: number, instead?: () => string): Promise<Door> {
  let server: Server | null = null;
  let port = 0;
  const sockets = new Set<Socket>();
  const open = (): Promise<void> =>
    new Promise((done, fail) => {
      server = createServer((inside) => {
        sockets.add(inside);
        inside.on('error', () => undefined);
        if (instead !== undefined) {
          inside.on('data', () => inside.end(instead()));
          return;
        }
        const outside = connect(behind, '127.0.0.1');
        outside.on('error', () => inside.destroy());
        inside.on('close', () => outside.destroy());
        inside.pipe(outside).pipe(inside);
      });
      server.on('error', fail);
      server.listen(port, '127.0.0.1', () => {
        const address = server?.address();
        port = typeof address === 'object' && address !== null ? address.port : 0;
        done();
      });
    });
  const close = (): Promise<void> =>
    new Promise((done) => {
      if (server === null) return done();
      server.close(() => done());
      server = null;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    });
  await open();
  return { port, open, close };
}
