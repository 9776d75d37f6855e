import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { UserError } from '../model/failure.ts';
import type { LabDescription, LabHandle } from '../model/lab.ts';
import { processStart } from '../system/processes.ts';
import { startAdmin } from './admin.ts';
import { RESOURCE_SERVER } from './clients.ts';
import type { LabConfig, LabVerifierConfig } from './config.ts';
import { isOverTls } from './config.ts';
import { followSettings } from './settings.ts';
import { makeTls } from './tls.ts';
import type { IssuerAnswer, IssuerCall, IssuerRequest, LabClient, LabPart, LabStart } from './messages.ts';

/** Longest start of one part before the lab gives up; a loaded machine needs a few seconds. */
const START_TIMEOUT_MS = 20_000;

/** How long a part may take to end by itself before it is killed. */
const STOP_TIMEOUT_MS = 2000;

/** Confidential clients of the lab: two, so that a bystander is a client of its own, and one that only introspects. */
const CLIENT_IDS: readonly string[] = ['drill-a', 'drill-b', RESOURCE_SERVER];

export interface LabOptions {
  readonly config: LabConfig;
  /** The bundled entry of the lab's processes. */
  readonly processFile: string;
  /** First port, the others follow: admin, issuer, verifiers. `any` takes free ones. */
  readonly port: number | 'any';
  /** Where the repository with its settings is made, when it follows one. */
  readonly settings: string;
}

interface Part {
  readonly child: ChildProcess;
  readonly url: string;
}

/**
 * Starts the issuer and every verifier as processes of their own, all on loopback. They end with this process, also
 * when it is killed.
 *
 * @throws UserError lab/part-missing, lab/port-in-use, lab/not-ready; nothing is left running then
 */
export async function startLab({ config, processFile, port, settings }: LabOptions): Promise<LabHandle> {
  if (!existsSync(processFile)) throw new UserError('lab/not-ready', 'the lab is not built', { hint: 'npm run build' });
  const secret = randomBytes(32).toString('base64url');
  const clients: readonly LabClient[] = CLIENT_IDS.map((client_id) => ({
    client_id,
    client_secret: randomBytes(32).toString('base64url'),
  }));
  const running = new Set<ChildProcess>();
  const portOf = (index: number): number => (port === 'any' ? 0 : port + index);
  const launch = (part: LabPart): Promise<Part> => launchPart(part, processFile, running);

  const parts = new Map<string, Part>();
  const ports = new Map<string, number>();
  const secrets = new Map<string, string>();
  let issuer: Part;
  let calls = 0;
  const ask = (request: IssuerRequest): Promise<{ status: number; body: unknown }> => {
    calls += 1;
    return askIssuer(issuer.child, { type: 'call', id: calls, request });
  };

  const admin = await startAdmin({
    port: portOf(0),
    secret,
    clients,
    ask,
    verifiers: () => [...parts].map(([name, { url, child }]) => ({ name, url, pid: child.pid ?? 0 })),
    restart,
    secrets: { names: () => [...secrets.keys()], change: changeSecret },
  });

  /** A change of configuration: whoever holds secrets starts anew with it. False when there was nothing to change. */
  async function changeSecret(kid: string, secret: string | null): Promise<boolean> {
    if (secret === null ? !secrets.delete(kid) : secrets.get(kid) === secret) return false;
    if (secret !== null) secrets.set(kid, secret);
    const holders = config.verifiers.filter(({ library }) => library === 'static-keys');
    await Promise.all(holders.map(({ name }) => restart(name)));
    return true;
  }

  const restarts = new Map<string, Promise<void>>();

  /** Asked twice, it restarts once: two processes cannot have one port. False for a name that does not exist. */
  async function restart(name: string): Promise<boolean> {
    const verifier = config.verifiers.find((candidate) => candidate.name === name);
    const part = parts.get(name);
    if (verifier === undefined || part === undefined) return false;
    const underWay =
      restarts.get(name) ??
      endPart(part.child)
        .then(() => launch(verifierPart(verifier, ports.get(name) ?? 0)))
        .then((fresh) => void parts.set(name, fresh))
        .finally(() => restarts.delete(name));
    restarts.set(name, underWay);
    await underWay;
    return true;
  }

  function verifierPart(verifier: LabVerifierConfig, verifierPort: number): LabPart {
    return {
      part: 'verifier',
      config: verifier,
      port: verifierPort,
      issuer: config.issuer.issuer,
      audience: config.issuer.audience,
      issuerUrl: issuer.url,
      secrets: Object.fromEntries(secrets),
      resourceServer: clients.find(({ client_id }) => client_id === RESOURCE_SERVER) ?? null,
      denylist: { url: `${admin.url}/denylist`, secret },
      tls: isOverTls(verifier) && tls !== null ? tls.server : null,
    };
  }

  const tls = config.verifiers.some(isOverTls) ? makeTls(Date.now()) : null;
  let follower: { readonly stop: () => void } | null = null;

  async function stop(): Promise<void> {
    follower?.stop();
    await Promise.all([...running].map(endPart));
    await admin.close();
  }

  try {
    issuer = await launch({ part: 'issuer', config: config.issuer, port: portOf(1), clients });
    await Promise.all(
      config.verifiers.map(async (verifier, index) => {
        const part = await launch(verifierPart(verifier, portOf(index + 2)));
        parts.set(verifier.name, part);
        // A restarted verifier must be found where it was.
        ports.set(verifier.name, Number(new URL(part.url).port));
      }),
    );
    if (config.followsSettings) {
      follower = await followSettings(settings, async ({ accessTokenSeconds, cutoffs }) => {
        admin.setCutoffs(cutoffs);
        await ask({ op: 'lifetime', seconds: accessTokenSeconds ?? config.issuer.accessTokenSeconds });
      });
    }
  } catch (error) {
    await stop();
    throw error;
  }

  const description: LabDescription = {
    pid: process.pid,
    startedAt: (await processStart(process.pid)) ?? '',
    inventory: config.inventory,
    issuer: { issuer: config.issuer.issuer, url: issuer.url },
    ...(tls === null ? {} : { ca: tls.ca }),
    admin: { url: admin.url, secret },
    verifiers: config.verifiers.map(({ name, library, version }) => ({
      name,
      library,
      version,
      url: parts.get(name)?.url ?? '',
      pid: parts.get(name)?.child.pid ?? 0,
    })),
  };
  return { description, stop };
}

