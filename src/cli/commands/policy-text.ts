import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { readAlone } from '../../policy/alone.ts';
import { documentText, policyText } from '../../report/policy-text.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';

/**
 * `firebreak policy text FILE`, a text conversion for git: what the file says in one form only. A file that is not ours or
 * has a fault comes out as it is, because git shows no difference at all when a conversion fails.
 */
export async function runPolicyText(io: Io, [file = '']: readonly string[]): Promise<ExitCode> {
  const bytes = await systemFiles.readBytes(file);
  const text = new TextDecoder('utf-8').decode(bytes);
  const alone = readAlone(file, text);
  if (alone === null) {
    io.out(text);
    return EXIT.done;
  }
  const parts = [
    ...alone.policies.map(({ policy, elsewhere }) => policyText(policy, elsewhere)),
    ...alone.others.map(({ kind, name, spec }) => documentText(kind, name, spec)),
  ];
  io.out(parts.join('\n'));
  return EXIT.done;
}
