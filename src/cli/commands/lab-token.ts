import { mintCredentials } from '../../drill/credentials.ts';
import { EffectLog } from '../../drill/effects.ts';
import { SecretWatch } from '../../drill/secret-watch.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { systemClock } from '../../system/clock.ts';
import { createHttp } from '../../system/http.ts';
import { createMachine } from '../../system/machine.ts';
import type { Io } from '../io.ts';
import { findRunningLab } from '../lab-connection.ts';
import { loadInventoryFile } from '../load-estate.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';

/** Longest wait for the issuer of the lab, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** The lab listens nowhere else. */
const LOOPBACK: readonly string[] = ['127.0.0.0/8'];

const NAME = 'token';

/**
 * `firebreak lab token`: an access token as a client of the running lab has it, on standard output, to try commands with.
 *
 * @throws UserError usage/bad-argument without a lab, document/not-found when its inventory says of no client
 */
export async function runLabToken(io: Io, _args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const lab = await findRunningLab(stateDirOf(options));
  if (lab === null) {
    throw new UserError('usage/bad-argument', 'no lab of this folder runs', {
      hint: 'start one in another terminal: firebreak lab up',
    });
  }
  const { issuers, freshTokens = [], name } = await loadInventoryFile(String(options.inventory));
  const fresh = freshTokens.find((each) => issuers.some((issuer) => issuer.name === each.issuer));
  const issuer = issuers.find((each) => each.name === fresh?.issuer);
  if (fresh === undefined || issuer === undefined) {
    throw new UserError('document/not-found', `inventory "${name}" does not say how a client gets a token`, {
      hint: 'add fresh_tokens to it',
    });
  }
  const now = (): number => systemClock.wall();
  const { obtain, at } = fresh;
  const vault = await mintCredentials({
    watch: new SecretWatch(),
    drill: { credentials: [{ name: NAME, role: 'control', obtain, arms: null, at }] },
    policy: { tokens: {} },
    issuer,
    runId: 'lab',
    arm: '',
    expiresAt: Math.ceil(now() / 1000),
    effects: new EffectLog({ record: () => Promise.resolve() }),
    context: {
      http: createHttp(LOOPBACK),
      machine: createMachine(LOOPBACK, { env: io.env, terminal: null }),
      lab,
      timeoutMs: TIMEOUT_MS,
      vault: null,
      signal: io.takeSignals().stop,
    },
    now,
  });
  // The one command whose purpose is to hand out a credential: one of the lab, which ends with it.
  io.out(`${vault.token(NAME).token.reveal()}\n`);
  return EXIT.done;
}
