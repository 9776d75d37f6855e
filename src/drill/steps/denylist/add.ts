import { UserError } from '../../../model/failure.ts';
import type { StepAction } from '../../step.ts';
import { adminRequest, argument, callText } from '../../step.ts';
import type { Minted } from '../../vault.ts';

/** Claims by which an entry can name a token; each must be one that only this run's credentials carry. */
const TYPES: readonly string[] = ['jti', 'sid', 'client_id', 'kid'];

/** Puts the jti, sid, client_id or kid of a canary token on the denylist. */
export const addToDenylist: StepAction = {
  uses: 'denylist.add',
  summary: 'put a canary token on the denylist',
  undoSummary: 'remove the entry, read the list back',
  effect: ({ call, vault, admin, expiresAt }) => {
    const type = callText(call, 'type');
    if (!TYPES.includes(type)) {
      throw new UserError(
        'drill/not-a-canary',
        `a drill may not deny by ${type}: it could match tokens that it did not mint`,
        { hint: `choose one of ${TYPES.join(', ')}`, at: call.at },
      );
    }
    const value = valueOf(type, vault.token(callText(call, 'of')));
    if (typeof value !== 'string' || value === '') {
      throw new UserError('document/invalid', `the token "${callText(call, 'of')}" has no ${type}`, {
        hint: 'choose a claim that the issuer puts into tokens',
        at: call.at,
      });
    }
    if (!isOurs(type, value, vault.token(callText(call, 'of')))) {
      throw new UserError(
        'drill/not-a-canary',
        `a drill may not deny ${type} ${value}: other tokens than its own carry it`,
        { hint: 'register a client with oauth.register_client, or sign with a key of the run', at: call.at },
      );
    }
    return {
      action: 'denylist.add',
      with: { admin, type, value, expires_at: expiresAt },
      says: `deny ${type} ${value.slice(0, 8)}… of the canary`,
      undo: 'required',
    };
  },
  apply: async (effect, context) => {
    const { admin, ...entry } = effect.with;
    const { status } = await adminRequest(context, {
      admin: String(admin),
      method: 'POST',
      path: '/denylist',
      body: entry,
      expected: [200, 201, 204],
    });
    return { status };
  },
  undo: async (effect, context) => {
    const path = `/denylist/${encodeURIComponent(argument(effect, 'type'))}/${encodeURIComponent(argument(effect, 'value'))}`;
    await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'DELETE',
      path,
      expected: [200, 204, 404],
    });
  },
  isGone: async (effect, context) => {
    const { body } = await adminRequest(context, {
      admin: argument(effect, 'admin'),
      method: 'GET',
      path: '/denylist',
      expected: [200],
    });
    const { entries } = JSON.parse(body) as {
      readonly entries: readonly { readonly type: string; readonly value: string }[];
    };
    return !entries.some(({ type, value }) => type === effect.with['type'] && value === effect.with['value']);
  },
};

type Token = Pick<Extract<Minted, { kind: 'token' }>, 'claims' | 'header' | 'signer'>;

function valueOf(type: string, { claims, header }: Token): unknown {
  return type === 'kid' ? header['kid'] : claims[type];
}

/** Issuers make a jti and a sid for one token or session; a client and a key have many tokens, so they must be this run's. */
function isOurs(type: string, value: string, { signer }: Token): boolean {
  if (type === 'kid') return signer !== undefined;
  return type !== 'client_id' || value.startsWith('fbcanary-');
}
