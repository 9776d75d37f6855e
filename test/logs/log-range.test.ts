import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { plainSize, readLogRange } from '../../src/system/log-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-range-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bytesOf(path: string, from: number, to: number): Promise<string> {
  let text = '';
  await readLogRange(path, { from, to }, (bytes) => {
    text += Buffer.from(bytes).toString('latin1');
  });
  return text;
}

describe('a file in ranges', () => {
  it('has every line once, wherever it is cut', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.boolean(),
        fc.array(fc.nat(40), { maxLength: 3 }),
        async (lines, ends, at) => {
          const path = join(folder, 'lines');
          const text = lines.join('\n') + (ends ? '\n' : '');
          writeFileSync(path, text);
          const cuts = [0, ...at.filter((cut) => cut > 0).toSorted((a, b) => a - b), Infinity];
          const parts: string[] = [];
          for (const [index, from] of cuts.slice(0, -1).entries()) {
            parts.push(await bytesOf(path, from, cuts[index + 1] ?? Infinity));
          }
          expect(parts.join('')).toBe(text);
          for (const part of parts.slice(0, -1))
            if (part !== '' && !text.endsWith(part)) expect(part.at(-1)).toBe('\n');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has lines that are longer than what is read at once', async () => {
    const path = join(folder, 'long');
    const text = `${'a'.repeat(3_000_000)}\n${'b'.repeat(10)}\n`;
    writeFileSync(path, text);
    expect(await bytesOf(path, 0, 1_500_000)).toBe(text.slice(0, 3_000_001));
    expect(await bytesOf(path, 1_500_000, 3_000_001)).toBe('');
    expect(await bytesOf(path, 3_000_001, Infinity)).toBe(text.slice(3_000_001));
  });

  it('is none when it is packed or no file', async () => {
    writeFileSync(join(folder, 'packed'), Buffer.from([0x1f, 0x8b, 8, 0, 0]));
    writeFileSync(join(folder, 'plain'), '{}\n');
    expect(await plainSize(join(folder, 'packed'))).toBeNull();
    expect(await plainSize(folder)).toBeNull();
    expect(await plainSize(join(folder, 'missing'))).toBeNull();
    expect(await plainSize(join(folder, 'plain'))).toBe(3);
  });
});
