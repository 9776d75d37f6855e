import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { actionOf } from '../../../src/drill/steps/registry.ts';
import { UserError } from '../../../src/model/failure.ts';
import { JTI, callOf, contextOf, describeConformance, effectOf, vaultWithCanary } from './conformance.ts';
import type { Place } from './conformance.ts';

const SECRET = 'hunter2-hunter2';
const NODE = process.execPath;

const folders: string[] = [];

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'firebreak-exec-')));
  folders.push(path);
  return path;
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

const code = (text: string, ...rest: readonly string[]): readonly string[] => [NODE, '-e', text, ...rest];

describeConformance('exec', () => {
  const base = join(folder(), 'there');
  mkdirSync(base);
  // One word, whatever a shell would make of it.
  const path = `${base}/{value} $(id)`;
  const make =
    "const fs=require('fs');fs.statSync(process.argv[2]);fs.writeFileSync(process.argv[1],process.env.TOKEN)";
  const remove = "const fs=require('fs');fs.statSync(process.argv[2]);fs.rmSync(process.argv[1],{force:true})";
  const check = "process.exit(require('fs').existsSync(process.argv[1])?1:0)";
  const file = path.replace('{value}', JTI);
  return {
    call: callOf('exec', {
      type: 'jti',
      of: 'canary',
      argv: code(make, path, base),
      undo: code(remove, path, base),
      check: code(check, path),
      env: { TOKEN: { env: 'DRILL_TOKEN' } },
    }),
    place: { env: { DRILL_TOKEN: SECRET } },
    state: () => (existsSync(file) ? `there with ${readFileSync(file, 'utf8')}` : 'absent'),
    down: () => renameSync(base, `${base}-away`),
    up: () => renameSync(`${base}-away`, base),
    secrets: [SECRET],
  };
});

async function run(given: Readonly<Record<string, unknown>>, place: Place = {}, timeoutMs = 5000): Promise<unknown> {
  const call = callOf('exec', { undo: 'none', reason: 'nothing is left behind', ...given });
  const vault = await vaultWithCanary();
  const context = { ...contextOf(vault, place), timeoutMs };
  return actionOf(call).apply(await effectOf(call, vault, context), context);
}

async function faultOf(work: Promise<unknown>): Promise<{ code: string; message: string; hint: string | null }> {
  const fault = await work.catch((error: unknown) => error);
  if (!(fault instanceof UserError)) throw fault;
  return { code: fault.code, message: fault.message, hint: fault.hint };
}

describe('exec', () => {
  it('gives a program what is named and nothing else of the environment', async () => {
    process.env['DRILL_STRAY'] = 'stray';
    const answer = await run({
      argv: code("console.log(Object.keys(process.env).filter((name)=>name.startsWith('DRILL')).join())"),
      env: { DRILL_NAMED: 'x' },
    });
    delete process.env['DRILL_STRAY'];
    expect(answer).toEqual({ exit: 0, output: 'DRILL_NAMED' });
  });

  it.for([
    { spelling: 'as it is', print: 'process.env.TOKEN' },
    { spelling: 'in base64', print: "Buffer.from(process.env.TOKEN).toString('base64')" },
    { spelling: 'in hex', print: "Buffer.from(process.env.TOKEN).toString('hex')" },
    { spelling: 'as a JWT of its own', print: "'eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJ4In0.c2ln'" },
    { spelling: 'as PEM', print: "'-----BEGIN PRIVATE KEY-----\\nMIIB\\n-----END PRIVATE KEY-----'" },
  ])('hides a secret that a program prints $spelling', async ({ print }) => {
    const place = { env: { DRILL_TOKEN: SECRET } };
    const env = { TOKEN: { env: 'DRILL_TOKEN' } };
    expect(await run({ argv: code(`console.log('it is', ${print})`), env }, place)).toEqual({
      exit: 0,
      output: 'it is [hidden]',
    });
    const fault = await faultOf(run({ argv: code(`console.error('it is', ${print});process.exit(3)`), env }, place));
    expect(fault).toMatchObject({ code: 'drill/step-failed', hint: 'it said: it is [hidden]' });
    expect(fault.message).toMatch(/ended with 3$/);
  });

  it('ends a program that takes too long', async () => {
    const fault = await faultOf(run({ argv: code('setInterval(() => undefined, 1000)') }, {}, 300));
    expect(fault.message).toMatch(/did not end in time$/);
  });

  it('keeps a bounded part of an endless output', async () => {
    const answer = await run({ argv: code("for(let i=0;i<2000;i++)process.stdout.write('x'.repeat(1000))") });
    expect(JSON.stringify(answer).length).toBeLessThan(400);
    expect(JSON.stringify(answer)).toContain('cut off after 32768 bytes');
  });

  it('says that a program is not there', async () => {
    const fault = await faultOf(run({ argv: ['/nowhere/firebreak-no-such-program'] }));
    expect(fault.message).toBe('/nowhere/firebreak-no-such-program could not be started');
  });

  it.for([
    { name: 'no word about undo', given: { argv: ['true'], undo: undefined }, message: 'exec says nothing about undo' },
    {
      name: 'no undo without a reason',
      given: { argv: ['true'], reason: undefined },
      message: 'exec needs with.reason to be a text',
    },
    { name: 'a shell line', given: { argv: 'rm -rf /' }, message: 'exec needs with.argv to be a list of texts' },
    {
      name: 'a claim that others share',
      given: { argv: ['true', '{value}'], type: 'aud', of: 'canary' },
      message: 'a drill may not deny by aud: it could match tokens that it did not mint',
    },
  ])('refuses $name', async ({ given, message }) => {
    expect((await faultOf(run(given))).message).toBe(message);
  });
});
