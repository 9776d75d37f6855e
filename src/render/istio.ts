import type { LiveEntry } from './live-entries.ts';
import type { RevocationTarget, Unsupported } from './target.ts';
import { commented, headerLines, showLive, sortOut } from './target.ts';
import type { Plain } from './yaml-text.ts';
import { yamlText } from './yaml-text.ts';

/** Claims whose value the entry is compared with. */
function claimsOf(by: string): readonly string[] {
  return by === 'client_id' ? ['client_id', 'azp'] : [by];
}

/** An AuthorizationPolicy that denies by claims. */
export const istioTarget: RevocationTarget = {
  id: 'istio',
  title: 'an AuthorizationPolicy with action DENY',
  reads: 'Istio 1.5 or newer, beside a RequestAuthentication; in the root namespace it counts for the whole mesh',
  cannot:
    'It compares claims only: the kid stands in the header, which conditions of Istio cannot see, and iat is a number, which they cannot compare. A value that begins or ends with * is a pattern there.',
  render: (list) => {
    const { fit, unsupported } = sortOut(list.entries, faultOf);
    const rules = fit.flatMap(rulesOf);
    return {
      text:
        commented('#', [
          ...headerLines('istio', list),
          'Apply it in the root namespace (istio-system) for the whole mesh.',
        ]) +
        (rules.length === 0 ? commented('#', ['Nothing is revoked: delete the policy of this name.']) : '') +
        yamlText({
          apiVersion: 'security.istio.io/v1',
          kind: 'AuthorizationPolicy',
          metadata: { name: 'firebreak-revocations' },
          spec: { action: 'DENY', rules },
        }),
      unsupported,
    };
  },
};

function faultOf(entry: LiveEntry): Omit<Unsupported, 'at'> | null {
  if (entry.by === 'kid') {
    return {
      message: `Istio cannot deny ${showLive(entry)}: its conditions see claims, and the kid stands in the header`,
      hint: 'remove the key from the JWKS, which istiod fetches again every 20m, and refuse the kid at another enforcement point until then',
    };
  }
  if (entry.issuedBefore !== null) {
    return {
      message: `Istio cannot deny ${showLive(entry)}: its conditions compare texts, and iat is a number`,
      hint: 'name the tokens, sessions, users or clients instead, or refuse them at another enforcement point',
    };
  }
  const pattern = [entry.iss, entry.value].find((text) => text !== null && /^\*|\*$/.test(text));
  if (pattern === undefined) return null;
  return {
    message: `Istio takes ${JSON.stringify(pattern)} for a pattern that fits more than this one`,
    hint: 'name the tokens by another claim',
  };
}

/** Any rule is enough to deny; all conditions of a rule must hold. */
function rulesOf({ iss, by, value }: LiveEntry): readonly Plain[] {
  if (by === null || value === null) return [];
  const issuer = iss === null ? [] : [condition('iss', iss)];
  return claimsOf(by).map((claim) => ({ when: [...issuer, condition(claim, value)] }));
}

function condition(claim: string, value: string): Plain {
  return { key: `request.auth.claims[${claim}]`, values: [value] };
}
