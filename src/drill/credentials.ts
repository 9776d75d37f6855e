import { canaryName } from '../model/canary.ts';
import type { ActionCall, CredentialSpec, DrillSpec } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { IssuerDeclaration } from '../model/inventory.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { parseDuration } from '../model/quantity.ts';
import { Secret } from '../model/secret.ts';
import type { CanaryAlgorithm } from '../token/mint.ts';
import { generateSigningKey, signToken } from '../token/mint.ts';
import type { EffectLog } from './effects.ts';
import { confirmationOf, madeCertificate, readCertificate } from './certificate-credentials.ts';
import { adminRequest, callText, machineOf } from './step.ts';
import { broken, isJwt, ofGrant, opaque, token } from './minted-token.ts';
import type { StepContext } from './step.ts';
import { argumentOf, isGiven, optionalText, secretOf } from './steps/arguments.ts';
import { grantToken, registerClient } from './steps/oauth/clients.ts';
import { logIn, logInSubject } from './steps/oauth/log-in.ts';
import { refreshGrant, tokenEndpointOf } from './steps/oauth/refresh.ts';
import type { SecretWatch } from './secret-watch.ts';
import type { Minted } from './vault.ts';
import { Vault } from './vault.ts';

/** Lifetime of signed canary tokens unless the drill says otherwise. */
const DEFAULT_LIFETIME_MS = 600_000;

