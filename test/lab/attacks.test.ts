import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith, start } from '../cli/command.ts';
import type { Outcome, Running } from '../cli/command.ts';

interface Cell {
  readonly unit: string;
  readonly kind: string;
  readonly outcome: string;
  readonly spellings: readonly string[];
}

interface Result {
  readonly overall: { readonly verdict: string };
  readonly matrix: {
    readonly kinds: readonly { readonly kind: string }[];
    readonly units: readonly string[];
    readonly cells: readonly Cell[];
  };
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly message: string }[];
  readonly safety: { readonly clean: boolean };
}

let folder: { path: string; remove: () => void };
let lab: Running;

beforeAll(async () => {
  folder = folderWith(
    Object.fromEntries(
      [
        'policies/lab.yaml',
        'policies/lab-inventory.yaml',
        'drills/forged-tokens.yaml',
        'drills/stolen-bound-token.yaml',
      ].map((file) => [file, readFileSync(file, 'utf8')]),
    ),
  );
  lab = start(['lab', 'up'], { cwd: folder.path });
  await lab.sees('lab is ready');
});

afterAll(async () => {
  lab.child.kill('SIGTERM');
  await lab.outcome;
  folder.remove();
});

async function run(drill: string): Promise<{ outcome: Outcome; result: Result; everything: string }> {
  const outcome = await firebreak(
    `drill run drills/${drill}.yaml -o json=result.json -o html=report.html -o markdown=report.md -o junit=junit.xml -o pretty=-`.split(
      ' ',
    ),
    { cwd: folder.path },
  );
  const texts = ['result.json', 'report.html', 'report.md', 'junit.xml'].map((file) =>
    readFileSync(join(folder.path, file), 'utf8'),
  );
  return {
    outcome,
    result: JSON.parse(texts[0] ?? '') as Result,
    everything: [outcome.out, outcome.err, ...texts].join('\n'),
  };
}

/** Kinds that each verifier accepted, with the spellings where there are several. */
function accepted({ matrix }: Result): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    matrix.units.map((unit) => [
      unit,
      matrix.cells
        .filter((cell) => cell.unit === unit && cell.outcome === 'accepted')
        .map(({ kind, spellings }) => [kind, ...spellings].join(' ')),
    ]),
  );
}

describe('the drill of forged tokens', () => {
  let outcome: Outcome;
  let result: Result;
  let everything: string;

  beforeAll(async () => {
    ({ outcome, result, everything } = await run('forged-tokens'));
  });

  it('finds what each library accepts when its options say no more than issuer, audience and algorithms', () => {
    expect(accepted(result)).toEqual({
      jose: ['no-expiry', 'other-typ'],
      'jwks-rsa': ['unknown-crit', 'no-expiry', 'other-typ'],
      'express-jwt': ['unknown-crit', 'no-expiry', 'other-typ'],
      'passport-jwt': ['unknown-crit', 'no-expiry', 'other-typ'],
      'oauth2-jwt-bearer': ['other-typ'],
      'get-jwks': ['wrong-audience none', 'wrong-issuer none', 'no-expiry', 'other-typ'],
      'fast-jwt': ['wrong-audience none', 'wrong-issuer none', 'no-expiry', 'other-typ'],
      'aws-jwt-verify': ['unknown-crit', 'no-expiry', 'other-typ'],
      hono: ['no-expiry'],
    });
  });

  it('decides every cell, because a good token was accepted after each attempt', () => {
    expect(result.matrix.kinds).toHaveLength(21);
    expect(result.matrix.cells).toHaveLength(9 * 21);
    expect(result.matrix.cells.filter(({ outcome: is }) => is !== 'refused' && is !== 'accepted')).toEqual([]);
  });

  it('names verifier, kind and requirement in an error for each acceptance, and leaves with 1', () => {
    expect(outcome.code).toBe(1);
    expect(result.overall.verdict).toBe('fail');
    expect(result.findings.every(({ severity }) => severity === 'error')).toBe(true);
    expect(result.findings.map(({ message }) => message)).toContain(
      'accepted unknown-crit, a critical header that nobody understands, 2 of 2 times; see RFC 7515 section 4.1.11',
    );
  });

  it('has a result that its journal gives again, member for member', async () => {
    const verified = await firebreak(['drill', 'verify', 'result.json', '--allow-unsigned', '-o', 'json=-'], {
      cwd: folder.path,
    });
    expect(verified.err).toBe('');
    expect(JSON.parse(verified.out)).toMatchObject({ verdict: 'verified', differences: [] });
    expect(verified.code).toBe(0);
  });

  it('shows no token anywhere and leaves nothing behind', () => {
    expect(everything).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}/);
    expect(result.safety.clean).toBe(true);
  });
});

describe('the drill of a stolen bound token', () => {
  let result: Result;

  beforeAll(async () => {
    ({ result } = await run('stolen-bound-token'));
  });

  it('sees a verifier that checks proofs refuse all but a proof used twice, which it does not remember', () => {
    // It does not look at certificates either: nothing in its options says where they come from.
    expect(accepted(result)['oauth2-jwt-bearer']).toEqual(['replayed-proof', 'no-certificate']);
  });

  it('finds a verifier that never looks at proofs unprotected against all of them', () => {
    expect(accepted(result)['jose']).toEqual(result.matrix.kinds.map(({ kind }) => kind));
    expect(result.findings.map(({ message }) => message)).toContain(
      'accepted no-proof, a bound token without a proof, 3 of 3 times; see RFC 9449 section 7.1',
    );
  });

  it('leaves nothing behind', () => {
    expect(result.safety.clean).toBe(true);
  });
});
