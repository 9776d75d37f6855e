import type { Machine } from '../model/machine.ts';
import { readAllowList } from './allow-list.ts';
import { systemClock } from './clock.ts';
import { gitWriter } from './git-writer.ts';
import type { Terminal } from './person.ts';
import { askPerson } from './person.ts';
import { runProgram } from './programs.ts';
import { readExactText, replaceText } from './replace-file.ts';
import { readSecret } from './secrets.ts';
import { openConversation } from './sockets.ts';

/** What actions may touch on this machine. @param allow entries of the environment, for sockets */
export function createMachine(
  allow: readonly string[],
  { env, terminal }: { readonly env: Readonly<Record<string, string | undefined>>; readonly terminal: Terminal | null },
): Machine {
  const list = readAllowList(allow);
  return {
    readText: readExactText,
    replaceText,
    readSecret: (reference) => readSecret(reference, env),
    runProgram,
    connect: (place, timeoutMs) => openConversation(place, timeoutMs, list),
    git: gitWriter,
    clock: systemClock,
    ask: terminal === null ? null : (question) => askPerson(question, terminal),
  };
}