export interface MintInput {
  readonly drill: Pick<DrillSpec, 'credentials'>;
  readonly policy: Pick<EffectivePolicy, 'tokens'>;
  readonly issuer: IssuerDeclaration;
  readonly runId: string;
  /** Part of every id, so that arms share nothing. */
  readonly arm: string;
  /** Seconds since the epoch after which nothing of this run may count any more. */
  readonly expiresAt: number;
  readonly effects: EffectLog;
  /** Told of every secret. */
  readonly watch: SecretWatch;
  readonly context: StepContext;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Mints every credential of one arm, in the order they need each other. */
export async function mintCredentials(input: MintInput): Promise<Vault> {
  const vault = new Vault(input.watch);
  let count = 0;
  const mint = async (spec: CredentialSpec): Promise<void> => {
    if (vault.has(spec.name)) return;
    for (const member of ['key', 'of', 'bind']) {
      const needed = input.drill.credentials.find(({ name }) => name === spec.obtain.with[member]);
      if (needed !== undefined) await mint(needed);
    }
    count += 1;
    vault.put(spec.name, await obtain(spec, vault, { ...input, count }));
  };
  for (const spec of input.drill.credentials) await mint(spec);
  return vault;
}

async function obtain(
  spec: CredentialSpec,
  vault: Vault,
  input: MintInput & { readonly count: number },
): Promise<Minted> {
  const call = spec.obtain;
  switch (call.uses) {
    case 'key.generate':
      return {
        kind: 'key',
        key: await generateSigningKey(readAlgorithm(call.with['alg']), canaryName(input, `${input.arm}${input.count}`)),
      };
    case 'certificate.generate':
      return madeCertificate(canaryName(input, `${input.arm}${input.count}`), input);
    case 'certificate.read':
      return readCertificate(spec, input.context);
    case 'token.sign':
      return signed(spec, vault, input);
    case 'token.break_signature':
      return broken(vault.token(callText(call, 'of')), spec.name);
    case 'oauth.client_credentials':
      return clientCredentials(spec, vault, input);
    case 'oauth.register_client':
      return registered(spec, input);
    case 'oauth.log_in':
      return loggedIn(spec, input);
    case 'oauth.refresh':
      return ofGrant(await refreshed(spec, vault, input), spec.name);
    case 'oauth.access_token':
      return ofGrant(vault.grant(callText(call, 'of')), spec.name);
    default:
      throw new UserError('document/invalid', `there is no way to obtain a credential called "${call.uses}"`, {
        hint: 'choose one of key.generate, certificate.generate, certificate.read, token.sign, token.break_signature, oauth.client_credentials, oauth.register_client, oauth.log_in, oauth.access_token, oauth.refresh',
        at: call.at,
      });
  }
}

function readAlgorithm(value: unknown): CanaryAlgorithm {
  return value === 'Ed25519' || value === 'RS256' || value === 'HS256' ? value : 'ES256';
}

async function signed(
  spec: CredentialSpec,
  vault: Vault,
  input: MintInput & { readonly count: number },
): Promise<Minted> {
  const { with: options } = spec.obtain;
  const key = vault.key(callText(spec.obtain, 'key'));
  const lifetime =
    parseDuration(typeof options['lifetime'] === 'string' ? options['lifetime'] : '') ?? DEFAULT_LIFETIME_MS;
  const issuedAt = Math.floor(input.now() / 1000);
  const audiences = input.policy.tokens.access_token?.audiences.value ?? [];
  const holder = typeof options['bind'] === 'string' ? vault.holder(options['bind']) : null;
  const header = { typ: typeof options['typ'] === 'string' ? options['typ'] : 'at+jwt' };
  const claims = {
    iss: input.issuer.issuer,
    aud: audiences.length === 1 ? audiences[0] : audiences,
    sub: 'fbcanary',
    client_id: 'firebreak-drill',
    jti: canaryName(input, `${input.arm}${input.count}`),
    iat: issuedAt,
    exp: Math.min(issuedAt + Math.ceil(lifetime / 1000), input.expiresAt),
    ...(holder === null ? {} : { cnf: await confirmationOf(holder) }),
  };
  return {
    ...token(await signToken(key, header, claims), spec.name),
    signer: key,
    ...(holder?.kind === 'key' ? { holder: holder.key } : {}),
    ...(holder?.kind === 'certificate' ? { certificate: holder.certificate } : {}),
  };
}

async function clientCredentials(spec: CredentialSpec, vault: Vault, input: MintInput): Promise<Minted> {
  const { with: options } = spec.obtain;
  const client =
    typeof options['of'] === 'string' ? vault.client(options['of']) : await knownClient(spec.obtain, input);
  const endpoint = tokenEndpointOf(input.issuer);
  const resource = optionalText(argumentOf(spec.obtain, 'resource'));
  const { status, accessToken, expiresIn } = await grantToken(endpoint, client, input.context, resource);
  if (status !== 200 || accessToken === null) {
    throw new UserError('http/unexpected', `the token endpoint answered ${status} for client "${client.id}"`, {
      hint: 'check that the client may use client_credentials',
    });
  }
  const { id, secret } = client;
  const minted = isJwt(accessToken)
    ? token(accessToken, spec.name)
    : opaque(accessToken, spec, { expiresIn, now: input.now() });
  return { ...minted, client: { id, secret } };
}

/** A client that is there already, with its secret. */
async function knownClient(
  call: ActionCall,
  input: MintInput,
): Promise<{ readonly id: string; readonly secret: Secret }> {
  const id = callText(call, 'client');
  return { id, secret: await clientSecret(call, id, input) };
}

/** Registers a client of this run; its name says so. */
async function registered(spec: CredentialSpec, input: MintInput & { readonly count: number }): Promise<Minted> {
  const admin = input.issuer.admin ?? '';
  const client = canaryName(input, `${input.arm}${input.count}`);
  const effect = registerClient.effect({
    call: { ...spec.obtain, with: { client } },
    vault: new Vault(),
    issuer: input.issuer,
    admin,
    expiresAt: input.expiresAt,
  });
  return input.effects.perform(effect, async () => {
    const { body } = await adminRequest(input.context, {
      admin,
      method: 'POST',
      path: '/clients',
      body: { client_id: client },
      expected: [200],
    });
    const { client_secret: secret } = JSON.parse(body) as { readonly client_secret: string };
    return { kind: 'client', id: client, secret: new Secret(secret, `secret of ${spec.name}`) };
  });
}

/** From where the drill says it is, or else from the admin interface of the issuer, as labs have one. */
async function clientSecret(call: ActionCall, client: string, { issuer, context }: MintInput): Promise<Secret> {
  const reference = argumentOf(call, 'secret');
  if (isGiven(reference)) return machineOf(context).readSecret(secretOf(reference));
  if (issuer.admin === null) {
    throw new UserError(
      'drill/wrong-environment',
      `issuer "${issuer.name}" has no admin interface to ask for secrets`,
      {
        hint: 'give the secret of the client: secret: { env: NAME }',
        at: call.at,
      },
    );
  }
  const { body } = await adminRequest(context, {
    admin: issuer.admin,
    method: 'GET',
    path: '/clients',
    expected: [200],
  });
  const { clients } = JSON.parse(body) as {
    readonly clients: readonly { readonly client_id: string; readonly client_secret: string }[];
  };
  const found = clients.find(({ client_id }) => client_id === client);
  if (found !== undefined) return new Secret(found.client_secret, `secret of ${client}`);
  throw new UserError('document/not-found', `the issuer knows no client "${client}"`, {
    hint: `it knows ${clients.map(({ client_id }) => client_id).join(', ')}`,
  });
}

async function loggedIn(spec: CredentialSpec, input: MintInput): Promise<Minted> {
  const admin = input.issuer.admin ?? '';
  const subject = canaryName(input, `${input.arm}-${spec.name}`);
  const effect = logIn.effect({
    call: { ...spec.obtain, with: { subject } },
    vault: new Vault(),
    issuer: input.issuer,
    admin,
    expiresAt: input.expiresAt,
  });
  return input.effects.perform(effect, async () => {
    const answer = await logInSubject(admin, subject, input.context);
    return {
      kind: 'grant',
      subject,
      client: callText(spec.obtain, 'client'),
      accessToken: new Secret(answer.access_token, `access token of ${spec.name}`),
      refreshToken: new Secret(answer.refresh_token, `refresh token of ${spec.name}`),
      rotatedOut: [],
    };
  });
}

/** Renews a grant once, which also shows that its refresh token works before anything is revoked. */
async function refreshed(
  spec: CredentialSpec,
  vault: Vault,
  input: MintInput,
): Promise<Extract<Minted, { kind: 'grant' }>> {
  const of = callText(spec.obtain, 'of');
  const { status, error } = await refreshGrant.apply(
    { id: '', ...refreshGrant.effect({ ...input, admin: '', vault, call: { ...spec.obtain, with: { grant: of } } }) },
    { ...input.context, vault },
  );
  if (status !== 200) {
    throw new UserError(
      'http/unexpected',
      `the token endpoint answered ${status} ${error ?? ''} to the refresh token of "${of}"`,
      {
        hint: 'check that the client of the grant may use refresh_token',
      },
    );
  }
  return vault.grant(of);
}
