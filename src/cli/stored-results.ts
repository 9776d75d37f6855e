import { dirname, join } from 'node:path';
import { readEvidence } from '../drill/evidence.ts';
import { readJournal } from '../drill/journal.ts';
import { resultOf } from '../drill/result.ts';
import type { DrillResult } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { StoredResult } from '../model/stored-result.ts';
import { canonicalJson } from '../policy/digest.ts';
import { readDrillResult } from '../policy/read-drill-result.ts';
import { jsonText } from '../report/json-text.ts';
import { decodeText } from '../source/decode.ts';
import { systemFiles } from '../system/files.ts';
import type { KeyText, ReportKey } from '../token/report-key.ts';
import { signPayload } from '../token/report-key.ts';

/** What `drill run` leaves in the folder of a run. */
export const RESULT_FILE = 'result.json';
const JOURNAL_FILE = 'journal.ndjson';

export async function readTextFile(file: string): Promise<string> {
  return decodeText(file, await systemFiles.readBytes(file));
}

/** The text of a key file. Decoding must not name what is in it. */
export async function readKeyText(file: string): Promise<KeyText> {
  return { file, text: new TextDecoder().decode(await systemFiles.readBytes(file, 65_536)) };
}

/** Reads one stored result. @throws UserError drill/result-unreadable, file/* */
export async function readStoredResult(file: string): Promise<StoredResult> {
  const { stored, problems } = readDrillResult(file, await readTextFile(file));
  if (stored !== null) return stored;
  const [problem] = problems;
  throw new UserError('drill/result-unreadable', problem?.message ?? `${file} cannot be read`, {
    hint: problem?.hint ?? 'name the JSON of a drill',
  });
}

/** What can be rendered again: a result, or the journal of a run, from which the result is worked out. */
export async function openResult(
  path: string,
): Promise<{ readonly result: DrillResult; readonly predictions: StoredResult['predictions'] }> {
  const file = await resultFileOf(path);
  if (!file.endsWith('.ndjson')) return readStoredResult(file);
  const { lines, sha256 } = readJournal(await readTextFile(file));
  const evidence = readEvidence(lines);
  return { result: resultOf(evidence, { sha256, lines: lines.length }), predictions: evidence.plan.predictions };
}

/** The result in the folder of a run, its journal when the run left no result, or the file itself. */
async function resultFileOf(path: string): Promise<string> {
  for (const name of [RESULT_FILE, JOURNAL_FILE]) {
    const file = join(path, name);
    if (await systemFiles.exists(file)) return file;
  }
  return path;
}

/** The journal of a result: the named one, the one beside it, or where the result says it was written; null when gone. */
export async function journalOf(stored: StoredResult, named: string | undefined): Promise<string | null> {
  if (named !== undefined) return named;
  for (const file of [join(dirname(stored.file), JOURNAL_FILE), stored.result.journal.path])
    if (await systemFiles.exists(file)) return file;
  return null;
}

/** What is signed: the canonical JSON of the result, with the last hash of its journal in it, without signatures. */
export function signedPayload(document: StoredResult['document']): string {
  const { signatures: _, ...rest } = document;
  return canonicalJson(rest);
}

/** Adds a signature to the JSON of a result, in the place of an earlier one by the same key. */
export async function signResultText(text: string, key: ReportKey | null): Promise<string> {
  if (key === null) return text;
  const { stored } = readDrillResult('result', text);
  if (stored === null) throw new Error('a result that was just written can be read');
  return signStored(stored, key);
}

export async function signStored(stored: StoredResult, key: ReportKey): Promise<string> {
  const signature = await signPayload(signedPayload(stored.document), key);
  const others = stored.signatures.filter(({ protected: header }) => header !== signature.protected);
  return jsonText({ ...stored.document, signatures: [...others, signature] });
}

/** `drills/results/leaked-signing-key/20261123t091400z-1a2b3c4d.json`: the id of a run begins with its date. */
export function recordPath(folder: string, { drill, runId }: DrillResult): string {
  return join(folder, drill.name, `${runId}.json`);
}
