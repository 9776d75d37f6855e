import { UserError } from '../../../model/failure.ts';
import { millis, parseDuration, showBound } from '../../../model/quantity.ts';
import { Secret } from '../../../model/secret.ts';
import { decodeToken } from '../../../token/decode.ts';
import type { StepAction } from '../../step.ts';
import { argument, callText, machineOf } from '../../step.ts';
import { argumentOf, optionalText, wrong } from '../arguments.ts';
import { logInSubject } from './log-in.ts';

/** Between two log-ins while the issuer gives out tokens of the old length, in milliseconds. */
const RETRY_MS = 250;

const SECOND_MS = 1000;

/**
 * Logs a canary subject in once more, after its session was ended: what every user has to do after forced re-authentication.
 * The new access token takes the place of a recovery credential, so that the drill sees who lets the user in. With `at_most`
 * it goes on until the issuer gives out tokens that short.
 */
export const logInAgain: StepAction = {
  uses: 'oauth.log_in_again',
  summary: 'log a canary subject in again',
  // The grants of the subject, this one too, end with the log-in that came before.
  undoSummary: null,
  effect: ({ call, vault, admin }) => {
    const grant = callText(call, 'grant');
    const renew = callText(call, 'renew');
    vault.token(renew);
    const { subject } = vault.grant(grant);
    const limit = argumentOf(call, 'at_most');
    const text = optionalText(limit);
    const atMost = text === null ? null : parseDuration(text);
    if (atMost === undefined) throw wrong(limit, 'a duration like 5m');
    return {
      action: 'oauth.log_in_again',
      with: { admin, subject, grant, renew, atMost },
      says: `log in canary subject ${subject} again`,
      undo: 'none',
    };
  },
  apply: async (effect, context) => {
    const { vault, signal } = context;
    const { clock } = machineOf(context);
    if (vault === null) throw new Error('only the run that holds a grant can renew it');
    const atMost = typeof effect.with['atMost'] === 'number' ? effect.with['atMost'] : Infinity;
    const deadline = clock.monotonic() + context.timeoutMs;
    // Tokens count whole seconds: one of this second could not be told from those that were cut off in it.
    await clock.sleepUntil(clock.monotonic() + SECOND_MS - (clock.wall() % SECOND_MS), signal);
    for (;;) {
      const answer = await logInSubject(argument(effect, 'admin'), argument(effect, 'subject'), context);
      const decoded = decodeToken(answer.access_token);
      const claims = decoded.ok ? decoded.token.claims : {};
      const lifetimeMs = (Number(claims['exp']) - Number(claims['iat'])) * 1000;
      if (decoded.ok && lifetimeMs <= atMost) {
        const grant = argument(effect, 'grant');
        const renew = argument(effect, 'renew');
        const accessToken = new Secret(answer.access_token, `access token of ${grant}`);
        const refreshToken = new Secret(answer.refresh_token, `refresh token of ${grant}`);
        vault.put(grant, { ...vault.grant(grant), accessToken, refreshToken, rotatedOut: [] });
        vault.put(renew, { ...vault.token(renew), token: accessToken, claims, header: decoded.token.header });
        return { lifetime_seconds: lifetimeMs / 1000 };
      }
      if (clock.monotonic() + RETRY_MS > deadline) throw tooLong(lifetimeMs, atMost);
      await clock.sleepUntil(clock.monotonic() + RETRY_MS, signal);
    }
  },
  undo: async () => undefined,
  isGone: async () => true,
};

function tooLong(lifetimeMs: number, atMost: number): UserError {
  const found = Number.isNaN(lifetimeMs) ? 'tokens without exp and iat' : `tokens of ${showBound(millis(lifetimeMs))}`;
  return new UserError(
    'drill/step-failed',
    `the issuer still gives out ${found}, the limit is ${showBound(millis(atMost))}`,
    {
      hint: 'check that the shorter lifetime has reached the issuer, or give the step a longer timeout',
    },
  );
}
