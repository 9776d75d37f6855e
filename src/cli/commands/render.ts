import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import type { Problem } from '../../model/failure.ts';
import { UserError } from '../../model/failure.ts';
import { toTimestamp } from '../../model/instant.ts';
import { showLocation } from '../../model/location.ts';
import type { EffectivePolicy } from '../../model/policy.ts';
import { parseDuration } from '../../model/quantity.ts';
import { nearest } from '../../policy/nearest.ts';
import { liveEntries } from '../../render/live-entries.ts';
import type { Rendered, RenderSettings, Unsupported } from '../../render/target.ts';
import { REVOCATION_TARGETS, VERIFIER_TARGETS } from '../../render/targets.ts';
import type { VerifierRendered } from '../../render/verifier-target.ts';
import { deflate } from '../../system/deflate.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import { loadEstate } from '../load-estate.ts';
import { readNow } from '../load.ts';
import type { CommandOptions } from '../options.ts';

/** What this command is given; unlike for reports, its output is one file. */
type Options = Omit<CommandOptions, 'output'> & { readonly output?: string };

/** Bytes of a status list before compression times eight: a megabyte. */
const MAX_STATUS_SIZE = 8 * 1024 * 1024;

/**
 * `firebreak render TARGET`: the revocations of the documents, or with --policy one policy, as one product reads them.
 *
 * @throws UserError usage/bad-argument, document/not-found, render/unsupported for what the product cannot do
 */
export async function runRender(io: Io, [id = '', ...paths]: readonly string[], given: object): Promise<ExitCode> {
  const options: Options = given;
  const { text, unsupported } =
    options.policy === undefined
      ? await renderRevocations({ id, paths, options, io })
      : await renderPolicy({ id, name: options.policy, paths, options, io });
  const accepted = unsupported.length === 0 ? text : withLess(text, unsupported, io, options);
  const signed = options.key === undefined ? accepted : await signedList(accepted, options.key, id);
  if (options.output === undefined || options.output === '-') io.out(signed);
  else await systemFiles.writeAtomically(options.output, signed);
  return EXIT.done;
}

interface Run {
  readonly id: string;
  readonly paths: readonly string[];
  readonly options: Options;
  readonly io: Io;
}

async function renderRevocations({ id, paths, options, io }: Run): Promise<Rendered> {
  const target = find(
    REVOCATION_TARGETS,
    id,
    VERIFIER_TARGETS.some((each) => each.id === id),
  );
  const settings = readSettings(options);
  const { revocations } = await loadEstate(paths);
  const list = liveEntries(revocations, {
    now: readNow(options.now),
    issuer: options.issuer ?? null,
    environment: options.environment ?? null,
  });
  if (list.entries.length === 0) {
    const read = revocations.length === 1 ? 'one revocation' : `${revocations.length} revocations`;
    io.err(`note: nothing is refused as of ${toTimestamp(list.now)}: ${read} read, no entry that counts\n`);
  }
  return target.render(list, settings);
}

interface PolicyRun extends Run {
  readonly name: string;
}

async function renderPolicy({ id, name, paths, options, io }: PolicyRun): Promise<VerifierRendered> {
  const target = find(VERIFIER_TARGETS, id, false);
  const { policies } = await loadEstate(paths);
  const policy = policyNamed(policies, name);
  const access = policy.tokens.access_token;
  if (access === undefined || !access.present.value || access.format.value !== 'jwt') {
    throw new UserError('render/unsupported', `policy "${name}" allows no access token that is a JWT`, {
      hint: 'a verifier of JWTs has nothing to do there; name another policy',
      at: policy.at,
    });
  }
  const rendered = target.render({ policy, access, now: readNow(options.now) });
  for (const gap of rendered.gaps) io.err(warning(gap));
  return rendered;
}

function policyNamed(policies: readonly EffectivePolicy[], name: string): EffectivePolicy {
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy !== undefined) return policy;
  const names = policies.map((each) => each.name);
  const close = nearest(name, names);
  throw new UserError('document/not-found', `there is no policy "${name}"`, {
    hint: close === null ? `the policies are ${names.join(', ')}` : `did you mean "${close}"?`,
  });
}

/** The text all the same, if the user agreed that something is missing from it. @throws UserError render/unsupported */
function withLess(text: string, unsupported: readonly Unsupported[], io: Io, { partial }: Options): string {
  if (partial !== true || unsupported.some(({ blocks }) => blocks === true)) {
    const problems = unsupported.map(({ at, message, hint }): Problem => ({
      code: 'render/unsupported',
      message,
      hint,
      at,
    }));
    const count = problems.length === 1 ? 'one part' : `${problems.length} parts`;
    throw new UserError('render/unsupported', `${count} cannot be rendered; nothing was written`, {
      problems,
      hint: 'correct it, choose a target that can, or pass --partial to leave out what this one cannot',
    });
  }
  for (const { message, ...rest } of unsupported) io.err(warning({ ...rest, message: `left out: ${message}` }));
  return text;
}

function warning({ at, message, hint }: Unsupported): string {
  return `warning: ${at === null ? '' : `${showLocation(at)}: `}${message}\n  ${hint}\n`;
}

function find<T extends { readonly id: string }>(targets: readonly T[], id: string, needsPolicy: boolean): T {
  const target = targets.find((each) => each.id === id);
  if (target !== undefined) return target;
  if (needsPolicy) {
    throw new UserError('usage/bad-argument', `"${id}" has no place for revocations`, {
      hint: `add --policy NAME to render a policy for it, or choose one of ${REVOCATION_TARGETS.map((each) => each.id).join(', ')}`,
    });
  }
  const ids = targets.map((each) => each.id);
  const close = nearest(id, ids);
  throw new UserError('usage/bad-argument', `there is no target "${id}"`, {
    hint: close === null ? `choose one of ${ids.join(', ')}` : `did you mean "${close}"?`,
  });
}

function readSettings({ mapFile = '', statusUri, statusSize = '', statusTtl = '' }: Options): RenderSettings {
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
  const ttl = Math.floor((parseDuration(statusTtl) ?? 0) / 1000);
  if (ttl < 1) {
    throw new UserError('usage/bad-argument', `--status-ttl "${statusTtl}" is not a duration of a second or more`, {
      hint: 'write it with its unit: 5m',
    });
  }
  return { mapFile, statusUri: statusUri ?? null, statusSize: size, statusTtl: ttl, compress: deflate };
}

/** The claims of a status list as a signed token (draft-ietf-oauth-status-list section 5.1). */
async function signedList(claims: string, file: string, id: string): Promise<string> {
  if (id !== 'token-status-list') {
    throw new UserError('usage/bad-argument', `--key signs status lists, not "${id}"`, {
      hint: 'leave --key out, or render token-status-list',
    });
  }
  const { signWithKeyFile } = await import('../../token/sign-with-key-file.ts');
  const { decodeText } = await import('../../source/decode.ts');
  const key = decodeText(file, await systemFiles.readBytes(file));
  return `${await signWithKeyFile({ file, text: key }, 'statuslist+jwt', JSON.stringify(JSON.parse(claims)))}\n`;
}
