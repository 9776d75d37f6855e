/**
 * Entry of every process of the lab. It waits for one message that says what to be and ends when its parent does: the
 * channel to the parent closes even when the parent is killed.
 */
import { UserError } from '../model/failure.ts';
import type { LabPart, LabStart } from './messages.ts';

// Ctrl-C reaches the whole terminal; the parent decides when its parts end.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
process.once('message', (part: LabPart) => {
  start(part).then(
    (url) => tell({ type: 'ready', url }),
    (error: unknown) => tell(failureOf(error, part)),
  );
});

async function start(part: LabPart): Promise<string> {
  if (part.part === 'issuer') return (await import('./issuer.ts')).startIssuer(part);
  return (await import('./verifier-server.ts')).startVerifier(part);
}

function tell(message: LabStart): void {
  process.send?.(message);
}

function failureOf(error: unknown, part: LabPart): LabStart {
  const name = part.part === 'issuer' ? 'the issuer' : `verifier "${part.config.name}"`;
  if (error instanceof UserError && error.code === 'lab/part-missing') {
    return { type: 'failed', code: 'lab/part-missing', message: `${name}: ${error.message}`, hint: error.hint ?? '' };
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return {
      type: 'failed',
      code: 'lab/port-in-use',
      message: `${name} cannot listen on port ${part.port}: it is in use`,
      hint: 'stop what uses it, choose another --port, or leave it out for any free ports',
    };
  }
  const why = error instanceof Error ? error.message : String(error);
  return {
    type: 'failed',
    code: 'lab/not-ready',
    message: `${name} did not start: ${why}`,
    hint: 'firebreak doctor shows what this machine has',
  };
}
