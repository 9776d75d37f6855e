import type { ConfigFact, VerifierFactMap } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, rootOf } from '../config-node.ts';
import { explicitFact, flagFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import { isFilledIn, timeOf } from './tree.ts';

type Facts = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

const TEMPLATE = 'NGINX Ingress Controller 5: internal/configs/version2/nginx-plus.virtualserver.tmpl';

/** The `jwt` part of a Policy of the NGINX Ingress Controller, which writes `auth_jwt` out of it; null for anything else. */
export function jwtPolicyOf(document: ConfigDocument): ConfigNode | null {
  if (document.format !== 'yaml' && document.format !== 'json') return null;
  const root = rootOf(document);
  const version = child(root, 'apiVersion')?.value;
  const isPolicy =
    child(root, 'kind')?.value === 'Policy' && typeof version === 'string' && version.startsWith('k8s.nginx.org/');
  return isPolicy ? child(root, 'spec', 'jwt') : null;
}

export function ingressFactsOf(jwt: ConfigNode): { readonly facts: Facts; readonly isStatic: boolean } {
  const uri = child(jwt, 'jwksURI');
  const secret = child(jwt, 'secret');
  const keys = uri ?? secret;
  const url = textFact(uri);
  return {
    isStatic: uri === null,
    facts: {
      keySource:
        keys === null
          ? unknownConfigFact(jwt.at, 'neither jwksURI nor secret is given')
          : explicitFact(uri === null ? 'static' : 'jwks', keys.keyAt),
      queryTokenAccepted: mapFact(textFact(child(jwt, 'token')), (token) => token.startsWith('$arg_')),
      ...(uri === null ? {} : { jwksUri: url, ...fetchFactsOf(jwt, url) }),
    },
  };
}

function fetchFactsOf(jwt: ConfigNode, url: ConfigFact<string> | undefined): Facts {
  const verified = flagFact(child(jwt, 'sslVerify'));
  const isHttps = url !== undefined && url.origin !== 'unknown' && url.value.startsWith('https:');
  const without = {
    origin: 'platform',
    value: ZERO,
    at: jwt.at,
    source: `${TEMPLATE}: no proxy_cache`,
    versions: null,
  } as const;
  return {
    keyCacheTtl: keyCacheOf(child(jwt, 'keyCache')),
    upstreamKeyCacheTtl: without,
    staleOnError: without,
    tlsVerified: isHttps
      ? (verified ?? {
          origin: 'default',
          value: false,
          at: jwt.at,
          source: 'NGINX Ingress Controller 5: pkg/apis/configuration/v1/types.go, sslVerify is false',
          versions: null,
        })
      : undefined,
  };
}

function keyCacheOf(node: ConfigNode | null): ConfigFact<Bound> | undefined {
  const text = textFact(node);
  if (text === undefined || text.origin === 'unknown') return text;
  const time = isFilledIn(text.value) ? null : timeOf(text.value);
  return time === null ? unknownConfigFact(text.at, 'its value is not understood') : explicitFact(time, text.at);
}
