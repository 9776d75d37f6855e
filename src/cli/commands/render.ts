import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import type { Problem } from '../../model/failure.ts';
import { UserError } from '../../model/failure.ts';
import { showLocation } from '../../model/location.ts';
import { nearest } from '../../policy/nearest.ts';
import { liveEntries } from '../../render/live-entries.ts';
import type { Rendered, RenderSettings, Unsupported } from '../../render/target.ts';
import { REVOCATION_TARGETS } from '../../render/targets.ts';
import { deflate } from '../../system/deflate.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import { loadEstate } from '../load-estate.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';

/** What commander hands over for this command: its output is one file. */
type Options = Omit<CommandOptions, 'output'> & { readonly output?: string };

/**
 * `firebreak render TARGET`: the revocations of the documents as one product reads them.
 *
 * @throws UserError usage/bad-argument, render/unsupported for what the product cannot do
 */
export async function runRender(
  io: Io,
  [id = '', ...paths]: readonly string[],
  options: CommandOptions,
): Promise<ExitCode> {
  const { output = '-', ...chosen } = options as unknown as Options; // -o of this command is one file
  const target = REVOCATION_TARGETS.find((each) => each.id === id);
  if (target === undefined) throw unknownTarget(id);
  const settings = readSettings(chosen);
  const { revocations } = await loadEstate(paths);
  const list = liveEntries(revocations, {
    now: readNow(chosen.now),
    issuer: chosen.issuer ?? null,
    environment: chosen.environment ?? null,
  });
  const text = accepted(target.render(list, settings), io, chosen.partial === true);
  if (output === '-') io.out(text);
  else await systemFiles.writeAtomically(output, text);
  return EXIT.done;
}

/** The text, unless something is missing from it that the user did not agree to leave out. */
function accepted({ text, unsupported }: Rendered, io: Io, partial: boolean): string {
  if (unsupported.length === 0) return text;
  if (!partial) {
    const problems = unsupported.map((each): Problem => ({ code: 'render/unsupported', ...each }));
    throw new UserError('render/unsupported', `${counted(problems.length)} cannot be rendered; nothing was written`, {
      problems,
      hint: 'render for a target that can, or pass --partial to leave out what this one cannot',
    });
  }
  for (const each of unsupported) io.err(warning(each));
  return text;
}

function counted(count: number): string {
  return count === 1 ? 'one part' : `${count} parts`;
}

function warning({ at, message, hint }: Unsupported): string {
  return `warning: ${at === null ? '' : `${showLocation(at)}: `}left out: ${message}\n  ${hint}\n`;
}

function unknownTarget(id: string): UserError {
  const ids = REVOCATION_TARGETS.map((target) => target.id);
  const close = nearest(id, ids);
  return new UserError('usage/bad-argument', `there is no target "${id}"`, {
    hint: close === null ? `choose one of ${ids.join(', ')}` : `did you mean "${close}"?`,
  });
}

function readSettings({ mapFile = '', statusUri, statusSize = '' }: Options): RenderSettings {
  // The path stands between parentheses, where HAProxy has no quotes.
  if (!/^[\w./-]+$/.test(mapFile)) {
    throw new UserError('usage/bad-argument', `--map-file "${mapFile}" is not a path that HAProxy can read`, {
      hint: 'use letters, digits, dots, dashes and slashes only',
    });
  }
  const size = Number(statusSize);
  if (!/^\d+$/.test(statusSize) || size < 1 || size > MAX_STATUS_SIZE) {
    throw new UserError(
      'usage/bad-argument',
      `--status-size "${statusSize}" is not a number from 1 to ${MAX_STATUS_SIZE}`,
    );
  }
  return { mapFile, statusUri: statusUri ?? null, statusSize: size, compress: deflate };
}

/** A megabyte before compression. */
const MAX_STATUS_SIZE = 8 * 1024 * 1024;
