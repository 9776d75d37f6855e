/** A live log of an incident: a line the moment the credential is used again. */
import type { Scope } from '../incident/scope.ts';
import { LOG_FORMATS } from '../logs/formats.ts';
import type { LogFormat } from '../logs/log-format.ts';
import type { LogReader } from '../logs/read-log.ts';
import { createLogReader } from '../logs/read-log.ts';
import type { ExitCode } from '../model/exit.ts';
import { EXIT } from '../model/exit.ts';
import { ProgramFault, UserError } from '../model/failure.ts';
import type { ScopeUse } from '../model/incident-scope.ts';
import type { LogReading } from '../model/replay.ts';
import { followFile } from '../system/follow-file.ts';
import type { Io } from './io.ts';
import type { LogInputOptions } from './replay-input.ts';
import { chooseFormat } from './replay-input.ts';
import type { UseWebhook } from './use-webhook.ts';

export interface Following {
  readonly file: string;
  /** How the file was read up to now; tells its format. */
  readonly reading: LogReading | undefined;
  readonly scope: Scope;
  readonly alert: (use: ScopeUse) => string;
  /** Who else is told; null for nobody. */
  readonly webhook: UseWebhook | null;
  readonly options: LogInputOptions;
}

export interface Followed {
  readonly code: ExitCode;
  /** Lines that concern the incident and came while the log was followed. */
  readonly seen: number;
}

/**
 * Tells every further use until Ctrl-C.
 *
 * @throws UserError usage/bad-argument when the format of the log is not known yet
 */
export async function followScope(
  io: Io,
  { file, reading, scope, alert, webhook, options }: Following,
): Promise<Followed> {
  const format = (await chooseFormat(options)) ?? LOG_FORMATS.find(({ id }) => id === reading?.format);
  if (format === undefined) {
    throw new UserError('usage/bad-argument', `${file} does not show its format yet`, {
      hint: `name it: --log-format ${LOG_FORMATS.map(({ id }) => id).join(', ')}, or --map`,
    });
  }
  const signals = io.takeSignals();
  let isLive = false;
  let seen = 0;
  const start = (): LogReader =>
    readerOf(file, format, scope, (use) => {
      if (!isLive) return;
      seen += 1;
      io.out(alert(use));
      webhook?.tell(use);
    });
  let reader = start();
  await followFile(
    file,
    {
      onBytes: (bytes) => reader.push(bytes),
      onCaughtUp: () => {
        isLive = true;
        io.err(`following ${file} for further uses; Ctrl-C ends\n`);
      },
      onReplaced: () => {
        reader = start();
        io.err(`${file} was replaced; following the new one\n`);
      },
    },
    signals.stop,
  );
  const lost = (await webhook?.end()) ?? 0;
  if (lost > 0) io.err(`${lost} ${lost === 1 ? 'use' : 'uses'} did not reach the webhook\n`);
  if (signals.stop.reason instanceof ProgramFault) throw signals.stop.reason;
  return { code: signals.stoppedBy() === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted, seen };
}

function readerOf(file: string, format: LogFormat, scope: Scope, onFound: (use: ScopeUse) => void): LogReader {
  return createLogReader({
    file,
    format,
    onUse: (use, name, line) => {
      const found = scope.add(use, name, line) ?? scope.addDerived(use, name, line);
      if (found !== null) onFound(found);
    },
  });
}
