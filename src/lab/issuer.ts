import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importPart } from './import-part.ts';
import { withPlainTyp } from './plain-typ.ts';
import { createStore } from './issuer-store.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { INTROSPECTED_AUDIENCE, PUBLIC_CLIENT, REDIRECT_URI, SCOPE } from './clients.ts';
import { logIn } from './login.ts';
import type { IssuerAnswer, IssuerCall, IssuerRequest, LabClient, LabPart } from './messages.ts';

/** The part of oidc-provider that the lab uses. */
interface Provider {
  proxy: boolean;
  readonly callback: () => (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly interactionDetails: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<{ readonly params: Readonly<Record<string, unknown>> }>;
  readonly interactionFinished: (request: IncomingMessage, response: ServerResponse, result: object) => Promise<void>;
  readonly Grant: new (properties: { readonly clientId: string; readonly accountId: string }) => {
    addOIDCScope: (scope: string) => void;
    addResourceScope: (resource: string, scope: string) => void;
    save: () => Promise<string>;
  };
}

interface OidcProvider {
  readonly default: new (issuer: string, configuration: object) => Provider;
}

/** The contexts that configuration functions receive. */
interface RequestContext {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: Provider;
  };
}

/** Life of refresh tokens, sessions and grants in the lab, in seconds: 14 days, the provider's own default. */
const LONG_SECONDS = 14 * 24 * 3600;

/** Runs the authorization server and returns its URL. Requests of the supervisor arrive over the process channel. */
export async function startIssuer(part: Extract<LabPart, { part: 'issuer' }>): Promise<string> {
  silenceRuntimeNotice();
  const { default: OidcProvider } = await importPart<OidcProvider>('oidc-provider');
  const { config } = part;
  let { clients } = part;
  let { accessTokenSeconds } = config;
  const store = createStore();
  const keys = await IssuerKeys.create();
  let handle = await build();

  // There is no operation to rotate keys: a second provider over the same store takes over in about a millisecond, and
  // grants, sessions and refresh tokens live on in the store.
  async function build(): Promise<(request: IncomingMessage, response: ServerResponse) => Promise<void>> {
    const provider = new OidcProvider(
      config.issuer,
      configuration({
        ...config,
        jwks: await keys.privateSet(),
        adapter: store.adapter,
        clients,
        accessTokenSeconds,
      }),
    );
    provider.proxy = true;
    const callback = provider.callback();
    return async (request, response) => {
      if (request.url?.startsWith('/interaction/') === true) {
        const { params } = await provider.interactionDetails(request, response);
        await provider.interactionFinished(request, response, { login: { accountId: String(params['login_hint']) } });
        return;
      }
      await callback(request, response);
    };
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://lab');
    if (url.pathname === '/jwks') {
      keys.noteFetch(url.searchParams.get('v') ?? 'unnamed');
      response
        .writeHead(200, { 'content-type': 'application/jwk-set+json', 'cache-control': 'no-store' })
        .end(JSON.stringify(keys.publicSet()));
      return;
    }
    if (url.pathname === '/token') withPlainTyp(response, () => keys.active());
    handle(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(part.port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IssuerRequest): Promise<{ readonly status: number; readonly body?: unknown }> {
    switch (request.op) {
      case 'publish':
        return keys.publish(request.jwk)
          ? { status: 204 }
          : { status: 400, body: { error: 'a public EC, OKP or RSA key with a kid is needed' } };
      case 'withdraw': {
        const found = keys.withdraw(request.kid);
        if (found === 'own') handle = await build();
        return found === 'active'
          ? { status: 409, body: { error: 'the key signs now; rotate first' } }
          : { status: found === 'absent' ? 404 : 204 };
      }
      case 'kids':
        return { status: 200, body: { kids: keys.publicSet().keys.map(({ kid }) => kid) } };
      case 'rotate': {
        const rotated = await keys.rotate(request.from);
        handle = await build();
        return { status: 200, body: rotated };
      }
      case 'login':
        return { status: 200, body: await logIn(url, request.sub, config.audience) };
      case 'grants':
        return { status: 200, body: { count: store.grantsOf(request.sub) } };
      case 'end-grants':
        store.endGrantsOf(request.sub);
        return { status: 204 };
      case 'clients':
        clients = request.clients;
        handle = await build();
        return { status: 204 };
      case 'lifetime':
        accessTokenSeconds = request.seconds;
        handle = await build();
        return { status: 204 };
      case 'fetches':
        return { status: 200, body: { fetches: keys.fetches() } };
    }
  }

  process.on('message', (message: IssuerCall) => {
    if (message.type !== 'call') return;
    answer(message.request)
      .catch((error: unknown) => ({ status: 500, body: { error: error instanceof Error ? error.message : 'unknown' } }))
      .then(({ status, ...rest }) => {
        const reply: IssuerAnswer = { type: 'answer', id: message.id, status, body: 'body' in rest ? rest.body : null };
        process.send?.(reply);
      })
      .catch(() => undefined);
  });
  return url;
}

interface ProviderInput {
  readonly jwks: object;
  readonly adapter: unknown;
  readonly clients: readonly LabClient[];
  readonly audience: string;
  readonly accessTokenSeconds: number;
}

function configuration({ jwks, adapter, clients, audience, accessTokenSeconds }: ProviderInput): object {
  return {
    adapter,
    jwks,
    clients: [
      ...clients.map((client) => ({
        ...client,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        scope: SCOPE,
      })),
      {
        client_id: PUBLIC_CLIENT,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [REDIRECT_URI],
        response_types: ['code'],
        scope: `openid ${SCOPE}`,
      },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: ['openid', SCOPE],
    cookies: { keys: ['lab'] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    expiresWithSession: () => false,
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // The family of a refresh token is its grant; naming it in access tokens lets a denylist end the whole family.
    extraTokenClaims: (_context: unknown, token: { readonly grantId?: string }) =>
      token.grantId === undefined ? {} : { sid: token.grantId },
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    loadExistingGrant: async ({ oidc: { client, session, provider } }: RequestContext) => {
      // Every client is first-party: consent is given without asking.
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(`openid ${SCOPE}`);
      grant.addResourceScope(audience, SCOPE);
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        // The provider can neither introspect nor revoke a JWT, so whoever asks about tokens gets opaque ones.
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: SCOPE,
          accessTokenTTL: accessTokenSeconds,
          ...(resource === INTROSPECTED_AUDIENCE
            ? { audience: resource, accessTokenFormat: 'opaque' }
            : { audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
        }),
      },
    },
    ttl: {
      AuthorizationCode: 60,
      IdToken: 600,
      RefreshToken: LONG_SECONDS,
      Session: LONG_SECONDS,
      Grant: LONG_SECONDS,
      Interaction: 600,
    },
  };
}

/** The provider warns on every Node it was not released for; the lab is tested on those that the package supports. */
function silenceRuntimeNotice(): void {
  const discard = (): void => undefined;
  console.warn = discard;
  console.info = discard;
}
