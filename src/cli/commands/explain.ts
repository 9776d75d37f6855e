import type { ExitCode } from '../../model/exit.ts';
import { EXIT, EXIT_MEANING } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { nearest } from '../../policy/nearest.ts';
import { explainRule } from '../../report/explain.ts';
import { RULES } from '../../rules/registry.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { paintFor } from '../paint.ts';

/** `firebreak explain TOPIC`: a rule, or `exit-N`. */
export async function runExplain(io: Io, [topic = '']: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const rule = RULES.find(({ id }) => id === topic);
  if (rule !== undefined) {
    io.out(explainRule(rule, paintFor(io, 'out', options.color)));
    return EXIT.done;
  }
  const code = /^exit-(\d+)$/.exec(topic)?.[1];
  const meaning = Object.entries(EXIT_MEANING).find(([known]) => known === code)?.[1];
  if (meaning !== undefined) {
    io.out(`exit ${code ?? ''}: ${meaning}\n`);
    return EXIT.done;
  }
  const topics = [...RULES.map(({ id }) => id), ...Object.keys(EXIT_MEANING).map((known) => `exit-${known}`)];
  const close = nearest(topic, topics);
  throw new UserError('usage/bad-argument', `there is nothing to explain about "${topic}"`, {
    hint:
      close === null ? 'name a rule (firebreak rules lists them) or an exit code: exit-4' : `did you mean "${close}"?`,
  });
}
