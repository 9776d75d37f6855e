import type { SignatureState, Verification } from '../model/verification.ts';
import type { Paint } from './color.ts';
import { counted } from './counted.ts';
import { jsonText } from './json-text.ts';
import { visible } from './visible.ts';

/** Version of the JSON output; members are only added within a major. */
const SCHEMA_VERSION = '1.0';

/** Differences printed for people; JSON has all. */
const MAX_DIFFERENCES = 20;

/** Longest value printed. */
const MAX_VALUE = 120;

/** A machine's view: schema/output/drill-verification.json. */
export function verificationJson(verification: Verification): string {
  const { file, runId, madeBy, checkedBy, signature, journal, differences, verdict } = verification;
  return jsonText({
    schema_version: SCHEMA_VERSION,
    kind: 'DrillVerification',
    file,
    run_id: runId,
    made_by: madeBy,
    checked_by: checkedBy,
    signature,
    journal,
    differences: differences.map(({ path, stated, recomputed }) => ({
      path,
      ...(stated === undefined ? {} : { stated }),
      ...(recomputed === undefined ? {} : { recomputed }),
    })),
    verdict,
  });
}

/** What holds, what does not, and what nobody could check. */
export function verificationText(verification: Verification, paint: Paint): string {
  const { file, runId, verdict, differences } = verification;
  const words = {
    verified: paint.green('VERIFIED: everything that could be forged was checked and holds'),
    refuted: paint.red('REFUTED: do not rely on this result'),
    unproven: paint.yellow('UNPROVEN: nothing speaks against it, and not everything could be checked'),
  };
  const lines = [
    `${visible(file)}, run ${visible(runId)}`,
    `  signature  ${signatureWords(verification, paint)}`,
    ...journalWords(verification, paint),
    ...differences.slice(0, MAX_DIFFERENCES).map((difference) => {
      const { path, stated, recomputed } = difference;
      return `  ${paint.red('differs')}    ${visible(path)}: stated ${valueText(stated)}, recomputed ${valueText(recomputed)}`;
    }),
    ...(differences.length > MAX_DIFFERENCES
      ? [`             and ${differences.length - MAX_DIFFERENCES} more; --json has all`]
      : []),
    ...versionWords(verification),
    words[verdict],
  ];
  return `${lines.join('\n')}\n`;
}

function signatureWords({ signature: { state, signers } }: Verification, paint: Paint): string {
  const by = signers.map((kid) => visible(kid)).join(', ');
  const words: Readonly<Record<SignatureState, string>> = {
    valid: paint.green(`valid, by ${by}`),
    invalid: paint.red(`INVALID: it names ${by}, and the result is not what that key signed`),
    'other-key': paint.red(`made by ANOTHER KEY than the given one: ${by}`),
    unchecked: paint.yellow(`by ${by}, not checked: give the public key with --key`),
    unsigned: paint.yellow('none: anybody could have written this result; --allow-unsigned accepts that'),
  };
  return words[state];
}

function journalWords({ journal, differences }: Verification, paint: Paint): readonly string[] {
  if (journal === null)
    return [`  journal    ${paint.yellow('not found, so nothing could be worked out again: name it with --journal')}`];
  const { file, lines, faults, unusable } = journal;
  const name = visible(file);
  return [
    ...(faults.length === 0
      ? [`  journal    ${paint.green(`${name}: the chain of ${counted(lines, 'line')} is whole`)}`]
      : faults.map(({ line, what }) => `  journal    ${paint.red(`${name}:${line}: ${visible(what)}`)}`)),
    unusable === null
      ? `  recomputed ${differences.length === 0 ? paint.green('every interval, count and verdict is the same') : paint.red(counted(differences.length, 'difference'))}`
      : `  recomputed ${paint.yellow(`nothing: ${visible(unusable)}`)}`,
  ];
}

function versionWords({ madeBy, checkedBy, differences }: Verification): readonly string[] {
  if (differences.length === 0 || madeBy === checkedBy) return [];
  return [
    `  note       the result was made by ${visible(madeBy)} and worked out again by ${checkedBy}: check it with the version that made it`,
  ];
}

function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = visible(JSON.stringify(value));
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
