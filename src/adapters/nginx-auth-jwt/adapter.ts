import type { VerifierConfig } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, rootOf } from '../config-node.ts';
import { completeFacts, textFact } from '../facts.ts';
import type { Variables } from './claims.ts';
import { variablesOf } from './claims.ts';
import { ingressFactsOf, jwtPolicyOf } from './ingress.ts';
import { keyReader } from './keys.ts';
import { clientDirectives, readClient, readRoute, routesOf } from './routes.ts';
import { settings } from './settings.ts';
import type { Directive } from './tree.ts';
import { everyDirective, inherited, isOn, labelOf, switchOf, treeOf } from './tree.ts';
import { verifierFactsOf } from './verifier.ts';

/** Directives of open-source modules that share the name `auth_jwt` and little else. */
const OTHER_MODULE =
  /^auth_jwt_(?:key|enabled|alg|algorithm|location|redirect|loginurl|validate_\w+|require_claim|require_header|revocation_list_\w+|allow_nested|bypass_methods)$/;

/** Reads the token checks of NGINX Plus, per block that turns them on or changes them. */
export const adapter: Adapter = {
  id: 'nginx-auth-jwt',
  title: 'NGINX Plus, auth_jwt',
  role: 'gateway',
  reads:
    'Configurations of NGINX Plus: `auth_jwt` in `http`, `server`, `location` and `limit_except` with what they inherit, the location that keys are fetched by, locations without a token, and the variables of the OpenID Connect reference. Policies of the NGINX Ingress Controller with `spec.jwt`.',
  assumes: [
    'Files that `include` names are not followed: what one beside `auth_jwt` may set is unknown, unless its name tells of something else, as `ssl.conf` and `mime.types` do.',
    'Configurations that use directives of open-source modules with similar names are left alone.',
    'A claim that a script compares (njs, Lua) is unknown.',
  ],
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_auth_jwt_module.html',
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html',
    'https://docs.nginx.com/nginx/admin-guide/security-controls/configuring-jwt-authentication/',
    'https://github.com/nginx/kubernetes-ingress',
  ],
  settings,
  examples: [
    {
      file: 'nginx.conf',
      text: `http {
  proxy_cache_path /var/cache/nginx/jwks keys_zone=jwks:1m;

  map $jwt_claim_iss $good_issuer {
    https://id.example.com 1;
  }
  map $jwt_claim_aud $good_audience {
    orders 1;
  }

  server {
    listen 443 ssl;
    server_name api.example.com;

    location /orders {
      auth_jwt "orders";
      auth_jwt_key_request /_jwks;
      auth_jwt_key_cache 1m;
      auth_jwt_require $jwt_claim_exp $good_issuer $good_audience;
      proxy_pass http://orders;
    }

    location = /_jwks {
      internal;
      proxy_cache jwks;
      proxy_cache_valid 200 4m;
      proxy_ignore_headers Cache-Control Expires;
      proxy_ssl_verify on;
      proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
      proxy_pass https://id.example.com/jwks.json;
    }
  }
}
`,
      note: 'A removed key works for 5m: both caches count.',
    },
  ],
  mayHold: (_file, text) =>
    /\bauth_jwt\s|\$oidc_client_secret\b/.test(text) || (text.includes('k8s.nginx.org/') && text.includes('jwt')),
  recognise: (document) => (document.format === 'nginx' ? isOurs(treeOf(document)) : jwtPolicyOf(document) !== null),
  read(document) {
    const policy = jwtPolicyOf(document);
    if (policy !== null) return [readPolicy(document, policy)];
    const root = treeOf(document);
    const guards = guardsOf(root);
    const known = new Set(guards);
    const shared: Shared = { variables: variablesOf(root), keyFactsOf: keyReader() };
    return [
      ...guards.map((block) => readVerifier(document, block, shared)),
      ...routesOf(root).map((location) => readRoute(document, location, known)),
      ...readClient(document, root),
    ];
  },
};

function readPolicy(document: ConfigDocument, jwt: ConfigNode): VerifierConfig {
  const { facts, isStatic } = ingressFactsOf(jwt);
  const name = textFact(child(rootOf(document), 'metadata', 'name'));
  return verifierWith(document, {
    name: `policy ${name !== undefined && name.origin !== 'unknown' ? name.value : 'without a name'}`,
    at: jwt.keyAt,
    product: isStatic ? 'static-keys' : adapter.id,
    facts,
  });
}

function isOurs(root: Directive): boolean {
  const directives = [...everyDirective(root)];
  if (directives.some(({ name }) => OTHER_MODULE.test(name))) return false;
  return directives.some(isOn) || clientDirectives(root, '$oidc_client_secret').length > 0;
}

const CHANGES = /^auth_jwt(?:_key_file|_key_request|_key_cache|_leeway|_require|_type)?$/;

/** Blocks where tokens are asked for, and that say something about how. */
function guardsOf(root: Directive): readonly Directive[] {
  return [...everyDirective(root)].filter((block) => {
    const authJwt = switchOf(block);
    return authJwt !== null && isOn(authJwt) && (block.block ?? []).some(({ name }) => CHANGES.test(name));
  });
}

/** What is worked out once for all blocks of a file. */
interface Shared {
  readonly variables: Variables;
  readonly keyFactsOf: ReturnType<typeof keyReader>;
}

function readVerifier(document: ConfigDocument, block: Directive, { variables, keyFactsOf }: Shared): VerifierConfig {
  const requests = inherited(block, 'auth_jwt_key_request');
  const files = inherited(block, 'auth_jwt_key_file');
  const product = requests.length > 0 ? adapter.id : files.length > 0 ? 'static-keys' : null;
  return verifierWith(document, {
    name: labelOf(block),
    at: block.at,
    product,
    facts: verifierFactsOf({ block, variables, requests, files, keyFacts: keyFactsOf(requests) }),
  });
}

interface VerifierParts {
  readonly name: string;
  readonly at: Location;
  readonly product: string | null;
  readonly facts: ReturnType<typeof verifierFactsOf>;
}

function verifierWith({ file }: ConfigDocument, { name, at, product, facts }: VerifierParts): VerifierConfig {
  return {
    kind: 'verifier',
    adapter: adapter.id,
    name,
    file,
    at,
    profile: null,
    product: product === null ? null : { id: product, version: null },
    secrets: [],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<VerifierConfig['facts']>(settings, 'verifier', facts, at),
  };
}
