import { compareJson } from '../../drill/compare-json.ts';
import { recompute } from '../../drill/recompute.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import type { StoredResult } from '../../model/stored-result.ts';
import type { Verification } from '../../model/verification.ts';
import { drillJson } from '../../report/drill-json.ts';
import { verificationJson, verificationText } from '../../report/drill-verification.ts';
import { systemFiles } from '../../system/files.ts';
import { checkPayload, readCheckingKey, signerOf } from '../../token/report-key.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';
import { journalOf, readKeyText, readStoredResult, readTextFile, signedPayload } from '../stored-results.ts';
import { VERSION } from '../version.ts';

/**
 * `firebreak drill verify RESULT`: checks the signature, the chain of the journal, and everything that the result states
 * by working it out again. 1 when anything does not hold, 4 when something could not be checked.
 */
export async function runDrillVerify(
  io: Io,
  [file = '']: readonly string[],
  options: CommandOptions,
): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const stored = await readStoredResult(file);
  const signature = await checkSignatures(stored, options.key);
  const { journal, differences } = await checkJournal(stored, await journalOf(stored, options.journal));
  const verification: Verification = {
    file,
    runId: stored.result.runId,
    madeBy: stored.result.tool,
    checkedBy: `firebreak/${VERSION}`,
    signature,
    journal,
    differences,
    verdict: verdictOf(
      { signature, journal, differences },
      options.allowUnsigned === true && options.key === undefined,
    ),
  };
  await writeOutputs(
    targets,
    (format, terminal) =>
      format === 'json'
        ? verificationJson(verification)
        : verificationText(verification, paintFor(io, 'out', terminal ? options.color : 'never')),
    io,
  );
  if (verification.verdict === 'verified') return EXIT.done;
  return verification.verdict === 'refuted' ? EXIT.findings : EXIT.inconclusive;
}

async function checkSignatures(stored: StoredResult, keyFile: string | undefined): Promise<Verification['signature']> {
  const signers = stored.signatures.map((signature) => signerOf(signature) ?? 'an unreadable header');
  const key = keyFile === undefined ? null : readCheckingKey(await readKeyText(keyFile));
  if (signers.length === 0) return { state: 'unsigned', signers };
  if (key === null) return { state: 'unchecked', signers };
  const payload = signedPayload(stored.document);
  const verdicts = await Promise.all(stored.signatures.map((signature) => checkPayload(payload, signature, key)));
  // One that is broken is told even beside one that holds.
  const state = verdicts.includes('invalid') ? 'invalid' : verdicts.includes('valid') ? 'valid' : 'other-key';
  return { state, signers };
}

async function checkJournal(
  stored: StoredResult,
  file: string | null,
): Promise<Pick<Verification, 'journal' | 'differences'>> {
  if (file === null) return { journal: null, differences: [] };
  if (!(await systemFiles.exists(file))) await readTextFile(file);
  const { lines, faults, result, predictions, unusable } = recompute(await readTextFile(file));
  const journal = { file, lines, faults, unusable };
  if (result === null) return { journal, differences: [] };
  const { signatures: _, ...stated } = stored.document;
  const again: unknown = JSON.parse(drillJson(result, { predictions, probes: 'probes' in stated }));
  return { journal, differences: compareJson(stated, again) };
}

/** @param allowUnsigned never together with a key: whoever removes a signature must not get past it */
function verdictOf(
  { signature, journal, differences }: Pick<Verification, 'signature' | 'journal' | 'differences'>,
  allowUnsigned: boolean,
): Verification['verdict'] {
  const { state } = signature;
  const isBroken = (journal?.faults.length ?? 0) > 0 || differences.length > 0;
  if (state === 'invalid' || state === 'other-key' || isBroken) return 'refuted';
  const isSigned = state === 'valid' || allowUnsigned;
  return isSigned && journal !== null && journal.unusable === null ? 'verified' : 'unproven';
}
