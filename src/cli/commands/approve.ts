import { writeApproval } from '../../gate/write-approval.ts';
import { readEstate } from '../../lint/read-whole.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { toTimestamp } from '../../model/instant.ts';
import { DAY, startOfDay } from '../../policy/day.ts';
import { CHANGE_PATTERN } from '../../policy/schema/parts.ts';
import { decodeText } from '../../source/decode.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import { InvalidDocuments } from '../load-estate.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';

const FOLDER = 'policies/approvals';

/**
 * `firebreak approve FINGERPRINT...`: writes or extends a ChangeApproval, after checking that it is one, and says what
 * whoever reviews it must know.
 *
 * @throws UserError usage/bad-argument, document/invalid
 */
export async function runApprove(io: Io, fingerprints: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const { by = '', reason = '', until = '', permanent = false } = options;
  for (const fingerprint of fingerprints) refuseMalformed(fingerprint);
  refusePast(until, readNow(options.now));
  const file = options.file ?? `${FOLDER}/${fingerprints[0] ?? 'approval'}.yaml`;
  const name = nameFrom(file);
  const before = (await systemFiles.exists(file)) ? decodeText(file, await systemFiles.readBytes(file)) : '';
  const written = writeApproval(file, before, { name, changes: fingerprints, by, reason, expires: until, permanent });
  const { problems, texts } = readEstate([{ file, text: written.text, named: true }], { now: 0 });
  if (problems.length > 0) throw new InvalidDocuments(problems, texts);
  if (written.text !== before) await systemFiles.writeAtomically(file, written.text);
  const verb = written.isNewDocument ? 'wrote' : written.added.length > 0 ? 'extended' : 'left as it was:';
  io.out(
    [
      `${verb} ChangeApproval "${written.name}" in ${file}`,
      ...written.added.map((fingerprint) => `  approves ${fingerprint}`),
      ...notes({ by, until, permanent, file }).map((note) => `  = ${note}`),
      '',
    ].join('\n'),
  );
  return EXIT.done;
}

/** What decides whether the approval counts, and does not stand in it. */
function notes({
  by,
  until,
  permanent,
  file,
}: {
  readonly by: string;
  readonly until: string;
  readonly permanent: boolean;
  readonly file: string;
}): readonly string[] {
  return [
    `it counts through ${until}, and not longer after its commit than gate.approvals.ttl of the base branch`,
    'it covers these changes as they are: another value, path or target is another fingerprint',
    permanent
      ? 'it covers loosening that never ends'
      : 'it does not cover loosening that never ends; --permanent does, a Waiver with an end needs neither',
    `it does not count when ${by} wrote the change`,
    `whoever can change ${file} can approve: CODEOWNERS must ask for a review of it by those who may`,
  ];
}

function refuseMalformed(fingerprint: string): void {
  if (new RegExp(CHANGE_PATTERN).test(fingerprint)) return;
  const isFinding = /^[0-9a-f]{16}$/.test(fingerprint);
  throw new UserError('usage/bad-argument', `"${fingerprint}" is not the fingerprint of a change`, {
    hint: isFinding
      ? 'it looks like that of a finding; firebreak waiver add silences findings'
      : 'copy the 12 hex digits, in small letters, that firebreak diff shows beside the change',
  });
}

function refusePast(until: string, now: number): void {
  const starts = startOfDay(until);
  if (starts === null) {
    throw new UserError('usage/bad-argument', `--until "${until}" is not a day`, { hint: 'write it as 2027-01-31' });
  }
  if (starts + DAY <= now) {
    throw new UserError('usage/bad-argument', `--until ${until} is past, today is ${toTimestamp(now).slice(0, 10)}`, {
      hint: 'choose the last day to merge the changes',
    });
  }
}

function nameFrom(file: string): string {
  const [, name] = /([^/\\]+)\.ya?ml$/i.exec(file) ?? [];
  if (name !== undefined && /^[a-z0-9](?:[a-z0-9-]{0,57}[a-z0-9])?$/.test(name)) return name;
  throw new UserError('usage/bad-argument', `--file "${file}" gives the approval no name`, {
    hint: `name it in small letters, digits and dashes: ${FOLDER}/orders-bearer-fallback.yaml`,
  });
}
