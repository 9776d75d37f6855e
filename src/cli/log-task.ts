/** What threads that read logs are given to do. */
import type { ReplayPart } from './replay-part.ts';
import type { ScopePart } from './scope-part.ts';

export type LogTask =
  { readonly kind: 'replay'; readonly part: ReplayPart } | { readonly kind: 'scope'; readonly part: ScopePart };

/** Does a task. @throws UserError file/missing, file/unreadable */
export async function doLogTask(task: LogTask): Promise<object> {
  if (task.kind === 'replay') return (await import('./replay-part.ts')).replayPart(task.part);
  return (await import('./scope-part.ts')).scopePart(task.part);
}
