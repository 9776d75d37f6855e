import { readFile } from 'node:fs/promises';
import { UserError } from '../model/failure.ts';
import type { SecretReference } from '../model/machine.ts';
import { Secret } from '../model/secret.ts';

/** Longest secret that is read from a file: 64 KiB. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads what a reference names. A line end at the end of a file is not part of the secret.
 *
 * @throws UserError secret/missing; the message names the place, never the value
 */
export async function readSecret(
  reference: SecretReference,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Secret> {
  if ('env' in reference) return held(env[reference.env], `variable ${reference.env}`, `export ${reference.env}=...`);
  const label = `file ${reference.file}`;
  const bytes = await readFile(reference.file).catch(() => null);
  const value = bytes === null || bytes.length > MAX_BYTES ? undefined : bytes.toString('utf8').replace(/\r?\n$/, '');
  return held(value, label, 'check that it exists, is readable, and holds the secret and nothing else');
}

function held(value: string | undefined, label: string, hint: string): Secret {
  if (value === undefined || value === '') {
    throw new UserError('secret/missing', `the secret in ${label} is missing or empty`, { hint });
  }
  return new Secret(value, label);
}
