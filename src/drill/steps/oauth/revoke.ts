import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { IssuerDeclaration } from '../../../model/inventory.ts';
import type { Secret } from '../../../model/secret.ts';
import type { StepAction } from '../../step.ts';
import { argument, callText, sendOrExplain } from '../../step.ts';
import { resolveUrl } from '../../urls.ts';
import type { Vault } from '../../vault.ts';
import { argumentOf, isGiven } from '../arguments.ts';
import { basicAuthorization } from './basic.ts';

/**
 * Revokes the refresh token of a canary grant, or one canary access token (RFC 7009). Revoking what this run minted leaves
 * nothing to undo.
 */
export const revokeGrant: StepAction = {
  uses: 'oauth.revoke',
  summary: 'revoke the refresh token of a canary grant, or a canary access token',
  undoSummary: null,
  isSelfContained: true,
  effect: ({ call, vault, issuer }) => {
    const endpoint = endpointOf(issuer);
    if (isGiven(argumentOf(call, 'of'))) {
      const of = callText(call, 'of');
      heldToken(vault, of, call);
      return {
        action: 'oauth.revoke',
        with: { endpoint, of },
        says: `revoke the access token "${of}"`,
        undo: 'none',
      };
    }
    const grant = callText(call, 'grant');
    const { subject, client } = vault.grant(grant);
    return {
      action: 'oauth.revoke',
      with: { endpoint, grant, client },
      says: `revoke the refresh token of ${subject}`,
      undo: 'none',
    };
  },
  apply: async (effect, context) => {
    if (context.vault === null) throw new Error('a token can only be revoked by the run that holds it');
    // The token itself is not part of the effect: journals hold no secrets.
    const { token, hint, client } = heldBy(effect.with, context.vault);
    const { status } = await sendOrExplain(context, {
      url: resolveUrl(argument(effect, 'endpoint'), context.lab),
      method: 'POST',
      headers: {
        ...(client.secret === null ? {} : basicAuthorization({ id: client.id, secret: client.secret })),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        ...(client.secret === null ? { client_id: client.id } : {}),
        token: token.reveal(),
        token_type_hint: hint,
      }).toString(),
    });
    // RFC 7009 section 2.2: 200, also for a token that is dead already.
    if (status !== 200)
      throw new UserError('http/unexpected', `the revocation endpoint answered ${status}`, {
        hint: 'check revocation_endpoint, the client that got the token, and whether the issuer revokes such tokens',
      });
    return { status };
  },
  undo: async () => undefined,
  isGone: async () => true,
};

interface Held {
  readonly token: Secret;
  readonly hint: 'access_token' | 'refresh_token';
  readonly client: { readonly id: string; readonly secret: Secret | null };
}

function heldBy({ of, grant }: Readonly<Record<string, unknown>>, vault: Vault): Held {
  if (typeof of === 'string') return heldToken(vault, of);
  const { client, refreshToken } = vault.grant(String(grant));
  return { token: refreshToken, hint: 'refresh_token', client: { id: client, secret: null } };
}

/** @throws UserError document/invalid for tokens that the run signed itself: no issuer knows them */
function heldToken(vault: Vault, name: string, call?: ActionCall): Held {
  const { token, client } = vault.token(name);
  if (client !== undefined) return { token, hint: 'access_token', client };
  throw new UserError('document/invalid', `the token "${name}" is not of the issuer, so it cannot be revoked there`, {
    hint: 'obtain it with oauth.client_credentials, oauth.access_token or oauth.refresh',
    ...(call === undefined ? {} : { at: call.at }),
  });
}

function endpointOf({ name, revocationEndpoint, at }: IssuerDeclaration): string {
  if (revocationEndpoint !== null) return revocationEndpoint;
  throw new UserError('drill/wrong-environment', `issuer "${name}" has no revocation_endpoint`, {
    hint: 'declare it in the inventory',
    at,
  });
}
