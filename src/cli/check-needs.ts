/** Looks at this machine for what drills and inventories ask for. Connects only when told to, and sends no request. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { resolveUrl } from '../drill/urls.ts';
import { UserError } from '../model/failure.ts';
import type { Environment, Inventory } from '../model/inventory.ts';
import type { LabDescription } from '../model/lab.ts';
import type { SecretReference, SocketPlace } from '../model/machine.ts';
import { HttpFailure } from '../model/ports.ts';
import type { Need, NeedOf, NeedState } from '../model/readiness.ts';
import { readAllowList } from '../system/allow-list.ts';
import { readSecret } from '../system/secrets.ts';
import { openConversation } from '../system/sockets.ts';
import type { Io } from './io.ts';

/** Longest wait for one connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

export interface NeedCheck {
  readonly env: Io['env'];
  readonly inventories: readonly Inventory[];
  readonly lab: LabDescription | null;
  /** Whether connections may be opened. */
  readonly connect: boolean;
}

type Verdict = Pick<NeedState, 'state' | 'why'>;

const THERE: Verdict = { state: 'there', why: null };

/** The state of every need; each is looked at once, however many steps have it. */
export async function checkNeeds(needs: readonly NeedOf[], check: NeedCheck): Promise<readonly NeedState[]> {
  const known = new Map<string, Verdict>();
  const states: NeedState[] = [];
  for (const need of needs) {
    const key = JSON.stringify([need.need, need.need.kind === 'url' ? need.environment : '']);
    const verdict = known.get(key) ?? (await stateOf(need, check));
    known.set(key, verdict);
    states.push({ ...need, ...verdict });
  }
  return states;
}

async function stateOf({ need, environment }: NeedOf, check: NeedCheck): Promise<Verdict> {
  switch (need.kind) {
    case 'env':
      return secretState({ env: need.name }, check);
    case 'secret_file':
      return secretState({ file: need.path }, check);
    case 'program':
      return (await isProgram(need.name, check.env)) ? THERE : absent('not found, or it may not be run');
    case 'readable':
      return (await may(need.path, constants.R_OK)) ? THERE : absent('it is not there, or may not be read');
    case 'writable':
      return (await may(need.path, constants.R_OK | constants.W_OK))
        ? THERE
        : absent('it is not there, or may not be written');
    case 'url':
      return check.connect ? connectState(need, environment, check) : { state: 'not_asked', why: null };
  }
}

/** Whether there is a value. It is read and forgotten: an empty one is as good as none. */
async function secretState(reference: SecretReference, { env }: NeedCheck): Promise<Verdict> {
  try {
    await readSecret(reference, env);
    return THERE;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return absent('missing or empty');
  }
}

async function isProgram(name: string, env: Io['env']): Promise<boolean> {
  if (name.includes('/')) return may(name, constants.X_OK);
  for (const folder of (env['PATH'] ?? '').split(delimiter))
    if (folder !== '' && (await may(join(folder, name), constants.X_OK))) return true;
  return false;
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

async function connectState(
  need: Extract<Need, { kind: 'url' }>,
  environment: string,
  check: NeedCheck,
): Promise<Verdict> {
  const allow = environmentNamed(environment, check.inventories)?.allow ?? [];
  let place: SocketPlace | null;
  try {
    place = placeOf(resolveUrl(need.url, check.lab), need.ca ?? null);
  } catch (error) {
    if (error instanceof UserError) return { state: 'unknown', why: error.message };
    throw error;
  }
  if (place === null) return { state: 'unknown', why: 'nobody knows how to connect to such an address' };
  try {
    (await openConversation(place, CONNECT_TIMEOUT_MS, readAllowList(allow))).close();
    return THERE;
  } catch (error) {
    if (!(error instanceof HttpFailure)) {
      // The one file that connecting reads.
      if (need.ca !== undefined) return absent(`its authorities in ${need.ca} cannot be read`);
      throw error;
    }
    return absent(error.kind === 'not-allowed' ? error.message : `no connection: ${error.kind}`);
  }
}

function environmentNamed(name: string, inventories: readonly Inventory[]): Environment | undefined {
  return inventories.flatMap(({ environments }) => environments).find((each) => each.name === name);
}

/** Ports where an address names none: RFC 9110 section 4.2, and the registrations of Redis. */
const PORTS: Readonly<Record<string, { readonly port: number; readonly tls: boolean }>> = {
  'http:': { port: 80, tls: false },
  'https:': { port: 443, tls: true },
  'redis:': { port: 6379, tls: false },
  'rediss:': { port: 6379, tls: true },
  'tcp:': { port: 0, tls: false },
};

function placeOf(url: string, ca: string | null): SocketPlace | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, port } = new URL(url);
  const known = PORTS[protocol];
  const chosen = port === '' ? known?.port : Number(port);
  if (known === undefined || chosen === undefined || chosen === 0 || hostname === '') return null;
  return {
    kind: 'tcp',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: chosen,
    tls: known.tls ? { ca } : null,
  };
}

function absent(why: string): Verdict {
  return { state: 'absent', why };
}
