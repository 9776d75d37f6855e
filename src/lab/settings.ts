import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { parseDuration } from '../model/quantity.ts';
import { gitWriter } from '../system/git-writer.ts';

/** Tokens of one subject, session or client from before an instant. */
export interface Cutoff {
  readonly type: string;
  readonly value: string;
  /** Seconds since the epoch: tokens with an earlier `iat` are refused. */
  readonly issuedBefore: number;
}

/** What the lab is run with, as its branch says it. */
export interface LabSettings {
  /** Lifetime of access tokens in seconds; null leaves what the Inventory says. */
  readonly accessTokenSeconds: number | null;
  readonly cutoffs: readonly Cutoff[];
}

/** How an Inventory names these settings as a channel. */
export const SETTINGS_URL = 'lab://settings';

/** Between two looks at the branch, in milliseconds; an Inventory counts it as store_lag. */
const SYNC_MS = 1000;

const BRANCH = 'main';

const FILE = 'settings.json';

const NOTHING_SET = '{ "not_before": [] }\n';

/** Claims that a cutoff can name. */
const NAMED_BY: readonly string[] = ['sub', 'sid', 'client_id'];

/**
 * Makes a bare repository with the settings of the lab on its branch, and hands them on whenever the branch has moved, as a
 * GitOps controller does. A text that cannot be read changes nothing.
 */
export async function followSettings(
  repository: string,
  apply: (settings: LabSettings) => Promise<void>,
): Promise<{ readonly stop: () => void }> {
  await createRepository(repository);
  let applied = await tipOf(repository);

  async function look(): Promise<void> {
    const tip = await tipOf(repository);
    if (tip === applied) return;
    const entry = await gitWriter.entry(repository, tip, FILE);
    const settings = readSettings(entry === null ? NOTHING_SET : await gitWriter.text(repository, entry.blob));
    if (settings !== null) await apply(settings);
    applied = tip;
  }

  let timer: NodeJS.Timeout;
  const again = (): void => {
    timer = setTimeout(
      () =>
        void look()
          .catch(() => undefined)
          .finally(again),
      SYNC_MS,
    ).unref();
  };
  again();
  return { stop: () => clearTimeout(timer) };
}

function tipOf(repository: string): Promise<string> {
  return gitWriter.tip({ repository, branch: BRANCH, remote: null });
}

/** Null for what is no settings. */
function readSettings(text: string): LabSettings | null {
  const given = parsed(text);
  if (!isMapping(given)) return null;
  const lifetime = given['access_token_lifetime'];
  const milliseconds = typeof lifetime === 'string' ? parseDuration(lifetime) : undefined;
  const before = given['not_before'];
  return {
    accessTokenSeconds: milliseconds === undefined ? null : Math.round(milliseconds / 1000),
    cutoffs: Array.isArray(before) ? before.flatMap(readCutoff) : [],
  };
}

function readCutoff(given: unknown): readonly Cutoff[] {
  if (!isMapping(given)) return [];
  const issuedBefore = Date.parse(String(given['issued_before'])) / 1000;
  if (Number.isNaN(issuedBefore)) return [];
  return NAMED_BY.flatMap((type) => {
    const value = given[type];
    return typeof value === 'string' && value !== '' ? [{ type, value, issuedBefore }] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A lab starts from nothing, whatever the last one has left there. */
async function createRepository(repository: string): Promise<void> {
  await rm(repository, { recursive: true, force: true });
  await mkdir(repository, { recursive: true });
  await git(repository, ['init', '--quiet', '--bare']);
  const blob = await git(repository, ['hash-object', '-w', '--stdin'], NOTHING_SET);
  const tree = await git(repository, ['mktree'], `100644 blob ${blob}\t${FILE}\n`);
  const identity = ['-c', 'user.name=firebreak lab', '-c', 'user.email=firebreak-lab@localhost'];
  const commit = await git(repository, [...identity, 'commit-tree', tree, '-m', 'Settings of the lab']);
  await git(repository, ['update-ref', `refs/heads/${BRANCH}`, commit]);
}

function git(repository: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', repository, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(out.trim()) : reject(new Error(`git ${args[0] ?? ''} ended with ${code ?? 'a signal'}`)),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
