import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemFiles } from '../../src/system/files.ts';
import { openJournalFile } from '../../src/system/journal-file.ts';
import { isSameProcess, processStart } from '../../src/system/processes.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-files-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('systemFiles', () => {
  it('replaces a file whole and leaves no temporary file', async () => {
    const path = join(folder, 'deep', 'report.html');
    await systemFiles.writeAtomically(path, 'first');
    await systemFiles.writeAtomically(path, 'second');
    expect(await readFile(path, 'utf8')).toBe('second');
    expect(await readdir(join(folder, 'deep'))).toEqual(['report.html']);
  });

  it.for([
    { name: 'a missing file', path: 'missing.yaml', code: 'file/missing' },
    { name: 'a folder', path: '.', code: 'file/unreadable' },
    { name: 'a path through a file', path: 'plain/below', code: 'file/missing' },
  ])('says what is wrong with $name', async ({ path, code }) => {
    await writeFile(join(folder, 'plain'), 'x');
    await expect(systemFiles.readBytes(join(folder, path))).rejects.toMatchObject({ code });
  });

  it('refuses a file over the limit before reading it', async () => {
    await writeFile(join(folder, 'big'), 'x'.repeat(11));
    await expect(systemFiles.readBytes(join(folder, 'big'), 10)).rejects.toMatchObject({ code: 'file/too-large' });
  });

  it('cannot write below a file and leaves that file alone', async () => {
    await writeFile(join(folder, 'plain'), 'keep');
    await expect(systemFiles.writeAtomically(join(folder, 'plain', 'a'), 'x')).rejects.toMatchObject({
      code: 'file/unwritable',
    });
    expect(await readFile(join(folder, 'plain'), 'utf8')).toBe('keep');
  });

  it('lists files of the wanted kinds in order and skips dependencies', async () => {
    for (const path of ['b.yaml', 'a.yml', 'node_modules/x.yaml', 'sub/c.json', 'readme.md']) {
      await systemFiles.writeAtomically(join(folder, path), '');
    }
    const found = await systemFiles.list([folder], ['.yaml', '.yml', '.json']);
    expect(found.map((path) => path.slice(folder.length + 1))).toEqual(['a.yml', 'b.yaml', 'sub/c.json']);
  });
});

describe('openJournalFile', () => {
  it('has every line on disk, in order, when a synced append returns', async () => {
    const path = join(folder, 'runs', 'journal.ndjson');
    const journal = await openJournalFile(path);
    journal.append('one');
    await journal.appendSynced('two');
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
    journal.append('three');
    await journal.close();
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\nthree\n');
  });

  it('says so when the folder cannot be made', async () => {
    await writeFile(join(folder, 'plain'), '');
    await expect(openJournalFile(join(folder, 'plain', 'journal.ndjson'))).rejects.toMatchObject({
      code: 'drill/journal-unwritable',
    });
  });
});

describe('processStart', () => {
  it('knows this process again and not a dead one', async () => {
    const start = await processStart(process.pid);
    expect(start).not.toBeNull();
    expect(await isSameProcess(process.pid, start ?? '')).toBe(true);
    expect(await isSameProcess(process.pid, 'another start')).toBe(false);
    expect(await processStart(2 ** 22 + 1)).toBeNull();
  });
});
