import { describe, expect, it } from 'vitest';
import { takeLease } from '../../src/drill/lease.ts';
import { memoryDisk } from './memory-disk.ts';

const holder = (pid: number): { pid: number; startedAt: string; runId: string } => ({
  pid,
  startedAt: 'boot',
  runId: `run-${pid}`,
});

function portsWith(alive: readonly number[]): Parameters<typeof takeLease>[2] & { text: () => string } {
  const { files, text } = memoryDisk();
  return { files, isAlive: async ({ pid }) => alive.includes(pid), text: () => text('lease.json') };
}

describe('takeLease', () => {
  it('is given back by its holder, and free again then', async () => {
    const ports = portsWith([1, 2]);
    const release = await takeLease('lease.json', holder(1), ports);
    await expect(takeLease('lease.json', holder(2), ports)).rejects.toMatchObject({
      code: 'drill/lease-held',
      message: 'another drill runs here: run-1, process 1',
    });
    await release();
    await expect(takeLease('lease.json', holder(2), ports)).resolves.toBeTypeOf('function');
  });

  it('is taken over from a process that has died', async () => {
    const ports = portsWith([2]);
    await takeLease('lease.json', holder(1), ports);
    await takeLease('lease.json', holder(2), ports);
    expect(ports.text()).toContain('run-2');
    expect(await ports.files.exists('lease.json.takeover')).toBe(false);
  });

  it('is taken over when it was torn by a crash, and when the take-over was torn too', async () => {
    const ports = portsWith([2]);
    await ports.files.createExclusively('lease.json', '{"pid":');
    await ports.files.createExclusively('lease.json.takeover', JSON.stringify(holder(3)));
    await takeLease('lease.json', holder(2), ports);
    expect(ports.text()).toContain('run-2');
  });

  it('goes to one of many that find it dead at the same moment', async () => {
    const pids = [2, 3, 4, 5, 6];
    const ports = portsWith(pids);
    await takeLease('lease.json', holder(1), ports);
    const tries = await Promise.allSettled(pids.map((pid) => takeLease('lease.json', holder(pid), ports)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
