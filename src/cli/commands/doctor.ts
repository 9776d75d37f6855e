import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { runCommand } from '../../system/command.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { VERSION } from '../version.ts';

/** Packages of the lab, which are optional dependencies. */
const LAB_PACKAGES: readonly string[] = [
  'oidc-provider',
  'jsonwebtoken',
  'jwks-rsa',
  'express',
  'express-jwt',
  'express-oauth2-jwt-bearer',
  'passport',
  'passport-jwt',
  'fast-jwt',
  'get-jwks',
  'aws-jwt-verify',
  'hono',
  '@hono/node-server',
  'oauth4webapi',
];

/** The client of NATS, which drills through agents need. */
const AGENT_PACKAGES: readonly string[] = ['@nats-io/transport-node', '@nats-io/jetstream', '@nats-io/kv'];
type DoctorOptions = CommandOptions & { readonly incident?: boolean };

/** `firebreak doctor`: what this machine has, and what to install for what it lacks. */
export async function runDoctor(io: Io, paths: readonly string[], options: DoctorOptions): Promise<ExitCode> {
  if (options.incident === true) return (await import('./doctor-incident.ts')).runIncidentDoctor(io, paths, options);
  const git = await runCommand('git', ['--version']);
  const state = await systemFiles.exists('.firebreak');
  const lines = [
    ['firebreak', VERSION],
    ['node', `${process.version} ${process.platform} ${process.arch}`],
    ['git', git.ok ? git.output.replace('git version ', '') : 'not found: reports will name no commit'],
    ['lab', stateOf(LAB_PACKAGES)],
    ['agents', stateOf(AGENT_PACKAGES)],
    ['state', state ? '.firebreak exists' : 'none yet'],
    ['network', 'lint and predict use none; drills use only what the environment allows'],
    ['telemetry', 'none'],
  ];
  for (const [name = '', value = ''] of lines) io.out(`${name.padEnd(10)} ${value}\n`);
  return EXIT.done;
}

function stateOf(packages: readonly string[]): string {
  const missing = packages.filter((name) => !isInstalled(name));
  return missing.length === 0 ? 'complete' : `missing ${missing.join(', ')}: npm install ${missing.join(' ')}`;
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
