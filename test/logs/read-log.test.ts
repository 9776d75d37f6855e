import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogFormat } from '../../src/logs/log-format.ts';
import { MAX_LINE_BYTES } from '../../src/logs/read-lines.ts';
import { createLogReader } from '../../src/logs/read-log.ts';
import type { RecordedUse } from '../../src/model/recorded-use.ts';
import type { LogReading } from '../../src/model/replay.ts';
import { leakedToken } from './leaked-token.ts';

interface Read {
  readonly uses: readonly RecordedUse[];
  readonly reading: LogReading;
}

function read(pieces: readonly (string | Uint8Array)[], format: LogFormat | null = null): Read {
  const uses: RecordedUse[] = [];
  const reader = createLogReader({ file: 'a.log', format, onUse: (use) => uses.push(use) });
  for (const piece of pieces) reader.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return { reading: reader.end(), uses };
}

const LINE =
  '{"ts":"2026-01-01T00:00:00.250Z","iss":"https://id.example","aud":["orders"],"alg":"ES256","client_id":"web"}';

describe('reading JSON lines', () => {
  it('takes what a line says, and no more', () => {
    const { uses } = read([`${LINE}\n`]);
    expect(uses).toMatchObject([
      {
        time: Date.parse('2026-01-01T00:00:00.250Z'),
        iss: 'https://id.example',
        aud: ['orders'],
        alg: 'ES256',
        clientId: 'web',
        typ: null,
        kid: null,
        exp: null,
        claimNames: null,
        headerNames: null,
        decision: null,
        count: 1,
      },
    ]);
  });

  it.for([
    { name: 'Windows line ends', text: `${LINE}\r\n${LINE}\r\n` },
    { name: 'a byte order mark', text: `\uFEFF${LINE}\n${LINE}` },
    { name: 'blank lines', text: `\n\n${LINE}\n   \n${LINE}\n\n` },
    { name: 'no line end at the end', text: `${LINE}\n${LINE}` },
    { name: 'a prefix of syslog', text: `<134>Jan  1 00:00:00 lb haproxy[7]: ${LINE}\n<134>1 - - ${LINE}\n` },
    {
      name: 'the frame of Docker',
      text: `${JSON.stringify({ log: `${LINE}\n`, stream: 'stdout', time: 'x' })}\n${LINE}\n`,
    },
    { name: 'the frame of containerd', text: `2026-01-01T00:00:00Z stdout F ${LINE}\n${LINE}\n` },
  ])('is not disturbed by $name', ({ text }) => {
    const { uses, reading } = read([text]);
    expect(uses).toHaveLength(2);
    expect(reading).toMatchObject({ format: 'json-lines', uses: 2, bad: [] });
  });

  it('counts what it cannot read, names the first lines, and goes on', () => {
    const long = `{"ts":1,"iss":"${'x'.repeat(2 * MAX_LINE_BYTES)}"}`;
    const half = Math.floor(long.length / 2);
    const { uses, reading } = read([
      `${LINE}\noops\n[1]\n{"a":\n${long.slice(0, half)}`,
      long.slice(half),
      `\n${LINE}\n`,
    ]);
    expect(uses).toHaveLength(2);
    expect(reading).toMatchObject({
      lines: 6,
      uses: 2,
      bad: [
        { reason: 'not-json', lines: 3, first: [2, 3, 4] },
        { reason: 'too-long', lines: 1, first: [5] },
      ],
    });
  });

  it('reads the same however the bytes are cut', () => {
    const text = `\uFEFF${LINE}\r\n{"ts":1,"iss":"https://ü.example","kid":"✓"}\noops\n\n${LINE}`;
    const whole = read([text]);
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        expect(read(at.slice(1).map((end, index) => bytes.subarray(at[index], end)))).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  it('never throws, whatever a line holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('ts', 'iss', 'aud', 'exp', 'claims', 'header', 'cnf', 'count', 'route', 'ip', '__proto__'),
          fc.jsonValue(),
        ),
        (line) => {
          const { reading } = read([LINE, '\n', JSON.stringify(line), '\n']);
          expect(reading.uses + reading.silent).toBe(2);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('counts lines that say nothing of a token apart', () => {
    const { reading } = read([`${LINE}\n{"ts":1,"decision":"accept","route":"/health"}\n`]);
    expect(reading).toMatchObject({ uses: 1, silent: 1 });
  });

  it('says so when no line has a format it knows', () => {
    expect(read(['{"level":"info"}\n']).reading).toMatchObject({ format: null, uses: 0, silent: 1 });
  });

  it('reads a token that got into the log, tells of it, and does not keep it', () => {
    const { compact, hash } = leakedToken();
    const { uses, reading } = read([`${LINE}\n{"ts":1,"decision":"accept","authorization":"Bearer ${compact}"}\n`]);
    expect(uses[1]).toMatchObject({
      iss: 'https://id.example',
      sub: 'u1',
      alg: 'ES256',
      tokenHash: hash,
      decision: 'accept',
    });
    expect(reading.tokens).toEqual({ lines: 1, first: [2] });
    expect(JSON.stringify({ uses, reading })).not.toContain(compact.split('.')[2]);
  });

  it('takes the token of the member that is there for it, not one that a client put elsewhere', () => {
    const used = leakedToken({ jti: 'used' });
    const decoy = `x","authorization":"Bearer ${leakedToken({ jti: 'decoy' }).compact}`;
    const line = { ts: 1, decision: 'accept', user_agent: decoy, authorization: `Bearer ${used.compact}` };
    expect(read([`${LINE}\n${JSON.stringify(line)}\n`]).uses[1]).toMatchObject({ jti: 'used', tokenHash: used.hash });
  });

  it('believes the members of a line before a token in its text that says something else', () => {
    const { compact } = leakedToken({ jti: 'decoy' });
    const line = { ts: 1, iss: 'https://id.example', jti: 'used', kid: 'k9', user_agent: `Bearer ${compact}` };
    const { uses, reading } = read([`${LINE}\n${JSON.stringify(line)}\n`]);
    expect(uses[1]).toMatchObject({ jti: 'used', kid: 'k9', sub: null, tokenHash: null });
    expect(reading.tokens.lines).toBe(1);
  });

  it('does not call a token without its signature a leak', () => {
    const [header, claims] = leakedToken().compact.split('.');
    const { uses, reading } = read([`${LINE}\n{"ts":1,"iss":"x","token":"${header}.${claims}.***"}\n`]);
    expect(uses[1]).toMatchObject({ sub: 'u1', tokenHash: null });
    expect(reading.tokens.lines).toBe(0);
  });
});
