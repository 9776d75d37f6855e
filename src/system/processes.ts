import { readFile } from 'node:fs/promises';

/**
 * Start time of a process, to tell a process from a later one with the same number: field 22 of /proc/PID/stat (clock
 * ticks since boot), with the boot id. On systems without /proc the answer is the pid alone.
 *
 * @returns null when no such process runs
 */
export async function processStart(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that it runs but belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null;
  }
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The name in parentheses may hold spaces; fields are counted after it. A zombie has ended already.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : `${boot.trim()}:${fields[19] ?? ''}`;
  } catch {
    return `pid:${pid}`;
  }
}

/** True when the process that had this start time still runs. */
export async function isSameProcess(pid: number, startedAt: string): Promise<boolean> {
  return (await processStart(pid)) === startedAt;
}
