import { UserError } from '../../../model/failure.ts';
import type { IssuerDeclaration } from '../../../model/inventory.ts';
import { Secret } from '../../../model/secret.ts';
import type { EffectInput, StepAction, StepAnswer, StepContext } from '../../step.ts';
import { argument, callText, sendOrExplain } from '../../step.ts';
import { resolveUrl } from '../../urls.ts';
import type { Minted, Vault } from '../../vault.ts';

type Grant = Extract<Minted, { kind: 'grant' }>;

/**
 * Presents the current refresh token of a canary grant, as a thief would. An issuer that rotates answers with a new pair,
 * which the vault keeps; after revocation it must answer `invalid_grant` (RFC 6749 section 5.2).
 */
export const refreshGrant: StepAction = {
  uses: 'oauth.refresh',
  summary: 'renew tokens with the current refresh token of a canary grant',
  undoSummary: null,
  effect: (input) => grantEffect('oauth.refresh', 'present the refresh token of', input),
  apply: async (effect, context) => {
    const vault = vaultOf(context);
    const name = argument(effect, 'grant');
    return present(argument(effect, 'endpoint'), vault.grant(name).refreshToken, { name, vault, context });
  },
  undo: async () => undefined,
  isGone: async () => true,
};

/**
 * Presents a refresh token that was rotated out, the last one unless `generation` says how many ago, as the legitimate
 * client would after a thief has renewed. An issuer
 * with reuse detection ends the whole family because of it (RFC 9700 section 4.14.2).
 */
export const reuseRefreshToken: StepAction = {
  uses: 'oauth.reuse_refresh_token',
  summary: 'use a rotated refresh token of a canary grant again, so that the issuer ends the family',
  undoSummary: null,
  effect: (input) => {
    const generation = generationOf(input.call);
    const which = generation === 1 ? 'the rotated refresh token' : `the refresh token ${generation} rotations ago`;
    const effect = grantEffect('oauth.reuse_refresh_token', `use again ${which} of`, input);
    return { ...effect, with: { ...effect.with, generation } };
  },
  apply: async (effect, context) => {
    const vault = vaultOf(context);
    const name = argument(effect, 'grant');
    const rotatedOut = vault.grant(name).rotatedOut[Number(effect.with['generation'] ?? 1) - 1];
    if (rotatedOut === undefined) {
      throw new UserError(
        'drill/step-failed',
        `not enough refresh tokens of "${name}" were rotated out, so none can be reused`,
        {
          hint: 'renew before with oauth.refresh, as often as generation says, and check that the issuer rotates',
        },
      );
    }
    return present(argument(effect, 'endpoint'), rotatedOut, { name, vault, context });
  },
  undo: async () => undefined,
  isGone: async () => true,
};

/** How many rotations ago; 1 is the last. @throws UserError document/invalid */
function generationOf({ uses, with: given, at }: EffectInput['call']): number {
  const { generation = 1 } = given;
  if (typeof generation === 'number' && Number.isInteger(generation) && generation >= 1) return generation;
  throw new UserError('document/invalid', `generation of ${uses} is ${String(generation)}, not a whole number from 1`, {
    hint: 'write 1 for the token that was rotated out last, 2 for the one before',
    at,
  });
}

/** The token endpoint of an issuer. @throws UserError drill/wrong-environment */
export function tokenEndpointOf(issuer: IssuerDeclaration): string {
  if (issuer.tokenEndpoint !== null) return issuer.tokenEndpoint;
  throw new UserError('drill/wrong-environment', `issuer "${issuer.name}" has no token_endpoint`, {
    hint: 'declare it in the inventory',
    at: issuer.at,
  });
}

function grantEffect(
  action: string,
  verb: string,
  { call, vault, issuer }: EffectInput,
): ReturnType<StepAction['effect']> {
  const grant = callText(call, 'grant');
  const { subject } = vault.grant(grant);
  return {
    action,
    // What comes of it belongs to the grant, whose own undo ends the whole family.
    with: { endpoint: tokenEndpointOf(issuer), grant },
    says: `${verb} ${subject}`,
    undo: 'none',
  };
}

function vaultOf({ vault }: StepContext): Vault {
  if (vault === null) throw new Error('a refresh token can only be presented by the run that holds it');
  return vault;
}

/** Sends a refresh token and keeps what comes back. The answer names the status and the OAuth error, never a token. */
async function present(
  endpoint: string,
  token: Secret,
  { name, vault, context }: { readonly name: string; readonly vault: Vault; readonly context: StepContext },
): Promise<StepAnswer> {
  const grant = vault.grant(name);
  const { status, answer } = await sendRefreshToken({ endpoint, client: grant.client, token }, context);
  if (status === 200 && answer.access_token !== undefined) vault.put(name, renewed(name, grant, answer));
  return { status, ...(answer.error === undefined ? {} : { error: answer.error.slice(0, 40) }) };
}

/** Presents a refresh token as a public client (RFC 6749 section 6). @throws UserError http/unreachable */
export async function sendRefreshToken(
  { endpoint, client, token }: { readonly endpoint: string; readonly client: string; readonly token: Secret },
  context: StepContext,
): Promise<{ readonly status: number; readonly answer: TokenAnswer }> {
  const { status, body } = await sendOrExplain(context, {
    url: resolveUrl(endpoint, context.lab),
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: client,
      refresh_token: token.reveal(),
    }).toString(),
  });
  return { status, answer: readAnswer(body) };
}

export interface TokenAnswer {
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly error?: string;
}

function readAnswer(body: string): TokenAnswer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return {};
  }
  if (typeof parsed !== 'object' || parsed === null) return {};
  const text = (key: keyof TokenAnswer): TokenAnswer => {
    const value: unknown = Reflect.get(parsed, key);
    return typeof value === 'string' ? { [key]: value } : {};
  };
  return { ...text('access_token'), ...text('refresh_token'), ...text('error') };
}

function renewed(name: string, grant: Grant, answer: TokenAnswer): Grant {
  const rotated = answer.refresh_token !== undefined;
  return {
    ...grant,
    accessToken: new Secret(answer.access_token ?? '', `access token of ${name}`),
    refreshToken: rotated ? new Secret(answer.refresh_token, `refresh token of ${name}`) : grant.refreshToken,
    rotatedOut: rotated ? [grant.refreshToken, ...grant.rotatedOut] : grant.rotatedOut,
  };
}