function launchPart(part: LabPart, processFile: string, running: Set<ChildProcess>): Promise<Part> {
  return new Promise((resolve, reject) => {
    const child = fork(processFile, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    running.add(child);
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = `${complaint}${text}`.slice(-2000);
    });
    const name = part.part === 'issuer' ? 'the issuer' : `verifier "${part.config.name}"`;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new UserError('lab/not-ready', `${name} was not ready within ${START_TIMEOUT_MS / 1000} s`, {
          hint: 'try again when the machine is less busy',
        }),
      );
    }, START_TIMEOUT_MS);
    child.once('exit', (code, signal) => {
      running.delete(child);
      clearTimeout(timer);
      const lastLine = complaint.trim().split('\n').at(-1) ?? '';
      reject(
        new UserError(
          'lab/not-ready',
          `${name} ended while starting (${signal ?? `code ${code ?? '?'}`})${lastLine === '' ? '' : `: ${lastLine}`}`,
        ),
      );
    });
    child.once('message', (message: LabStart) => {
      clearTimeout(timer);
      if (message.type === 'ready') resolve({ child, url: message.url });
      else reject(new UserError(message.code, message.message, { hint: message.hint }));
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new UserError('lab/not-ready', `${name} could not be started: ${error.message}`));
    });
    child.send(part);
  });
}

function askIssuer(child: ChildProcess, call: IssuerCall): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const listen = (message: IssuerAnswer): void => {
      if (message.type !== 'answer' || message.id !== call.id) return;
      finish();
      resolve({ status: message.status, body: message.body });
    };
    const ended = (): void => {
      finish();
      reject(new Error('the issuer ended'));
    };
    function finish(): void {
      child.off('message', listen);
      child.off('exit', ended);
    }
    child.on('message', listen);
    child.once('exit', ended);
    child.send(call);
  });
}

function endPart(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
