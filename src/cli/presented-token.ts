/** The token that is shown to verifiers: read from a file, held in memory, never written anywhere. */
import type { MadeStep } from '../incident/made-steps.ts';
import type { Presented } from '../incident/verify.ts';
import { sha256Of } from '../incident/write-incident.ts';
import type { ContainmentPlan } from '../model/containment.ts';
import { UserError } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import { Secret } from '../model/secret.ts';
import { decodeText } from '../source/decode.ts';
import { systemFiles } from '../system/files.ts';
import { decodeToken } from '../token/decode.ts';

export interface PresentedToken {
  readonly presented: Presented;
  readonly allowedBy: string | null;
}

type ReadToken = Pick<Exclude<Presented, { kind: 'canary' }>, 'token' | 'claims' | 'header'>;

export interface PresentedOptions {
  readonly useLeakedToken?: string;
  readonly allowedBy?: string;
  readonly witness?: string;
}

export interface ProofSubject {
  readonly incident: Incident;
  readonly plan: ContainmentPlan;
  readonly made: ReadonlyMap<string, MadeStep>;
}

/**
 * A canary can stand for the leaked token where all that was done is to put its jti on lists: a jti is a token's own, so
 * that of a canary hits nobody. Null where more was done, or something else.
 */
function canaryFor({ steps }: ContainmentPlan, made: ProofSubject['made']): Presented | null {
  const listed = steps.flatMap((step) => {
    const { state, effect } = made.get(step.id) ?? {};
    return step.does === 'deny_jti' && state === 'done' && effect !== undefined ? [{ step, effect }] : [];
  });
  return listed.length > 0 && listed.length === steps.length ? { kind: 'canary', steps: listed } : null;
}

/** @throws UserError usage/bad-argument, drill/not-a-canary, token/unreadable, file/missing */
export async function readPresented(
  { useLeakedToken, allowedBy, witness }: PresentedOptions,
  { incident, plan, made }: ProofSubject,
): Promise<PresentedToken> {
  if (useLeakedToken !== undefined && witness === undefined) {
    return readLeakedToken(useLeakedToken, allowedBy, incident);
  }
  if (witness !== undefined && useLeakedToken === undefined) return readWitness(witness, incident, plan);
  const canary = useLeakedToken === undefined ? canaryFor(plan, made) : null;
  if (canary !== null) return { presented: canary, allowedBy: null };
  throw new UserError(
    'usage/bad-argument',
    useLeakedToken === undefined
      ? 'nothing is given that could be shown to verifiers'
      : 'two tokens are given, one is shown',
    {
      hint: `--witness FILE with a token of your own that the same steps end; or, if the lead allows it, --use-leaked-token FILE --allowed-by ${incident.lead}`,
    },
  );
}

async function readLeakedToken(
  file: string,
  allowedBy: string | undefined,
  incident: Incident,
): Promise<PresentedToken> {
  if (allowedBy !== incident.lead) {
    throw new UserError(
      'drill/confirmation-needed',
      allowedBy === undefined
        ? 'the leaked token is used only if the lead allows it'
        : `${allowedBy} does not lead this incident`,
      { hint: `ask ${incident.lead}, then --allowed-by ${incident.lead}` },
    );
  }
  const read = await readToken(file, 'leaked token');
  if (incident.leaked.kind === 'token' && read.sha256 !== incident.leaked.sha256) {
    throw new UserError('usage/bad-argument', `the token of ${file} is not the one that leaked`, {
      hint: 'its SHA-256 stands in the incident; a token of your own is --witness FILE',
    });
  }
  if (incident.leaked.kind !== 'token') {
    throw new UserError('usage/bad-argument', `what leaked is no token that could be shown (${incident.leaked.kind})`, {
      hint: 'show a token of your own that the same steps end: --witness FILE',
    });
  }
  return {
    presented: { kind: 'leaked-token', token: read.token, claims: read.claims, header: read.header },
    allowedBy,
  };
}

/** A witness is a token that a made step names, so its end is the end of every token that the step names. */
async function readWitness(file: string, { leaked }: Incident, plan: ContainmentPlan): Promise<PresentedToken> {
  const read = await readToken(file, 'witness');
  if (leaked.kind === 'token' && read.sha256 === leaked.sha256) {
    throw new UserError('usage/bad-argument', `the token of ${file} is the leaked one, not one of your own`, {
      hint: 'if the lead allows it: --use-leaked-token FILE --allowed-by @lead',
    });
  }
  const named = plan.steps.flatMap(({ names }) => (names === null ? [] : [names]));
  const isNamed = named.some(({ type, value }) => (type === 'kid' ? read.header['kid'] : read.claims[type]) === value);
  if (isNamed) {
    const { token, claims, header } = read;
    return { presented: { kind: 'witness', token, claims, header }, allowedBy: null };
  }
  throw new UserError(
    'drill/not-a-canary',
    `no step of the plan is about the token of ${file}, so its end would prove nothing`,
    {
      hint: `take one that was issued before containment with ${[...new Set(named.map(({ type, value }) => `${type} ${value}`))].join(', or ') || 'a name of the plan'}`,
    },
  );
}

async function readToken(file: string, name: string): Promise<ReadToken & { readonly sha256: string }> {
  // What is no file may be the token itself, so it is not shown.
  if (!(await systemFiles.exists(file))) {
    throw new UserError('file/missing', `the file of the ${name} does not exist (not shown)`, {
      hint: 'put the token into a file that only you can read',
    });
  }
  const decoded = decodeToken(decodeText(file, await systemFiles.readBytes(file)).trim());
  if (!decoded.ok) throw new UserError('token/unreadable', decoded.message, { hint: decoded.hint });
  const { compact, token } = decoded;
  return { token: new Secret(compact, name), claims: token.claims, header: token.header, sha256: sha256Of(compact) };
}
