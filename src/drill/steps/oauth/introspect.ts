import { UserError } from '../../../model/failure.ts';
import type { StepAction } from '../../step.ts';
import { argument, callText, sendOrExplain } from '../../step.ts';
import { resolveUrl } from '../../urls.ts';
import { basicAuthorization } from './basic.ts';

/**
 * Asks the issuer about a canary token, as the client that got it (RFC 7662 section 2.1). What it says now is what verifiers
 * that ask will do once they have no kept answer.
 */
export const introspectToken: StepAction = {
  uses: 'oauth.introspect',
  summary: 'ask the issuer whether a canary token is active',
  undoSummary: null,
  isSelfContained: true,
  effect: ({ call, vault, issuer }) => {
    const of = callText(call, 'of');
    if (vault.token(of).client?.secret == null) {
      throw new UserError('document/invalid', `the token "${of}" is of no client that may ask about it`, {
        hint: 'obtain it with oauth.client_credentials',
        at: call.at,
      });
    }
    if (issuer.introspectionEndpoint === null) {
      throw new UserError('drill/wrong-environment', `issuer "${issuer.name}" has no introspection_endpoint`, {
        hint: 'declare it in the inventory',
        at: issuer.at,
      });
    }
    return {
      action: 'oauth.introspect',
      with: { endpoint: issuer.introspectionEndpoint, of },
      says: `ask whether "${of}" is active`,
      undo: 'none',
    };
  },
  apply: async (effect, context) => {
    const held = context.vault?.token(argument(effect, 'of'));
    const secret = held?.client?.secret ?? null;
    if (held?.client === undefined || secret === null)
      throw new Error('only the run that holds a token can ask about it');
    const { status, body } = await sendOrExplain(context, {
      url: resolveUrl(argument(effect, 'endpoint'), context.lab),
      method: 'POST',
      headers: {
        ...basicAuthorization({ id: held.client.id, secret }),
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ token: held.token.reveal(), token_type_hint: 'access_token' }).toString(),
    });
    const active = activeIn(body);
    if (status !== 200 || active === null) {
      throw new UserError(
        'http/unexpected',
        `the introspection endpoint answered ${status} and not whether it is active`,
        {
          hint: 'check introspection_endpoint, and that the client of the token may ask about it',
        },
      );
    }
    return { active: active ? 'yes' : 'no' };
  },
  undo: async () => undefined,
  isGone: async () => true,
};

/** RFC 7662 section 2.2: the one member that must be there. */
function activeIn(body: string): boolean | null {
  try {
    const answer: unknown = JSON.parse(body);
    const active: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'active') : null;
    return typeof active === 'boolean' ? active : null;
  } catch {
    return null;
  }
}
