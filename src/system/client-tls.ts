import type { SecureContext } from 'node:tls';
import { createSecureContext } from 'node:tls';
import type { HttpTls } from '../model/ports.ts';

/** The options of Node for a connection; nothing where it trusts what the system trusts and shows nothing of itself. */
export function clientOptions({ ca, client }: HttpTls = {}): {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
} {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(client === undefined ? {} : { cert: client.certificate, key: client.key.reveal() }),
  };
}

/** Keys and authorities are parsed once for each certificate, not for every probe. */
export class SecureContexts {
  /** By certificate, which no map keeps alive, and authorities. */
  readonly #known = new WeakMap<object, Map<string, SecureContext>>();
  readonly #nobody: object = {};

  of(tls: HttpTls = {}): SecureContext {
    const client = tls.client ?? this.#nobody;
    const contexts = this.#known.get(client) ?? new Map<string, SecureContext>();
    this.#known.set(client, contexts);
    const context = contexts.get(tls.ca ?? '') ?? createSecureContext(clientOptions(tls));
    contexts.set(tls.ca ?? '', context);
    return context;
  }
}
