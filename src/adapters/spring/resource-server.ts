import type { ConfigRemark, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { Setting } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import type { DottedSettings } from '../dotted-settings.ts';
import { dottedList, settingOf, settingsBelow } from '../dotted-settings.ts';
import { completeFacts, explicitFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import { secretsOf } from '../secret.ts';
import { profileOf } from './profile.ts';
import { SPRING_SETTINGS } from './settings.ts';
import { sourceFacts } from './sources.ts';
import { keyCacheOf, productOfStack, stackIn } from './stack.ts';

export const RESOURCE_SERVER = 'spring.security.oauth2.resourceserver.';
const JWT = `${RESOURCE_SERVER}jwt.`;
const OPAQUE = `${RESOURCE_SERVER}opaquetoken.`;

/** Settings of Spring Boot 2.0 to 4.2, in normal form; the rest is passed over by Spring. */
const KNOWN_JWT =
  /^(?:issueruri|jwkseturi|jwkset\.uri|jwsalgorithms?|publickeylocation|audiences|authorityprefix|authoritiesclaim(?:delimiter|name)|principalclaimname)(?:\[\d+\])?$/;
const KNOWN_OPAQUE = /^(?:introspectionuri|clientid|clientsecret|introspectionclientid|introspectionclientsecret)$/;

/** The verifiers that a document configures: one for JWTs, one for opaque tokens. */
export function resourceServersOf(settings: DottedSettings): readonly VerifierConfig[] {
  const jwt = settingsBelow(settings, JWT);
  const opaque = settingsBelow(settings, OPAQUE);
  return [
    ...(jwt[0] === undefined ? [] : [readJwt(settings, jwt[0].node)]),
    ...(opaque[0] === undefined ? [] : [readOpaque(settings, opaque[0].node)]),
  ];
}

function subject(settings: DottedSettings, name: string, node: ConfigNode): Omit<VerifierConfig, 'facts' | 'product'> {
  return {
    kind: 'verifier',
    adapter: 'spring',
    name,
    file: settings.document.file,
    at: node.keyAt,
    profile: profileOf(settings),
    secrets: [],
    remarks: [],
    inlineKeys: [],
  };
}

function readJwt(settings: DottedSettings, first: ConfigNode): VerifierConfig {
  const at = first.keyAt;
  const algorithms = dottedList(settings, `${JWT}jwsalgorithms`) ?? dottedList(settings, `${JWT}jwsalgorithm`);
  const issuers = mapFact(textFact(settingOf(settings, `${JWT}issueruri`)), (uri) => [uri]);
  const sources = sourceFacts(
    {
      issuers,
      jwksUri: textFact(settingOf(settings, `${JWT}jwkset.uri`)) ?? textFact(settingOf(settings, `${JWT}jwkseturi`)),
      publicKey: settingOf(settings, `${JWT}publickeylocation`)?.at,
      algorithms,
    },
    at,
  );
  const kind = sources.keySource?.origin === 'explicit' ? sources.keySource.value : null;
  const stack = kind === 'static' ? null : stackIn(settings);
  return {
    ...subject(settings, 'resource server', first),
    product: kind === 'static' ? { id: 'static-keys', version: null } : kind === null ? null : productOfStack(stack),
    remarks: remarksOf(settings, kind),
    facts: completeFacts<VerifierFactMap>(
      defaultsFor(kind),
      'verifier',
      {
        ...sources,
        audiences: audiencesOf(settings),
        keyCacheTtl: kind === 'static' || kind === null ? undefined : keyCacheOf(stack, at),
      },
      at,
    ),
  };
}

/** `audience` is no setting of Spring Boot, but many applications have a validator of their own that reads it. */
function audiencesOf(settings: DottedSettings): VerifierFactMap['audiences'] {
  const own = settings.byName.get(`${JWT}audience`);
  const written = dottedList(settings, `${JWT}audiences`);
  if (written !== undefined || own === undefined) return written;
  return unknownConfigFact(own.node.at, 'code of the application may read the audience from a setting of its own');
}

/**
 * Defaults that make sense for a source of keys: a static key has one owner, and nothing is fetched for it. Where no
 * source is written, another file has one, or code that may check anything.
 */
function defaultsFor(kind: string | null): readonly Setting[] {
  if (kind === null) return [];
  const left: readonly Setting['fact'][] =
    kind === 'static' ? ['introspectionCacheTtl', 'issuers', 'refetchOnUnknownKid'] : ['introspectionCacheTtl'];
  return SPRING_SETTINGS.filter(({ fact }) => !left.includes(fact));
}

function readOpaque(settings: DottedSettings, first: ConfigNode): VerifierConfig {
  const uri = settingOf(settings, `${OPAQUE}introspectionuri`);
  return {
    ...subject(settings, 'opaque tokens', first),
    product: null,
    secrets: secretsOf(settingOf(settings, `${OPAQUE}clientsecret`), 'client'),
    remarks: unknownSettings(settings, OPAQUE, KNOWN_OPAQUE),
    facts: completeFacts<VerifierFactMap>(
      SPRING_SETTINGS.filter(({ fact }) => fact === 'introspectionCacheTtl'),
      'verifier',
      { keySource: uri === null ? undefined : explicitFact('none', uri.at, 'the issuer is asked for every token') },
      first.keyAt,
    ),
  };
}

function remarksOf(settings: DottedSettings, kind: string | null): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = [...unknownSettings(settings, JWT, KNOWN_JWT)];
  const add = (name: string, remarkKind: ConfigRemark['kind'], message: string): void => {
    const node = settings.byName.get(`${JWT}${name}`)?.node ?? settings.byName.get(`${JWT}${name}[0]`)?.node;
    if (node !== undefined) remarks.push({ kind: remarkKind, message, at: node.keyAt });
  };
  if (kind === 'discovery') {
    const why = 'has no effect beside an issuer-uri alone; algorithms are then those of the key set';
    add('jwsalgorithms', 'ignored-setting', `jws-algorithms ${why}`);
    add('jwsalgorithm', 'ignored-setting', `jws-algorithm ${why}`);
  }
  if (kind === 'jwks' || kind === 'discovery') {
    const beside = kind === 'jwks' ? 'a jwk-set-uri' : 'an issuer-uri';
    add('publickeylocation', 'ignored-setting', `public-key-location has no effect beside ${beside}`);
  }
  const algorithms = dottedList(settings, `${JWT}jwsalgorithms`);
  if (kind === 'static' && algorithms !== undefined && algorithms.origin !== 'unknown' && algorithms.value.length > 1) {
    add('jwsalgorithms', 'conflict', `a public key takes one algorithm, ${algorithms.value.length} are listed`);
  }
  return remarks;
}

function unknownSettings(settings: DottedSettings, prefix: string, known: RegExp): readonly ConfigRemark[] {
  return settingsBelow(settings, prefix)
    .filter(({ rest }) => !known.test(rest))
    .map(({ name, node }) => ({
      kind: 'unknown-setting',
      message: `Spring Boot has no setting "${name}"; it counts only if code of the application reads it`,
      at: node.keyAt,
    }));
}
