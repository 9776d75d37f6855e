import { createHash } from 'node:crypto';
import { INTROSPECTED_AUDIENCE } from '../clients.ts';
import { importPart } from '../import-part.ts';
import type { Outcome, VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

/** The part of oauth4webapi that the lab uses. */
interface Library {
  readonly allowInsecureRequests: symbol;
  readonly ClientSecretBasic: (secret: string) => unknown;
  readonly introspectionRequest: (...parameters: readonly unknown[]) => Promise<Response>;
  readonly processIntrospectionResponse: (
    ...parameters: readonly unknown[]
  ) => Promise<{ readonly active: boolean; readonly aud?: string | readonly string[]; readonly sub?: string }>;
}

/** oauth4webapi as a resource server: the issuer is asked about every token (RFC 7662), or its answer is kept for a while. */
export const createVerifier: VerifierFactory = async ({ issuer, introspection }) => {
  if (introspection === null) throw new Error('nobody to ask about tokens');
  const library = await importPart<Library>('oauth4webapi');
  const { endpoint, clientId, clientSecret, cache, timeout } = introspection;
  const server = { issuer, introspection_endpoint: endpoint };
  const client = { client_id: clientId };
  const authentication = library.ClientSecretBasic(clientSecret);

  async function ask(token: string): Promise<Outcome> {
    try {
      const response = await library.introspectionRequest(server, client, authentication, token, {
        [library.allowInsecureRequests]: true,
        signal: AbortSignal.timeout(timeout),
      });
      const answer = await library.processIntrospectionResponse(server, client, response);
      return answer.active && [answer.aud].flat().includes(INTROSPECTED_AUDIENCE)
        ? accepted(answer)
        : { kind: 'reject', why: 'invalid' };
    } catch (error) {
      return refused(error);
    }
  }

  return cache === 0 ? ask : keeping(ask, cache);
};

/** Keeps what the issuer said of a token for so many milliseconds, counted from the question. An outage is not kept. */
function keeping(ask: (token: string) => Promise<Outcome>, forMs: number): (token: string) => Promise<Outcome> {
  const kept = new Map<string, { readonly until: number; readonly outcome: Outcome }>();
  return async (token) => {
    const name = createHash('sha256').update(token).digest('base64url');
    const asked = performance.now();
    const known = kept.get(name);
    if (known !== undefined && asked < known.until) return known.outcome;
    const outcome = await ask(token);
    if (outcome.kind !== 'unavailable') kept.set(name, { until: asked + forMs, outcome });
    return outcome;
  };
}
