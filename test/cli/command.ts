import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const BIN = resolve('dist/bin/firebreak.js');

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A running firebreak process. */
export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves when the text has appeared on either stream; rejects when the process ended before. */
  readonly sees: (text: string) => Promise<void>;
}

/** Starts the real binary with a scrubbed environment. */
export function start(
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: Record<string, string> } = {},
): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const check of waiting) check();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    wake();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const outcome = new Promise<Outcome>((resolveOutcome, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolveOutcome({ code, signal, out, err });
      wake();
    });
  });
  return {
    child,
    outcome,
    sees: (text) =>
      new Promise((done, fail) => {
        const check = (): void => {
          if (out.includes(text) || err.includes(text)) {
            waiting.delete(check);
            done();
          } else if (child.exitCode !== null || child.signalCode !== null) {
            waiting.delete(check);
            fail(new Error(`the process ended before "${text}" appeared\n${out}\n${err}`));
          }
        };
        waiting.add(check);
        check();
      }),
  };
}

/** Runs the real binary to its end. */
export function firebreak(
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  return start(args, options).outcome;
}

/** A temporary folder with files; `remove` deletes it. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'firebreak-cli-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
