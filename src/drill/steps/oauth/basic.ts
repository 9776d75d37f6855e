import type { Secret } from '../../../model/secret.ts';

/** How a confidential client says who it is (RFC 6749 section 2.3.1): both parts are form-encoded before they are joined. */
export function basicAuthorization({ id, secret }: { readonly id: string; readonly secret: Secret }): {
  readonly authorization: string;
} {
  return { authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret.reveal())}`)}` };
}
