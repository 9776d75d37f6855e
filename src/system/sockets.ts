import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Conversation, SocketPlace } from '../model/machine.ts';
import { HttpFailure } from '../model/ports.ts';
import type { AllowList } from './allow-list.ts';
import { asFailure, guardedLookup } from './http.ts';

/** Longest answer that is read, in bytes: a large map of HAProxy has some megabytes. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Opens one connection. The allow-list decides inside the lookup of this very connection, as it does for HTTP. A Unix
 * socket is a file of this machine and needs no entry there.
 *
 * @param timeoutMs for connecting, and again for each exchange
 * @throws HttpFailure
 */
export async function openConversation(place: SocketPlace, timeoutMs: number, list: AllowList): Promise<Conversation> {
  if (place.kind === 'tcp') checkHost(place.host, list);
  const ca = place.kind === 'tcp' && place.tls?.ca != null ? await readFile(place.tls.ca) : undefined;
  const socket = startSocket(place, list, ca);
  await connected(socket, place.kind === 'tcp' && place.tls !== null ? 'secureConnect' : 'connect', timeoutMs);
  return {
    exchange: (request, isComplete) => exchange(socket, { request, isComplete, timeoutMs }),
    close: () => socket.destroy(),
  };
}

function checkHost(host: string, list: AllowList): void {
  const allowed = list.allowsHost(host) && (isIP(host) === 0 || list.allowsAddress(host, host));
  if (!allowed) throw new HttpFailure('not-allowed', `${host} is not on the allow-list of the environment`, null);
}

function startSocket(place: SocketPlace, list: AllowList, ca: Buffer | undefined): Socket {
  if (place.kind === 'unix') return connectPlain({ path: place.path });
  const { host, port, tls } = place;
  const target = { host, port, lookup: guardedLookup(list, host) };
  if (tls === null) return connectPlain(target);
  return connectTls({
    ...target,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  });
}

function connected(socket: Socket, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => fail(new HttpFailure('timeout', `no connection within ${timeoutMs} ms`, null)),
      timeoutMs,
    );
    function fail(error: Error): void {
      clearTimeout(timer);
      socket.destroy();
      reject(error instanceof HttpFailure ? error : asFailure(error, null));
    }
    socket.once('error', fail);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', fail);
      // Between two exchanges nobody listens; the next one finds the connection closed.
      socket.on('error', () => undefined);
      resolve();
    });
  });
}

interface Exchange {
  readonly request: string;
  readonly isComplete: (received: Uint8Array) => boolean;
  readonly timeoutMs: number;
}

function exchange(socket: Socket, { request, isComplete, timeoutMs }: Exchange): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const timer = setTimeout(
      () => fail(new HttpFailure('timeout', `no complete answer within ${timeoutMs} ms`, null)),
      timeoutMs,
    );
    function settle(): void {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', fail);
    }
    function fail(error: Error): void {
      settle();
      socket.destroy();
      reject(error instanceof HttpFailure ? error : asFailure(error, null));
    }
    function onEnd(): void {
      settle();
      resolve(received);
    }
    function onData(chunk: Buffer): void {
      received = Buffer.concat([received, chunk]);
      if (received.length > MAX_ANSWER_BYTES) {
        fail(new HttpFailure('protocol', `the answer is longer than ${MAX_ANSWER_BYTES} bytes`, null));
        return;
      }
      try {
        if (isComplete(received)) onEnd();
      } catch (error) {
        // Bytes of another protocol: whoever reads them says so.
        fail(new HttpFailure('protocol', error instanceof Error ? error.message : String(error), null));
      }
    }
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', fail);
    if (socket.destroyed) fail(new HttpFailure('reset', 'the other side closed the connection', null));
    else socket.write(request);
  });
}
