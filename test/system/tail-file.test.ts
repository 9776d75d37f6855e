import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTail } from '../../src/system/tail-file.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-tail-'));
  path = join(folder, 'access.json');
  writeFileSync(path, 'before\n');
});

afterEach(() => rmSync(folder, { recursive: true }));

it('hands out what is appended after it was opened, line by whole line', async () => {
  const tail = await openTail(path);
  expect(await tail.read()).toEqual([]);
  appendFileSync(path, 'one\ntwo\nth');
  expect(await tail.read()).toEqual(['one', 'two']);
  appendFileSync(path, 'ree\n');
  expect(await tail.read()).toEqual(['three']);
  await tail.close();
});

it('keeps a character together that is written in two parts', async () => {
  const tail = await openTail(path);
  const bytes = Buffer.from('ü\n');
  appendFileSync(path, bytes.subarray(0, 1));
  expect(await tail.read()).toEqual([]);
  appendFileSync(path, bytes.subarray(1));
  expect(await tail.read()).toEqual(['ü']);
  await tail.close();
});

it('reads a rotated file to its end and then the new one, and an emptied one from its beginning', async () => {
  const tail = await openTail(path);
  appendFileSync(path, 'last of the old\n');
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'first of the new\n');
  expect(await tail.read()).toEqual(['last of the old', 'first of the new']);
  truncateSync(path);
  appendFileSync(path, 'again\n');
  expect(await tail.read()).toEqual(['again']);
  await tail.close();
});

it('says so when there is no such file', async () => {
  await expect(openTail(`${path}.not`)).rejects.toThrow('does not exist');
});
