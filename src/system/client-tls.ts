import type { SecureContext, SecureContextOptions } from 'node:tls';
import { createSecureContext } from 'node:tls';
import type { HttpTls } from '../model/ports.ts';
import { HttpFailure } from '../model/ports.ts';

/** Keys and authorities are parsed once for each certificate, not for every probe. */
export class SecureContexts {
  /** By certificate, which no map keeps alive, and authorities. */
  readonly #known = new WeakMap<object, Map<string, SecureContext>>();
  readonly #nobody: object = {};

  /** @throws HttpFailure tls when a certificate, its key or the authorities are of no use */
  of(tls: HttpTls = {}): SecureContext {
    const client = tls.client ?? this.#nobody;
    const contexts = this.#known.get(client) ?? new Map<string, SecureContext>();
    this.#known.set(client, contexts);
    const context = contexts.get(tls.ca ?? '') ?? contextOf(tls);
    contexts.set(tls.ca ?? '', context);
    return context;
  }
}

function contextOf({ ca, client }: HttpTls): SecureContext {
  const options: SecureContextOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...(client === undefined ? {} : { cert: client.certificate, key: client.key.reveal() }),
  };
  try {
    return createSecureContext(options);
  } catch {
    // What OpenSSL says could quote the key.
    throw new HttpFailure('tls', 'the certificate of the client, its key, or the authorities cannot be used', null);
  }
}
