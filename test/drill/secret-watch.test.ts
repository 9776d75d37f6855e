import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrub } from '../../src/drill/scrub.ts';
import { SecretWatch } from '../../src/drill/secret-watch.ts';
import { Secret } from '../../src/model/secret.ts';
import { planOf, stage } from './staged-run.ts';

const watching = (...values: readonly string[]): SecretWatch => {
  const watch = new SecretWatch();
  for (const value of values) watch.keep(new Secret(value, 'planted'));
  return watch;
};

/** Twelve characters and more: shorter ones stand in base64 by chance. */
const secret = fc.string({ unit: 'binary', minLength: 12, maxLength: 60 }).filter((text) => text.trim().length >= 12);

describe('SecretWatch', () => {
  it.each([
    { name: 'as it is', written: (text: string) => text },
    { name: 'in JSON', written: (text: string) => JSON.stringify({ note: `<${text}>` }) },
    { name: 'in hex', written: (text: string) => Buffer.from(text).toString('hex') },
    { name: 'in a form', written: (text: string) => new URLSearchParams({ secret: text }).toString() },
  ])('finds a secret $name', ({ written }) => {
    fc.assert(fc.property(secret, (text) => watching(text).holds(written(text))));
  });

  it('finds a secret in base64, wherever it stands in what was encoded', () => {
    fc.assert(
      fc.property(secret, fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, before, after) => {
        const bytes = Buffer.from(before + text + after);
        const watch = watching(text);
        return watch.holds(bytes.toString('base64')) && watch.holds(bytes.toString('base64url'));
      }),
    );
  });

  it('finds the signature of a token, and lets its claims pass', () => {
    const [header, payload, signature] = [
      'eyJhbGciOiJFUzI1NiJ9',
      'eyJzdWIiOiJhIn0',
      randomBytes(64).toString('base64url'),
    ];
    const watch = watching(`${header}.${payload}.${signature}`);
    expect(watch.holds(`…${signature}…`)).toBe(true);
    expect(watch.holds(`${header}.${payload}`)).toBe(false);
  });

  it('gives nothing of a text out that holds one, and tells no part of it', () => {
    const watch = watching('correct horse battery');
    expect(watch.passed('a text', 'a report')).toBe('a text');
    let message = '';
    try {
      watch.passed('it is correct horse battery', 'a report');
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('a secret would have been written to a report, so it was not written');
    expect(message).not.toContain('horse');
  });
});

describe('a run that would write a secret', () => {
  it('writes no such line, and changes nothing without it', async () => {
    const set = stage();
    // As if these words of the first intent were a secret.
    const secrets = watching('"action":"denylist.add"');
    const plan = planOf('leaked-access-token', (text) => text.replace("targets: ['*']", 'targets: [jose]'));
    await expect(set.run(plan, { input: { secrets: secrets } })).rejects.toMatchObject({
      code: 'drill/secret-in-output',
      exitCode: 3,
    });
    expect(set.disk.text(set.disk.paths('journal.ndjson')[0] ?? '')).not.toContain('denylist.add');
    expect(set.world.mutations).toEqual([]);
  });
});

describe('scrub', () => {
  it('shows nothing of a text that it could not search', () => {
    const broken = new Secret('x', 'broken');
    Object.defineProperty(broken, 'reveal', {
      value: () => {
        throw new Error('no');
      },
    });
    expect(scrub('some output with sekrit', [broken])).toBe('[hidden: it could not be searched for secrets]');
  });

  it('masks a secret inside of base64 that a program printed', () => {
    const printed = Buffer.from('user:correct horse battery').toString('base64');
    expect(scrub(`Authorization: Basic ${printed}`, [new Secret('correct horse battery', 'p')])).not.toContain(
      printed.slice(8, 30),
    );
  });
});
