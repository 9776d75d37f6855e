import type { Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { actionOf } from '../../../src/drill/steps/registry.ts';
import type { Terminal } from '../../../src/system/person.ts';
import { JTI, callOf, contextOf, describeConformance, effectOf, vaultWithCanary } from './conformance.ts';

/** A person who reads instructions and follows them, unless away. */
function person(answers: (text: string) => readonly string[]): Terminal & { readonly shown: string[] } {
  const input = new PassThrough();
  const shown: string[] = [];
  return {
    input,
    shown,
    write: (text) => {
      shown.push(text);
      for (const line of answers(text)) input.write(`${line}\n`);
    },
  };
}

const CALL = callOf('manual', {
  type: 'jti',
  of: 'canary',
  text: 'Deny {value} in the console.',
  confirm: 'denied',
  undo: { text: 'Take {value} off the list.', confirm: 'removed' },
});

describeConformance('manual', () => {
  let denied = false;
  let away = false;
  const at = person((text) => {
    if (away) return [];
    if (text.includes(`Deny ${JTI} in the console.`)) denied = true;
    if (text.includes(`Take ${JTI} off the list.`)) denied = false;
    return text.includes('denied') ? ['denied'] : ['removed'];
  });
  const terminal: { input: Readable; write: (text: string) => void } = { ...at };
  return {
    call: CALL,
    place: { terminal },
    state: () => String(denied),
    // The terminal is closed: its input has ended.
    down: () => {
      away = true;
      terminal.input = new PassThrough().end();
    },
    up: () => {
      away = false;
      terminal.input = at.input;
    },
  };
});

describe('manual', () => {
  it('waits for the very word, and asks again for anything else', async () => {
    const terminal = person((text) => (text.includes('that is not') ? ['denied'] : ['yes']));
    const vault = await vaultWithCanary();
    const context = contextOf(vault, { terminal });
    const effect = await effectOf(CALL, vault, context);
    expect(await actionOf(CALL).apply(effect, context)).toEqual({ confirmed: 'yes' });
    expect(terminal.shown).toEqual([
      `\nDeny ${JTI} in the console.\n\ntype denied when it is done: `,
      'that is not "denied"; type denied when it is done: ',
    ]);
  });

  it('is refused before anything changes where nobody can be asked', async () => {
    await expect(async () => actionOf(CALL).reach?.(CALL, contextOf(null))).rejects.toMatchObject({
      code: 'drill/person-needed',
      exitCode: 5,
    });
  });

  it('stops waiting when the run is stopped', async () => {
    const vault = await vaultWithCanary();
    const stop = new AbortController();
    const terminal = person(() => {
      stop.abort(new Error('stopped by SIGINT'));
      return [];
    });
    const context = { ...contextOf(vault, { terminal }), signal: stop.signal };
    const effect = await effectOf(CALL, vault, context);
    await expect(actionOf(CALL).apply(effect, context)).rejects.toThrow('stopped by SIGINT');
  });
});
