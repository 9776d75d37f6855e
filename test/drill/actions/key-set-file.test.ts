import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepContext } from '../../../src/drill/step.ts';
import { actionOf } from '../../../src/drill/steps/registry.ts';
import type { Vault } from '../../../src/drill/vault.ts';
import type { Effect } from '../../../src/model/drill.ts';
import { callOf, contextOf, describeConformance, effectOf, undoAndTell, vaultWithCanary } from './conformance.ts';

/** Odd on purpose: its own indentation, an unknown member, no line end, a byte order mark. */
const ODD = '\uFEFF{\n   "note": "kept",\n   "keys": [ {"kty":"EC","kid":"own","crv":"P-256","x":"a","y":"b"} ]\n}';

const folders: string[] = [];

function fileWith(text: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'firebreak-jwks-')));
  folders.push(folder);
  const path = join(folder, 'jwks.json');
  writeFileSync(path, text);
  return path;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describeConformance('jwks.file.add_key', () => {
  const file = fileWith(ODD);
  return {
    call: callOf('jwks.file.add_key', { key: 'leaked_key', file }),
    state: () => readFileSync(file, 'utf8'),
    down: () => renameSync(file, `${file}.away`),
    up: () => renameSync(`${file}.away`, file),
  };
});

describe('a key set in a file', () => {
  let vault: Vault;
  let context: StepContext;

  beforeEach(async () => {
    vault = await vaultWithCanary();
    context = contextOf(vault);
  });

  async function applied(uses: string, key: string, file: string): Promise<Effect> {
    const call = callOf(uses, { key, file });
    const effect = await effectOf(call, vault, context);
    await actionOf(call).apply(effect, context);
    return effect;
  }

  const kidsIn = (file: string): readonly string[] =>
    (JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')) as { keys: { kid: string }[] }).keys.map(({ kid }) =>
      kid.replace(/.*-/, ''),
    );

  it('comes back byte for byte after rotation: publish both keys, remove the leaked one', async () => {
    const file = fileWith(ODD);
    const leaked = await applied('jwks.file.add_key', 'leaked_key', file);
    const next = await applied('jwks.file.add_key', 'next_key', file);
    expect(kidsIn(file)).toEqual(['own', 'q1', 'q2']);
    await applied('jwks.file.remove_key', 'leaked_key', file);
    expect(kidsIn(file)).toEqual(['own', 'q2']);
    expect(await undoAndTell(next, context)).toMatchObject({ gone: true });
    expect(await undoAndTell(leaked, context)).toMatchObject({ gone: true });
    expect(readFileSync(file, 'utf8')).toBe(ODD);
  });

  it('is told and not overwritten when somebody else changed it meanwhile', async () => {
    const file = fileWith('{"keys":[]}');
    const effect = await applied('jwks.file.add_key', 'leaked_key', file);
    const changed = readFileSync(file, 'utf8').replace('{"keys":[', '{"keys":[{"kty":"EC","kid":"theirs"},');
    writeFileSync(file, changed);
    const { gone, why } = await undoAndTell(effect, context);
    expect({ gone, why }).toEqual({
      gone: false,
      why: `somebody else changed ${file} meanwhile, so it was not overwritten`,
    });
    expect(readFileSync(file, 'utf8')).toBe(changed);
  });

  it('is left alone when somebody else changed it and took our key out, too', async () => {
    const file = fileWith('{"keys":[]}');
    const effect = await applied('jwks.file.add_key', 'leaked_key', file);
    const theirs = '{"keys":[{"kty":"EC","kid":"theirs"}]}';
    writeFileSync(file, theirs);
    expect(await undoAndTell(effect, context)).toMatchObject({ gone: true });
    expect(readFileSync(file, 'utf8')).toBe(theirs);
  });

  it('keeps its mode and the link that leads to it', async () => {
    const file = fileWith('{"keys":[]}\n');
    chmodSync(file, 0o640);
    const link = `${file}.link`;
    symlinkSync(file, link);
    await applied('jwks.file.add_key', 'leaked_key', link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(kidsIn(file)).toEqual(['q1']);
  });

  it.for([
    { name: 'private keys', text: '{"keys":[{"kty":"EC","kid":"own","d":"secret"}]}', message: /holds private keys/ },
    {
      name: 'a symmetric key',
      text: '{"keys":[{"kty":"oct","kid":"own","k":"secret"}]}',
      message: /holds private keys/,
    },
    { name: 'something else', text: '[]', message: /is not a key set/ },
    { name: 'no JSON', text: 'keys: []', message: /is not JSON/ },
  ])('is refused before anything is recorded when it holds $name', async ({ text, message }) => {
    const file = fileWith(text);
    await expect(applied('jwks.file.add_key', 'leaked_key', file)).rejects.toThrow(message);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
