import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { actionOf } from '../../../src/drill/steps/registry.ts';
import { JTI, callOf, contextOf, describeConformance, effectOf, vaultWithCanary } from './conformance.ts';

const SECRET = 'hunter2-hunter2';

/** The example of docs/drill-actions.md: the page is the source, so what it shows is what is tested. */
const PAGE = readFileSync('docs/drill-actions.md', 'utf8');
const EXAMPLE = /```js\n(\/\/ deny-plugin\.mjs\n[\s\S]*?)```/.exec(PAGE)?.[1] ?? '';

const folders: string[] = [];

function folderWithPlugin(text: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'firebreak-plugin-')));
  folders.push(folder);
  writeFileSync(join(folder, 'deny-plugin.mjs'), text);
  mkdirSync(join(folder, 'list'));
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describeConformance('plugin', () => {
  const folder = folderWithPlugin(EXAMPLE);
  const list = join(folder, 'list');
  return {
    call: callOf('plugin', {
      type: 'jti',
      of: 'canary',
      argv: [process.execPath, join(folder, 'deny-plugin.mjs')],
      env: { DENY_TOKEN: { env: 'DENY_TOKEN' } },
      with: { folder: list },
    }),
    place: { env: { DENY_TOKEN: SECRET } },
    state: () => String(existsSync(join(list, JTI))),
    down: () => renameSync(list, `${list}-away`),
    up: () => renameSync(`${list}-away`, list),
    secrets: [SECRET],
  };
});

describe('plugin', () => {
  const answering = (text: string): string => `process.stdin.resume();process.stdin.on('end',()=>{${text}})`;

  it.for([
    {
      name: 'no JSON',
      text: "console.log('hello')",
      message: /answers plan with something else than one JSON object$/,
    },
    {
      name: 'another protocol',
      text: 'console.log(\'{"protocol":"x/9"}\')',
      message: /does not speak firebreak-action\/1$/,
    },
    {
      name: 'no state',
      text: 'console.log(JSON.stringify({protocol:"firebreak-action/1",says:"x"}))',
      message: /gives no state for undo$/,
    },
    {
      name: 'a secret',
      text: 'console.log(JSON.stringify({protocol:"firebreak-action/1",says:process.env.DENY_TOKEN,state:{}}))',
      message: /puts a secret, a key or a token into its answer$/,
    },
    { name: 'a bad end', text: 'process.exit(4)', message: /ended with 4$/ },
  ])('is refused before anything is recorded for $name', async ({ text, message }) => {
    const folder = folderWithPlugin(answering(text));
    const call = callOf('plugin', {
      argv: [process.execPath, join(folder, 'deny-plugin.mjs')],
      env: { DENY_TOKEN: { env: 'DENY_TOKEN' } },
    });
    const vault = await vaultWithCanary();
    await expect(effectOf(call, vault, contextOf(vault, { env: { DENY_TOKEN: SECRET } }))).rejects.toThrow(message);
  });

  it('is refused before the run when it lacks an operation', async () => {
    const folder = folderWithPlugin(
      answering('console.log(JSON.stringify({protocol:"firebreak-action/1",operations:["plan","apply"]}))'),
    );
    const call = callOf('plugin', { argv: [process.execPath, join(folder, 'deny-plugin.mjs')] });
    await expect(async () => actionOf(call).reach?.(call, contextOf(null))).rejects.toThrow(
      'does not offer undo, verify',
    );
  });
});
