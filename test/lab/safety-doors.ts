import { createServer, request as send } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LabDescription } from '../../src/model/lab.ts';

/** A way to one part of the lab that can be shut: connections are then broken, as by a process that has died. */
interface Door {
  readonly url: string;
  readonly shut: () => void;
  readonly open: () => void;
  readonly close: () => void;
}

/** The lab as one drill sees it: through doors of its own, so that drills side by side do not meet. */
export interface DooredLab {
  readonly description: LabDescription;
  readonly issuer: { readonly shut: () => void; readonly open: () => void };
  readonly target: { readonly shut: () => void; readonly open: () => void };
  /** Tokens that reached a verifier, as a thief would have them. */
  readonly tokens: ReadonlySet<string>;
  readonly close: () => void;
}

/** @param target the verifier whose door can be shut */
export async function doorsTo(lab: LabDescription, target: string): Promise<DooredLab> {
  const tokens = new Set<string>();
  const admin = await openDoor(lab.admin.url);
  const issuer = await openDoor(lab.issuer.url);
  const verifiers = await Promise.all(
    lab.verifiers.map(async (verifier) => ({
      ...verifier,
      door: await openDoor(verifier.url, ({ headers }) => {
        const token = headers.authorization?.replace(/^Bearer /i, '') ?? '';
        if (token !== '') tokens.add(token);
      }),
    })),
  );
  const aimed = verifiers.find(({ name }) => name === target)?.door;
  if (aimed === undefined) throw new Error(`the lab has no verifier ${target}`);
  return {
    description: {
      ...lab,
      admin: { ...lab.admin, url: admin.url },
      issuer: { ...lab.issuer, url: issuer.url },
      verifiers: verifiers.map(({ door, ...verifier }) => ({ ...verifier, url: door.url })),
    },
    issuer: {
      shut: () => [admin, issuer].forEach((door) => door.shut()),
      open: () => [admin, issuer].forEach((door) => door.open()),
    },
    target: aimed,
    tokens,
    close: () => [admin, issuer, ...verifiers.map(({ door }) => door)].forEach((door) => door.close()),
  };
}

async function openDoor(to: string, seen: (request: IncomingMessage) => void = () => undefined): Promise<Door> {
  let isShut = false;
  const server: Server = createServer((request, response) => {
    if (isShut) return void request.socket.destroy();
    seen(request);
    passOn(to, request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    shut: () => {
      isShut = true;
      server.closeAllConnections();
    },
    open: () => {
      isShut = false;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function passOn(to: string, request: IncomingMessage, response: ServerResponse): void {
  const forward = send(
    `${to}${request.url ?? '/'}`,
    { method: request.method, headers: request.headers, agent: false },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  forward.on('error', () => response.destroy());
  request.pipe(forward);
}
