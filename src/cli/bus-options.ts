import { join } from 'node:path';
import { isAgentName } from '../agents/messages.ts';
import type { BusPlace } from '../model/bus.ts';
import { UserError } from '../model/failure.ts';
import { parseDuration } from '../model/quantity.ts';
import { readSecret } from '../system/secrets.ts';
import type { ReportKey } from '../token/report-key.ts';
import { readCheckingKey, readSigningKey } from '../token/report-key.ts';
import type { CommandOptions } from './options.ts';
import { readKeyText } from './stored-results.ts';

const AGENT_KEY_HINT =
  'make one with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out agent.key; the public half with: openssl pkey -in agent.key -pubout';

/** Where the bus is, from the options that both sides have. @throws UserError secret/missing */
export async function readBusPlace(url: string, { busCredentials, busCa }: CommandOptions): Promise<BusPlace> {
  const credentials = busCredentials === undefined ? null : await readSecret({ file: busCredentials }, {});
  return { url, credentials, ca: busCa ?? null };
}

/** Names of agents, separated by commas. @throws UserError usage/bad-argument */
export function readAgentNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !isAgentName(name));
  if (wrong !== undefined)
    throw new UserError('usage/bad-argument', `"${wrong}" is no name of an agent`, {
      hint: 'use lower-case letters, digits and hyphens, at most 63',
    });
  if (new Set(names).size !== names.length)
    throw new UserError('usage/bad-argument', `an agent is named twice in "${text}"`, { hint: 'name each one once' });
  return names;
}

/** Public keys of agents, DIR/NAME.pub each. @throws UserError drill/report-key, file/missing */
export async function readAgentKeys(dir: string, names: readonly string[]): Promise<ReadonlyMap<string, ReportKey>> {
  const keys = new Map<string, ReportKey>();
  for (const name of names) {
    const file = join(dir, `${name}.pub`);
    keys.set(name, onP256(file, readCheckingKey(await readKeyText(file))));
  }
  return keys;
}

/** An agent's own private key. @throws UserError drill/report-key, file/missing */
export async function readAgentKey(file: string): Promise<ReportKey> {
  return onP256(file, readSigningKey(await readKeyText(file)));
}

/** What is encrypted to an agent is encrypted with ECDH on P-256. */
function onP256(file: string, key: ReportKey): ReportKey {
  if (key.alg === 'ES256') return key;
  throw new UserError('drill/report-key', `${file} is no P-256 key, which agents need`, { hint: AGENT_KEY_HINT });
}

/** An option that must be given together with another. @throws UserError usage/bad-argument */
export function needed(value: string | undefined, option: string, why: string): string {
  if (value !== undefined) return value;
  throw new UserError('usage/bad-argument', `${option} is missing`, { hint: why });
}

/** A duration option in milliseconds. @throws UserError usage/bad-argument */
export function readDurationOption(value: string, option: string): number {
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw new UserError('usage/bad-argument', `${option} "${value}" is no duration`, { hint: 'write 30s, 10m or 1h' });
}
