import { UserError } from '../../../model/failure.ts';
import type { StepAction } from '../../step.ts';
import { argument, callText, sendOrExplain } from '../../step.ts';
import { resolveUrl } from '../../urls.ts';

/** Revokes the refresh token of a canary grant (RFC 7009). Revoking what this run minted leaves nothing to undo. */
export const revokeGrant: StepAction = {
  uses: 'oauth.revoke',
  summary: 'revoke the refresh token of a canary grant',
  undoSummary: null,
  effect: ({ call, vault, issuer }) => {
    const grant = callText(call, 'grant');
    const { subject, client } = vault.grant(grant);
    if (issuer.revocationEndpoint === null) {
      throw new UserError('drill/wrong-environment', `issuer "${issuer.name}" has no revocation_endpoint`, {
        hint: 'declare it in the inventory',
        at: issuer.at,
      });
    }
    return {
      action: 'oauth.revoke',
      with: { endpoint: issuer.revocationEndpoint, grant, client },
      says: `revoke the refresh token of ${subject}`,
      undo: 'none',
    };
  },
  apply: async (effect, context) => {
    if (context.vault === null) throw new Error('a refresh token can only be revoked by the run that holds it');
    // The token itself is not part of the effect: journals hold no secrets.
    const { client, refreshToken } = context.vault.grant(argument(effect, 'grant'));
    const { status } = await sendOrExplain(context, {
      url: resolveUrl(argument(effect, 'endpoint'), context.lab),
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        client_id: client,
        token: refreshToken.reveal(),
        token_type_hint: 'refresh_token',
      }).toString(),
    });
    // RFC 7009 section 2.2: 200, also for a token that is dead already.
    if (status !== 200)
      throw new UserError('http/unexpected', `the revocation endpoint answered ${status}`, {
        hint: 'check revocation_endpoint and the client of the grant',
      });
    return { status };
  },
  undo: async () => undefined,
  isGone: async () => true,
};
