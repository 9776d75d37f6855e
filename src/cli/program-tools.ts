import type { Command } from 'commander';
import { Option } from 'commander';
import type { ExitCode } from '../model/exit.ts';
import { PROFILE_NAMES } from '../model/profile.ts';
import type { Io } from './io.ts';
import type { CommandOptions } from './options.ts';

export type Run = (io: Io, args: readonly string[], options: CommandOptions) => Promise<ExitCode>;

export type Handle = (load: () => Promise<Run>) => (...parsed: readonly unknown[]) => Promise<void>;

/** What every part of the command line is made with. */
export interface CommandTools {
  readonly program: Command;
  readonly add: (parent: Command, usage: string, description: string) => Command;
  /** Gives a command the options about formats and files. */
  readonly outputs: (command: Command, formats: string) => Command;
  readonly handle: Handle;
}

export function profileOption(): Option {
  return new Option('--profile <name>', 'standard to judge by').choices([...PROFILE_NAMES]).default('default');
}

export function failOn(): Option {
  return new Option('--fail-on <severity>', 'leave with 1 at or above')
    .choices(['error', 'warning', 'info', 'never'])
    .default('error');
}

/** Gathers an option that may be repeated. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
