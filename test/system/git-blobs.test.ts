import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { BlobReading } from '../../src/system/git-blobs.ts';
import { batchParser, openBlobs } from '../../src/system/git-blobs.ts';
import { removeRepositories, repositoryWith } from '../temporary-repository.ts';

afterAll(removeRepositories);

describe('batchParser', () => {
  it('reads the same answers however the bytes are cut', () => {
    const answer = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(null));
    fc.assert(
      fc.property(
        fc.array(answer, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (answers, cuts) => {
          const stream = Buffer.concat(
            answers.flatMap((bytes, at) =>
              bytes === null
                ? [Buffer.from(`${at}a missing\n`)]
                : [Buffer.from(`${at}a blob ${bytes.length}\n`), Buffer.from(bytes), Buffer.from('\n')],
            ),
          );
          const found: BlobReading[] = [];
          const take = batchParser((reading) => found.push(reading), 30);
          for (let from = 0, cut = 0; from < stream.length; cut += 1) {
            const until = from + (cuts[cut % cuts.length] ?? 1);
            take(stream.subarray(from, until));
            from = until;
          }
          const expected = answers.map((bytes): BlobReading => {
            if (bytes === null) return { kind: 'missing' };
            return bytes.length > 30
              ? { kind: 'too-large', size: bytes.length }
              : { kind: 'bytes', bytes: Buffer.from(bytes) };
          });
          expect(found).toEqual(expected);
        },
      ),
    );
  });
});

describe('openBlobs', () => {
  it('answers any number of times from one process, and for every object once', async () => {
    const repository = repositoryWith({ a: 'one\n', b: new Uint8Array([0, 10, 255]), empty: '' });
    const idOf = (name: string): string => repository.git('rev-parse', `HEAD:${name}`);
    const blobs = openBlobs({ folder: repository.path });
    try {
      const first = await blobs.read([idOf('a'), idOf('b'), idOf('a')]);
      expect([...first.keys()]).toEqual([idOf('a'), idOf('b')]);
      expect(first.get(idOf('b'))).toEqual({ kind: 'bytes', bytes: Buffer.from([0, 10, 255]) });
      const gone = '1'.repeat(40);
      const second = await blobs.read([gone, idOf('empty'), repository.git('rev-parse', 'HEAD')]);
      expect(second.get(gone)).toEqual({ kind: 'missing' });
      expect(second.get(idOf('empty'))).toEqual({ kind: 'bytes', bytes: Buffer.alloc(0) });
      expect((await blobs.read([])).size).toBe(0);
    } finally {
      await blobs.close();
    }
  });

  it('fails with what git says', async () => {
    const blobs = openBlobs({ folder: '/' });
    await expect(blobs.read(['1'.repeat(40)])).rejects.toMatchObject({ code: 'git/unreadable' });
    await blobs.close();
  });
});
