import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { UserError } from '../model/failure.ts';
import type { Question } from '../model/machine.ts';

/** Where questions go and answers come from. */
export interface Terminal {
  readonly input: Readable;
  readonly write: (text: string) => void;
}

/**
 * Shows a text and waits until the word is typed. Anything else is asked again.
 *
 * @throws UserError drill/person-needed when the input ends before; the reason of the signal when it is aborted
 */
export async function askPerson({ text, word, signal }: Question, terminal: Terminal): Promise<void> {
  const { input, write } = terminal;
  signal?.throwIfAborted();
  // An input that has ended says so only once; whoever listens later would wait for ever.
  if (input.readableEnded || input.destroyed) throw inputEnded(word);
  const prompt = `type ${word} when it is done: `;
  write(`\n${text}\n\n${prompt}`);
  // Not as a terminal: Ctrl-C must reach the process, which then puts everything back.
  const lines = createInterface({ input, terminal: false });
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(signal?.reason instanceof Error ? signal.reason : new Error('stopped'));
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted === true) stop();
      lines.on('line', (line) => {
        if (line.trim() === word) {
          signal?.removeEventListener('abort', stop);
          resolve();
        } else write(`that is not "${word}"; ${prompt}`);
      });
      lines.on('close', () => {
        signal?.removeEventListener('abort', stop);
        reject(inputEnded(word));
      });
    });
  } finally {
    lines.close();
  }
}

function inputEnded(word: string): UserError {
  return new UserError('drill/person-needed', 'the input ended before anybody confirmed', {
    hint: `run it in a terminal and type ${word}`,
  });
}
