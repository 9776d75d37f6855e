import { UserError } from '../model/failure.ts';
import { systemFiles } from '../system/files.ts';
import type { Io } from './io.ts';

/** One requested output: a format and where it goes; `-` is standard output. */
export interface OutputTarget {
  readonly format: string;
  readonly path: string;
}

/** What the command line says about outputs: `-f sarif`, `-o sarif=a.sarif -o markdown=-`, `-o report.json`. */
export interface OutputOptions {
  readonly format?: string | undefined;
  readonly json?: boolean | undefined;
  readonly output?: readonly string[] | undefined;
}

/**
 * Reads the output options of a run. Without `-o` there is one output, on standard output, in the chosen or the
 * command's default format.
 *
 * @throws UserError usage/bad-argument for a format the command does not have, or two outputs on standard output
 */
export function readOutputs(
  options: OutputOptions,
  formats: readonly string[],
  fallback: string,
): readonly OutputTarget[] {
  const chosen = options.json === true ? 'json' : (options.format ?? fallback);
  const targets = (options.output ?? []).map((text): OutputTarget => {
    const split = text.indexOf('=');
    const format = split < 0 ? chosen : text.slice(0, split);
    const path = split < 0 ? text : text.slice(split + 1);
    if (path === '')
      throw new UserError('usage/bad-argument', `output "${text}" names no file`, {
        hint: 'write -o sarif=report.sarif, or -o sarif=- for standard output',
      });
    return { format, path };
  });
  const all = targets.length > 0 ? targets : [{ format: chosen, path: '-' }];
  for (const { format } of all) {
    if (!formats.includes(format)) {
      throw new UserError('usage/bad-argument', `this command has no format "${format}"`, {
        hint: `choose one of ${formats.join(', ')}`,
      });
    }
  }
  if (all.filter(({ path }) => path === '-').length > 1) {
    throw new UserError('usage/bad-argument', 'two outputs cannot both go to standard output', {
      hint: 'give one of them a file: -o sarif=report.sarif',
    });
  }
  return all;
}

/** Renders and writes every output; files are replaced whole or not at all. */
export async function writeOutputs(
  targets: readonly OutputTarget[],
  render: (format: string, terminal: boolean) => string,
  io: Io,
): Promise<void> {
  for (const { format, path } of targets) {
    const text = render(format, path === '-');
    const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    if (path === '-') io.out(ended);
    else await systemFiles.writeAtomically(path, ended);
  }
}
