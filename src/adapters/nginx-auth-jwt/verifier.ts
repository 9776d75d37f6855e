import type { ConfigFact, VerifierFactMap } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO } from '../../model/quantity.ts';
import { explicitFact, unknownConfigFact } from '../facts.ts';
import type { ClaimCheck, Variables } from './claims.ts';
import { claimChecksOf } from './claims.ts';
import type { KeyFacts } from './keys.ts';
import type { Directive } from './tree.ts';
import { inherited, isFilledIn, mayBeOff, named, outwards, timeOf } from './tree.ts';

export interface Guard {
  readonly block: Directive;
  readonly variables: Variables;
  /** The `auth_jwt_key_request` directives that hold in the block. */
  readonly requests: readonly Directive[];
  readonly files: readonly Directive[];
  readonly keyFacts: KeyFacts;
}

type Facts = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

export function verifierFactsOf({ block, variables, requests, files, keyFacts }: Guard): Facts {
  const elsewhere = elsewhereOf(block);
  const [keys] = [...requests, ...files];
  const authJwt = inherited(block, 'auth_jwt')[0];
  return {
    ...claimFactsOf(claimChecksOf(block, variables), scriptOf(block) ?? elsewhere),
    ...keyFacts,
    keySource:
      keys === undefined
        ? unknownConfigFact(block.at, 'no key is named in this file')
        : explicitFact(requests.length > 0 ? 'jwks' : 'static', keys.at),
    keyCacheTtl: keyCacheOf(block, requests, elsewhere),
    leeway: timeFact(inherited(block, 'auth_jwt_leeway')[0]) ?? elsewhere,
    signatureVerified: signatureOf(inherited(block, 'auth_jwt_type')[0]) ?? elsewhere,
    missingTokenAllowed: missingOf(block, authJwt),
    queryTokenAccepted: queryOf(block, authJwt),
    claimHeaders: claimHeadersOf(block),
  };
}

/** Names of included files that tell of something else. */
const HARMLESS =
  /mime|params|ssl|tls|gzip|brotli|cors|headers?|letsencrypt|certbot|acme|logs?|upstreams?|errors?|static|modules?|real_?ip|cloudflare|resolver|compression|security|health|status|\*/i;

/** Where a file is included that may set what is absent here. */
function elsewhereOf(block: Directive): ConfigFact<never> | undefined {
  const levels = [...outwards(block)];
  if (!levels.some(({ name }) => name === 'server' || name === 'http')) {
    return unknownConfigFact(block.at, 'it may be set where this file is included');
  }
  for (const level of levels) {
    const include = named(level, 'include').find(({ words }) => !HARMLESS.test(words[0] ?? ''));
    if (include !== undefined) {
      return unknownConfigFact(include.at, `it may be set in ${include.words[0] ?? 'an included file'}`);
    }
  }
  return undefined;
}

/** Handlers that may look at claims themselves, as `js_content validateIdToken` does. */
const SCRIPTS = /^(?:js_content|js_access|access_by_lua\w*|content_by_lua\w*|rewrite_by_lua\w*|perl)$/;

function scriptOf(block: Directive): ConfigFact<never> | undefined {
  const script = (block.block ?? []).find(({ name }) => SCRIPTS.test(name));
  return script === undefined ? undefined : unknownConfigFact(script.at, `${script.name} may compare it`);
}

function claimFactsOf(checks: readonly ClaimCheck[], elsewhere: ConfigFact<never> | undefined): Facts {
  const opaque = checks.find(({ claim }) => claim === null);
  const otherwise =
    opaque === undefined
      ? elsewhere
      : unknownConfigFact(opaque.at, 'a variable is required whose value is computed elsewhere');
  const exp = checks.find(({ claim, how }) => claim === 'exp' && how !== 'unlisted');
  const denied = checks.filter(({ claim, how }) => claim !== null && how === 'unlisted');
  const [first] = denied;
  return {
    issuers: valuesOf(checks, 'iss') ?? otherwise,
    audiences: valuesOf(checks, 'aud') ?? otherwise,
    algorithms: valuesOf(checks, 'header alg') ?? otherwise,
    requiresExp:
      exp === undefined
        ? otherwise
        : exp.how === 'present'
          ? explicitFact(true, exp.at)
          : unknownConfigFact(exp.at, 'exp is compared in a way that is not understood'),
    denylistClaims:
      first === undefined
        ? undefined
        : explicitFact([...new Set(denied.map(({ claim }) => claim ?? ''))].sort(), first.at),
  };
}

function valuesOf(checks: readonly ClaimCheck[], name: string): ConfigFact<readonly string[]> | undefined {
  const own = checks.filter(({ claim, how }) => claim === name && (how === 'listed' || how === 'unclear'));
  const listed = own.find(({ how }) => how === 'listed');
  if (listed !== undefined) return explicitFact(listed.values, listed.at);
  return own[0] === undefined
    ? undefined
    : unknownConfigFact(own[0].at, 'it is compared with what is not written here');
}

function keyCacheOf(
  block: Directive,
  requests: readonly Directive[],
  elsewhere: ConfigFact<never> | undefined,
): ConfigFact<Bound> | undefined {
  const written = timeFact(inherited(block, 'auth_jwt_key_cache')[0]);
  if (written !== undefined || requests.length === 0) return written;
  const source = 'nginx.org: ngx_http_auth_jwt_module, auth_jwt_key_cache 0';
  return elsewhere ?? { origin: 'default', value: ZERO, at: block.at, source, versions: null };
}

function timeFact(directive: Directive | undefined): ConfigFact<Bound> | undefined {
  if (directive === undefined) return undefined;
  const text = directive.words[0] ?? '';
  const time = isFilledIn(text) ? null : timeOf(text);
  return time === null
    ? unknownConfigFact(directive.at, isFilledIn(text) ? 'it is filled in elsewhere' : 'its value is not understood')
    : explicitFact(time, directive.at);
}

function signatureOf(type: Directive | undefined): ConfigFact<boolean> | undefined {
  if (type === undefined) return undefined;
  const isSigned = type.words[0] === 'signed' || type.words[0] === 'nested';
  return isSigned
    ? explicitFact(true, type.at)
    : unknownConfigFact(type.at, 'tokens are encrypted; whether anybody vouches for them depends on the key');
}

/** With `satisfy any` another access module may let a request through. */
function missingOf(block: Directive, authJwt: Directive | undefined): ConfigFact<boolean> | undefined {
  const [satisfy] = inherited(block, 'satisfy');
  if (satisfy?.words[0] === 'any') return unknownConfigFact(satisfy.at, 'satisfy any lets another check stand in');
  return authJwt !== undefined && mayBeOff(authJwt)
    ? unknownConfigFact(authJwt.at, 'a variable may turn it off')
    : undefined;
}

function queryOf(block: Directive, authJwt: Directive | undefined): ConfigFact<boolean> | undefined {
  const token = authJwt?.words.find((word) => word.startsWith('token='));
  if (authJwt === undefined || named(block, 'internal').length > 0) return undefined;
  return token === undefined || !token.startsWith('token=$')
    ? undefined
    : explicitFact(token.startsWith('token=$arg_'), authJwt.at);
}

/** A header that nginx sets replaces the client's own. */
function claimHeadersOf(block: Directive): VerifierFactMap['claimHeaders'] {
  const headers = inherited(block, 'proxy_set_header').filter(
    ({ words }) => words[1]?.includes('$jwt_claim_') === true,
  );
  const [first] = headers;
  return first === undefined
    ? undefined
    : explicitFact({ names: headers.map(({ words }) => words[0] ?? ''), stripped: true }, first.at);
}
