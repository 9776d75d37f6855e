import { UserError } from '../../../model/failure.ts';
import type { StepAction, StepAnswer, StepContext } from '../../step.ts';
import { adminByHand, adminRequest, argument, callText, sendOrExplain } from '../../step.ts';
import { resolveUrl } from '../../urls.ts';
import { canaryWord, handedOr } from '../canary-entry.ts';
import { canariesAmong } from '../left-canaries.ts';
import type { Minted } from '../../vault.ts';
import { basicAuthorization } from './basic.ts';
import { tokenEndpointOf } from './refresh.ts';

type Client = Pick<Extract<Minted, { kind: 'client' }>, 'id' | 'secret'>;

/** Registers a client of this run, so that none of anybody else has to be disabled. */
export const registerClient: StepAction = {
  uses: 'oauth.register_client',
  summary: 'register a canary client',
  undoSummary: 'remove the client, read the clients back',
  effect: ({ call, admin }) => {
    const client = callText(call, 'client');
    return {
      action: 'oauth.register_client',
      with: { admin, client },
      says: `register canary client ${client}`,
      undo: 'required',
    };
  },
  // The answer holds the client's secret, so the runner sends this request itself and keeps it in the vault.
  apply: async () => ({}),
  undo: async (effect, context) => void (await removeClient(argument(effect, 'admin'), effect.with['client'], context)),
  byHand: (effect) =>
    adminByHand(argument(effect, 'admin'), 'DELETE', `/clients/${encodeURIComponent(argument(effect, 'client'))}`),
  isGone: async (effect, context) => {
    const clients = await registeredClients(argument(effect, 'admin'), context);
    return !clients.some((client) => client === effect.with['client']);
  },
  canaries: async ({ admin }, context) =>
    canariesAmong(await registeredClients(admin, context), ({ name }) => ({
      action: 'oauth.register_client',
      with: { admin, client: name },
      says: `canary client ${name} at ${admin}`,
      undo: 'required',
    })),
};

/** Ids only: the answer holds secrets, too. */
async function registeredClients(admin: string, context: StepContext): Promise<readonly string[]> {
  const { body } = await adminRequest(context, { admin, method: 'GET', path: '/clients', expected: [200] });
  const { clients } = JSON.parse(body) as { readonly clients: readonly { readonly client_id: string }[] };
  return clients.map(({ client_id }) => client_id);
}

/** Disables a canary client at the issuer: from now on it gets no tokens. Those that are out live on. */
export const disableClient: StepAction = {
  uses: 'oauth.disable_client',
  summary: 'disable a canary client at the issuer',
  undoSummary: null,
  effect: ({ call, vault, admin }) => {
    const id = handedOr(call, 'client_id', () => vault.client(callText(call, 'of')).id);
    return {
      action: 'oauth.disable_client',
      with: { admin, client: id },
      says: `disable ${canaryWord(call, 'client')} ${id}`,
      undo: 'none',
    };
  },
  apply: (effect, context) => removeClient(argument(effect, 'admin'), effect.with['client'], context),
  undo: async () => undefined,
  isGone: async () => true,
};

/** Asks for a token as a canary client; after it was disabled the answer must be `invalid_client` (RFC 6749 section 5.2). */
export const requestToken: StepAction = {
  uses: 'oauth.request_token',
  summary: 'ask for a token as a canary client',
  undoSummary: null,
  effect: ({ call, vault, issuer }) => {
    const of = callText(call, 'of');
    return {
      action: 'oauth.request_token',
      with: { endpoint: tokenEndpointOf(issuer), of },
      says: `ask for a token as ${vault.client(of).id}`,
      undo: 'none',
    };
  },
  apply: async (effect, context) => {
    if (context.vault === null) throw new Error('a client can only be used by the run that registered it');
    const { status, error } = await grantToken(
      argument(effect, 'endpoint'),
      context.vault.client(argument(effect, 'of')),
      context,
    );
    return { status, ...(error === null ? {} : { error }) };
  },
  undo: async () => undefined,
  isGone: async () => true,
};

async function removeClient(admin: string, client: unknown, context: StepContext): Promise<StepAnswer> {
  const { status } = await adminRequest(context, {
    admin,
    method: 'DELETE',
    path: `/clients/${encodeURIComponent(String(client))}`,
    expected: [200, 204, 404],
  });
  return { status };
}

export interface TokenGrant {
  readonly status: number;
  readonly accessToken: string | null;
  /** Seconds; null when the issuer did not say. */
  readonly expiresIn: number | null;
  readonly error: string | null;
}

/**
 * A token by the client credentials grant (RFC 6749 section 4.4), for one resource where one is named (RFC 8707).
 *
 * @throws UserError http/unreachable, http/unexpected
 */
export async function grantToken(
  endpoint: string,
  client: Client,
  context: StepContext,
  resource: string | null = null,
): Promise<TokenGrant> {
  const { status, body } = await sendOrExplain(context, {
    url: resolveUrl(endpoint, context.lab),
    method: 'POST',
    headers: { ...basicAuthorization(client), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(resource === null ? {} : { resource }),
    }).toString(),
  });
  const answer = readAnswer(body);
  if (answer === null) {
    throw new UserError('http/unexpected', `the token endpoint answered ${status} without JSON`, {
      hint: 'check token_endpoint in the inventory',
    });
  }
  return {
    status,
    accessToken: answer.access_token ?? null,
    expiresIn: typeof answer.expires_in === 'number' ? answer.expires_in : null,
    error: answer.error === undefined ? null : answer.error.slice(0, 40),
  };
}

interface TokenAnswer {
  readonly access_token?: string;
  readonly expires_in?: unknown;
  readonly error?: string;
}

function readAnswer(body: string): TokenAnswer | null {
  try {
    return JSON.parse(body) as TokenAnswer;
  } catch {
    return null;
  }
}
