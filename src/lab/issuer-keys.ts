import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';

interface OwnKey {
  readonly kid: string;
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

/** One fetch of the key set, for telling which verifier looked when. */
export interface KeyFetch {
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Fetches remembered, the last ones: minutes of a drill, and little enough to be asked for many times a second. */
const MAX_FETCHES = 2000;

/** Members of private and symmetric keys (RFC 7518 sections 6.2.2, 6.3.2, 6.4). */
const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** The key set of the lab's issuer: its own signing keys, the first of them in use, and keys published by drills. */
export class IssuerKeys {
  #own: readonly OwnKey[];
  readonly #published = new Map<string, JWK>();
  readonly #fetches: KeyFetch[] = [];

  private constructor(own: readonly OwnKey[]) {
    this.#own = own;
  }

  /** One key in use and one on standby, so that a rotation has a successor that verifiers know already. */
  static async create(): Promise<IssuerKeys> {
    return new IssuerKeys([await generate(), await generate()]);
  }

  async privateSet(): Promise<{ readonly keys: readonly JWK[] }> {
    return { keys: this.#own.map(({ privateJwk }) => privateJwk) };
  }

  /** The private key that signs now. */
  active(): JWK {
    const [active] = this.#own;
    if (active === undefined) throw new Error('an issuer always has a key');
    return active.privateJwk;
  }

  publicSet(): { readonly keys: readonly JWK[] } {
    return { keys: [...this.#own.map(({ publicJwk }) => publicJwk), ...this.#published.values()] };
  }

  /** @returns false when the key is private, symmetric, or has no kid */
  publish(jwk: Readonly<Record<string, unknown>>): boolean {
    const { kid, kty } = jwk;
    if (typeof kid !== 'string' || kid === '' || typeof kty !== 'string' || kty === 'oct') return false;
    if (PRIVATE_MEMBERS.some((member) => member in jwk) || this.#own.some((own) => own.kid === kid)) return false;
    this.#published.set(kid, { ...jwk, kty });
    return true;
  }

  withdraw(kid: string): 'published' | 'own' | 'active' | 'absent' {
    if (this.#published.delete(kid)) return 'published';
    const index = this.#own.findIndex((own) => own.kid === kid);
    if (index < 0) return 'absent';
    if (index === 0) return 'active';
    this.#own = this.#own.filter((own) => own.kid !== kid);
    return 'own';
  }

  /**
   * The standby key signs from now on, the old key stays published, a new standby joins.
   *
   * @param from when given, nothing changes unless it signs now
   */
  async rotate(from?: string): Promise<{ readonly kid: string; readonly previous: string }> {
    const [active, ...rest] = this.#own;
    if (active === undefined) throw new Error('an issuer always has a key');
    if (from !== undefined && active.kid !== from) return { kid: active.kid, previous: from };
    const [next = await generate(), ...retired] = rest;
    this.#own = [next, await generate(), active, ...retired];
    return { kid: next.kid, previous: active.kid };
  }

  noteFetch(by: string): void {
    this.#fetches.push({ by, at: Date.now() });
    if (this.#fetches.length > 2 * MAX_FETCHES) this.#fetches.splice(0, MAX_FETCHES);
  }

  fetches(): readonly KeyFetch[] {
    return this.#fetches;
  }
}

async function generate(): Promise<OwnKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = `lab-${randomBytes(8).toString('hex')}`;
  const common = { kid, alg: 'ES256', use: 'sig' };
  return {
    kid,
    privateJwk: { ...(await exportJWK(privateKey)), ...common },
    publicJwk: { ...(await exportJWK(publicKey)), ...common },
  };
}
