import { UserError } from '../model/failure.ts';
import type { IssuerDeclaration } from '../model/inventory.ts';
import { HttpFailure } from '../model/ports.ts';
import type { Plan } from './plan.ts';
import type { StepContext } from './step.ts';

/**
 * Where an issuer says who it is: OpenID Connect Discovery 1.0 section 4.1 appends to the issuer, RFC 8414 section 3.1
 * puts its path between host and path of the issuer.
 */
function metadataUrls(issuer: string): readonly string[] {
  if (!URL.canParse(issuer)) return [];
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

/**
 * Asks the issuer who it is before anything is changed: an inventory that was copied from another environment must not
 * lead a drill there. Where nobody answers, staging and prod refuse to run; a lab is known by its description.
 *
 * @throws UserError drill/wrong-environment, drill/host-not-allowed
 */
export async function checkIssuer({ environment, issuer }: Plan, context: StepContext): Promise<void> {
  if (environment.class === 'lab') return;
  const said = await issuerSaid(issuer, context);
  if (said === issuer.issuer || (said === null && environment.class === 'dev')) return;
  throw new UserError(
    'drill/wrong-environment',
    said === null
      ? `issuer "${issuer.name}" of environment "${environment.name}" does not say who it is`
      : `issuer "${issuer.name}" says that it is ${said}, the inventory says ${issuer.issuer}`,
    {
      hint:
        said === null
          ? `let it answer at ${metadataUrls(issuer.issuer)[0] ?? 'its metadata'}, and allow its host`
          : 'check which environment this inventory describes; nothing was changed',
      at: issuer.at,
    },
  );
}

/** The `issuer` member of its metadata; null when no document of the kind answers. */
async function issuerSaid({ issuer }: IssuerDeclaration, { http, timeoutMs }: StepContext): Promise<string | null> {
  for (const url of metadataUrls(issuer)) {
    try {
      const { status, body } = await http.send({ url, method: 'GET', timeoutMs });
      const data: unknown = status === 200 ? JSON.parse(body) : null;
      if (typeof data === 'object' && data !== null && 'issuer' in data && typeof data.issuer === 'string')
        return data.issuer;
    } catch (error) {
      // An answer that is no JSON says as little as none.
      if (!(error instanceof HttpFailure || error instanceof SyntaxError)) throw error;
    }
  }
  return null;
}
