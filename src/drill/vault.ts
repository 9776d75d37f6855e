import { UserError } from '../model/failure.ts';
import type { ClientCertificate } from '../model/ports.ts';
import type { Secret } from '../model/secret.ts';
import type { SigningKey } from '../token/mint.ts';
import type { SecretWatch } from './secret-watch.ts';

/** Credentials that this run minted. They live in memory only and end with the process. */
export type Minted =
  | { readonly kind: 'key'; readonly key: SigningKey }
  | { readonly kind: 'certificate'; readonly certificate: ClientCertificate }
  | {
      readonly kind: 'token';
      readonly token: Secret;
      readonly claims: Readonly<Record<string, unknown>>;
      readonly header: Readonly<Record<string, unknown>>;
      /** The key of this run that signed it; absent when an issuer did. */
      readonly signer?: SigningKey;
      /** The key of this run that it is bound to (RFC 9449); absent for bearer tokens. */
      readonly holder?: SigningKey;
      /** The certificate of this run that it is bound to (RFC 8705); absent for bearer tokens. */
      readonly certificate?: ClientCertificate;
      /** Who got it from the issuer; a public client has no secret. Absent for tokens of no client. */
      readonly client?: { readonly id: string; readonly secret: Secret | null };
    }
  | { readonly kind: 'client'; readonly id: string; readonly secret: Secret }
  | {
      readonly kind: 'grant';
      readonly subject: string;
      readonly client: string;
      readonly accessToken: Secret;
      readonly refreshToken: Secret;
      /** Refresh tokens before the current one, the last first; none until the issuer has rotated. */
      readonly rotatedOut: readonly Secret[];
    };

/** The credentials of one arm, by the name the drill gives them. */
export class Vault {
  readonly #held = new Map<string, Minted>();
  readonly #watch: SecretWatch | null;

  /** @param watch told of everything that is put in */
  constructor(watch: SecretWatch | null = null) {
    this.#watch = watch;
  }

  put(name: string, minted: Minted): void {
    for (const secret of secretsOf(minted)) this.#watch?.keep(secret);
    this.#held.set(name, minted);
  }

  has(name: string): boolean {
    return this.#held.has(name);
  }

  key(name: string): SigningKey {
    const held = this.#get(name);
    if (held.kind !== 'key') throw wrongKind(name, 'a key');
    return held.key;
  }

  /** What a token can be bound to. */
  holder(name: string): Extract<Minted, { kind: 'key' | 'certificate' }> {
    const held = this.#get(name);
    if (held.kind !== 'key' && held.kind !== 'certificate') throw wrongKind(name, 'a key or a certificate');
    return held;
  }

  token(name: string): Extract<Minted, { kind: 'token' }> {
    const held = this.#get(name);
    if (held.kind !== 'token') throw wrongKind(name, 'a token');
    return held;
  }

  client(name: string): Extract<Minted, { kind: 'client' }> {
    const held = this.#get(name);
    if (held.kind !== 'client') throw wrongKind(name, 'a client');
    return held;
  }

  grant(name: string): Extract<Minted, { kind: 'grant' }> {
    const held = this.#get(name);
    if (held.kind !== 'grant') throw wrongKind(name, 'a grant');
    return held;
  }

  #get(name: string): Minted {
    const held = this.#held.get(name);
    // Steps may only touch what this run minted: a name that is not in the vault is not a canary.
    if (held === undefined)
      throw new UserError('drill/not-a-canary', `"${name}" was not minted by this run`, {
        hint: 'list it under spec.credentials before the step that uses it',
      });
    return held;
  }
}

/** What of a credential must never be written. */
function secretsOf(minted: Minted): readonly Secret[] {
  switch (minted.kind) {
    case 'key':
      return minted.key.secret === undefined ? [] : [minted.key.secret];
    case 'certificate':
      return [minted.certificate.key];
    case 'token':
      return [minted.token];
    case 'client':
      return [minted.secret];
    case 'grant':
      return [minted.accessToken, minted.refreshToken, ...minted.rotatedOut];
  }
}

function wrongKind(name: string, wanted: string): UserError {
  return new UserError('drill/not-a-canary', `credential "${name}" is not ${wanted}`, {
    hint: 'check which credential the step names',
  });
}
