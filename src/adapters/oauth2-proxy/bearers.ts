import type { VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Setting } from '../adapter.ts';
import { completeFacts, derivedFact, explicitFact, flagFact, mapFact } from '../facts.ts';
import type { ProxyOptions } from './options.ts';
import { entriesOf } from './options.ts';

/** Issuers whose tokens are taken as they come, each as `issuer=audience`. */
export function readBearers(proxy: ProxyOptions, settings: readonly Setting[]): readonly VerifierConfig[] {
  const { options, node } = proxy;
  if (knownValue(flagFact(options.get('skip_jwt_bearer_tokens') ?? null)) !== true) return [];
  const isUnchecked = flagFact(options.get('ssl_insecure_skip_verify') ?? null);
  return entriesOf(options.get('extra_jwt_issuers')).map(({ text, at }) => {
    const [, issuer = text, audience = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const discovery = `${issuer.replace(/(?<!\/)\/+$/, '')}/.well-known/openid-configuration`;
    return {
      kind: 'verifier' as const,
      adapter: 'oauth2-proxy',
      name: `${proxy.name} bearer ${issuer}`,
      file: node.document.file,
      at,
      profile: null,
      // A bearer token makes no session, so only its library's key cache counts.
      product: { id: 'go-oidc', version: null },
      secrets: [],
      remarks: [],
      inlineKeys: [],
      facts: completeFacts<VerifierFactMap>(
        settings.filter(({ fact }) => !OF_SESSIONS.includes(fact)),
        'verifier',
        {
          issuers: explicitFact([issuer], at),
          audiences: explicitFact([audience], at),
          discoveryUrl: derivedFact(discovery, at, 'of extra_jwt_issuers'),
          keySource: explicitFact('discovery', at),
          tlsVerified: mapFact(isUnchecked, (isSkipped) => !isSkipped),
          refetchOnUnknownKid: {
            origin: 'platform',
            value: 'unthrottled',
            at,
            source: 'go-oidc 3: oidc/jwks.go, an unknown kid is fetched at once',
            versions: null,
          },
        },
        at,
      ),
    };
  });
}

/** Facts of a log-in, which such a token does without. */
const OF_SESSIONS: readonly string[] = ['derivedSessionLifetime', 'derivedSessionRecheck', 'forwardsToken'];
