/** Outcome of a short program run for its output. */
export interface CommandOutcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a program without a shell and returns its trimmed standard output; a missing program is `ok: false`. */
export async function runCommand(file: string, args: readonly string[], timeoutMs = 5000): Promise<CommandOutcome> {
  const { execa } = await import('execa');
  const result = await execa(file, [...args], { reject: false, timeout: timeoutMs, stdin: 'ignore' });
  return { ok: result.exitCode === 0, output: result.stdout.trim() };
}
