import type { ChannelUse, Inventory, VerifierDeclaration } from '../model/inventory.ts';
import { UserError } from '../model/failure.ts';
import type { ChannelType } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound } from '../model/quantity.ts';
import { SETTINGS_URL } from './settings.ts';

/** Libraries the lab can run, by the product names of inventories. */
export const LAB_LIBRARIES = [
  'jose',
  'jwks-rsa+jsonwebtoken',
  'jwks-rsa+express-jwt',
  'jwks-rsa+passport-jwt',
  'express-oauth2-jwt-bearer',
  'get-jwks+fast-jwt',
  'fast-jwt',
  'aws-jwt-verify',
  'hono/jwk',
  'static-keys',
  'oauth4webapi',
  'jose+mtls',
  'jose+client-cert-header',
] as const;

/** Libraries that are served over TLS and ask for a certificate of the client. */
const OVER_TLS: readonly string[] = ['jose+mtls', 'jose+client-cert-header'];

export type LabLibrary = (typeof LAB_LIBRARIES)[number];

/** Settings of one verifier in milliseconds; an absent one leaves the library's default. */
export interface VerifierSettings {
  readonly keyCacheTtl?: number;
  readonly cooldown?: number;
  readonly fetchTimeout?: number;
  readonly verdictCacheTtl?: number;
  readonly leeway?: number;
}

export interface LabVerifierConfig {
  readonly name: string;
  readonly library: LabLibrary;
  readonly version: string;
  readonly settings: VerifierSettings;
  /** Poll interval of the denylist in milliseconds; null when the verifier does not listen to it. */
  readonly denylistPoll: number | null;
  /** How it asks the issuer about tokens, in milliseconds; null when it does not. */
  readonly introspection: { readonly cache: number; readonly timeout: number } | null;
}

export interface LabIssuerConfig {
  /** Value of `iss`. */
  readonly issuer: string;
  readonly audience: string;
  /** Lifetime of access tokens in seconds. */
  readonly accessTokenSeconds: number;
}

export interface LabConfig {
  readonly inventory: string;
  readonly issuer: LabIssuerConfig;
  readonly verifiers: readonly LabVerifierConfig[];
  /** Whether it follows a branch with settings. */
  readonly followsSettings: boolean;
}

/** What the lab's resource servers call themselves; TokenPolicy "orders" names the same audience. */
const AUDIENCE = 'https://orders.firebreak.test';

const DEFAULT_ACCESS_TOKEN_SECONDS = 600;

/**
 * The lab that an inventory describes: its issuer of an environment of class `lab` and every verifier that is reached
 * through `lab://`. Verifiers at other addresses are somebody else's processes.
 *
 * @throws UserError document/invalid when there is no such environment or a library the lab cannot run
 */
export function labConfigFromInventory(inventory: Inventory, useDefaults = false): LabConfig {
  const labs = inventory.environments.filter((environment) => environment.class === 'lab').map(({ name }) => name);
  const issuer = inventory.issuers.find(({ environment }) => labs.includes(environment));
  if (issuer === undefined) {
    throw new UserError('document/invalid', `inventory "${inventory.name}" describes no lab`, {
      hint: 'it needs an environment of class lab and an issuer in it',
    });
  }
  const lifetime = issuer.accessTokenLifetime.value;
  return {
    inventory: inventory.name,
    issuer: {
      issuer: issuer.issuer,
      audience: AUDIENCE,
      accessTokenSeconds: isFiniteBound(lifetime) ? Math.round(lifetime / 1000) : DEFAULT_ACCESS_TOKEN_SECONDS,
    },
    followsSettings: inventory.channels.some(({ url }) => url === SETTINGS_URL),
    verifiers: inventory.verifiers
      .filter(
        ({ environment, routes }) => labs.includes(environment) && routes.some(({ url }) => url.startsWith('lab://')),
      )
      .map((verifier) => verifierConfig(verifier, inventory, useDefaults)),
  };
}

/** Whether a verifier is served over TLS. */
export function isOverTls({ library }: LabVerifierConfig): boolean {
  return OVER_TLS.includes(library);
}

function verifierConfig(verifier: VerifierDeclaration, inventory: Inventory, useDefaults: boolean): LabVerifierConfig {
  const library = LAB_LIBRARIES.find((name) => name === verifier.library?.name);
  if (library === undefined) {
    throw new UserError(
      'document/invalid',
      `the lab cannot run "${verifier.library?.name ?? 'no library'}" for verifier "${verifier.name}"`,
      {
        hint: `choose one of ${LAB_LIBRARIES.join(', ')}`,
        at: verifier.library?.at ?? verifier.at,
      },
    );
  }
  const { settings } = verifier;
  const polled = useOf('denylist', verifier, inventory);
  const asked = useOf('introspection', verifier, inventory);
  if (library === 'oauth4webapi' && asked === undefined) {
    throw new UserError(
      'document/invalid',
      `verifier "${verifier.name}" introspects tokens, but uses no such channel`,
      {
        hint: 'declare a channel of type introspection and use it',
        at: verifier.at,
      },
    );
  }
  return {
    name: verifier.name,
    library,
    version: verifier.library?.version ?? 'unknown',
    settings: useDefaults
      ? {}
      : {
          ...finite('keyCacheTtl', settings.keyCacheTtl?.value),
          ...finite('cooldown', settings.cooldown?.value),
          ...finite('fetchTimeout', settings.fetchTimeout?.value),
          ...finite('verdictCacheTtl', settings.verdictCacheTtl?.value),
          ...finite('leeway', settings.leeway?.value),
        },
    denylistPoll: polled !== undefined && isFiniteBound(polled.interval.value) ? polled.interval.value : null,
    introspection:
      asked === undefined
        ? null
        : { cache: finiteOr(asked.positiveCache.value, 0), timeout: finiteOr(asked.fetchTimeout.value, 1000) },
  };
}

function useOf(type: ChannelType, { channels }: VerifierDeclaration, inventory: Inventory): ChannelUse | undefined {
  return channels.find((use) =>
    inventory.channels.some((channel) => channel.name === use.channel && channel.type === type),
  );
}

function finiteOr(bound: Bound, fallback: number): number {
  return isFiniteBound(bound) ? bound : fallback;
}

function finite(name: keyof VerifierSettings, bound: Bound | undefined): VerifierSettings {
  return bound !== undefined && isFiniteBound(bound) ? { [name]: Number(bound) } : {};
}
