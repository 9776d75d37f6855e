import { isIP } from 'node:net';
import { text as readStream } from 'node:stream/consumers';
import type { DimensionCheck } from '../../model/decision.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import type { EffectivePolicy, TokenClass } from '../../model/policy.ts';
import { decide } from '../../policy/decide.ts';
import { nearest } from '../../policy/nearest.ts';
import { decisionJson, decisionPretty } from '../../report/decision.ts';
import { decodeText } from '../../source/decode.ts';
import { systemFiles } from '../../system/files.ts';
import { decodeToken } from '../../token/decode.ts';
import type { JwkLike } from '../../token/verify.ts';
import { verifySignature } from '../../token/verify.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { readNow } from '../load.ts';
import { loadEstate } from '../load-estate.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { paintFor } from '../paint.ts';

/**
 * `firebreak check TOKEN --policy P`: the decision about one token with its whole trace. Without --jwks the signature is
 * not judged, and the output says so.
 */
export async function runCheck(io: Io, [source = '']: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const { policies } = await loadEstate(options.policies ?? []);
  const policy = findPolicy(policies, String(options.policy));
  const decoded = decodeToken(await readToken(source));
  if (!decoded.ok) throw new UserError('token/unreadable', decoded.message, { hint: decoded.hint });
  const ip = options.ip;
  if (ip !== undefined && isIP(ip) === 0)
    throw new UserError('usage/bad-argument', `--ip "${ip}" is not an address`, {
      hint: 'write it as 203.0.113.7 or 2001:db8::1',
    });
  const tokenClass = String(options.class) as TokenClass; // commander checked the choice
  const decision = decide(policy, decoded.token, {
    now: readNow(options.now),
    tokenClass,
    ...(options.route === undefined ? {} : { route: options.route }),
    ...(ip === undefined ? {} : { clientIp: ip }),
  });
  const signature =
    options.jwks === undefined ? null : await checkSignature(decoded.compact, options.jwks, policy, tokenClass);
  const checks = signature === null ? decision.checks : [...decision.checks, signature];
  const violations = checks.filter(({ satisfied }) => !satisfied);
  const complete = {
    ...decision,
    checks,
    violations,
    verdict: violations.length === 0 ? ('accept' as const) : ('reject' as const),
  };
  const shown = { fingerprint: decoded.fingerprint, signatureChecked: signature !== null };
  await writeOutputs(
    targets,
    (format, terminal) =>
      format === 'json'
        ? decisionJson(complete, shown)
        : decisionPretty(complete, shown, paintFor(io, terminal ? 'out' : 'err', terminal ? options.color : 'never')),
    io,
  );
  return complete.verdict === 'accept' ? EXIT.done : EXIT.findings;
}

function findPolicy(policies: readonly EffectivePolicy[], name: string): EffectivePolicy {
  const found = policies.find((policy) => policy.name === name);
  if (found !== undefined) return found;
  const names = policies.map((policy) => policy.name);
  const close = nearest(name, names);
  throw new UserError('document/not-found', `there is no policy "${name}"`, {
    hint: close === null ? `the policies are ${names.join(', ')}` : `did you mean "${close}"?`,
  });
}

async function readToken(source: string): Promise<string> {
  if (source === '-') return readStream(process.stdin);
  if (/^eyJ[\w-]+\.[\w-]+\./.test(source)) {
    throw new UserError(
      'usage/bad-argument',
      'a token on the command line ends up in the shell history and in the process list',
      { hint: 'put it into a file, or pipe it: firebreak check - --policy NAME' },
    );
  }
  return decodeText(source, await systemFiles.readBytes(source));
}

async function checkSignature(
  compact: string,
  file: string,
  policy: EffectivePolicy,
  tokenClass: TokenClass,
): Promise<DimensionCheck> {
  const limits = policy.tokens[tokenClass];
  const keys = readKeys(file, decodeText(file, await systemFiles.readBytes(file)));
  const verdict = await verifySignature(
    compact,
    { keys },
    {
      algorithms: limits?.algorithms.value ?? [],
      minRsaBits: policy.keys.minRsaBits.value,
      curves: policy.keys.curves.value,
      kidRequired: policy.keys.kidRequired.value,
    },
  );
  return {
    dimension: 'signature',
    member: verdict.kid,
    satisfied: verdict.valid,
    value: verdict.valid ? `valid under ${verdict.kid ?? 'a key without kid'}` : verdict.reason,
    bound: `a key of ${file} with one of ${(limits?.algorithms.value ?? []).join(', ')}`,
    from: limits?.algorithms ?? policy.keys.kidRequired,
    reference: 'RFC 7515 section 5.2',
  };
}

function readKeys(file: string, content: string): readonly JwkLike[] {
  try {
    const parsed = JSON.parse(content) as { readonly keys?: unknown };
    if (Array.isArray(parsed.keys)) return parsed.keys as readonly JwkLike[];
  } catch {
    // Said below, in the same words for every way of not being a key set.
  }
  throw new UserError('jwks/unreadable', `${file} is not a JWK Set`, {
    hint: 'it must be JSON with a member "keys"; firebreak lint FILE says where it is not',
  });
}
