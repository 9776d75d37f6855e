import type { ConfigFact, ConfigSecret, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { JwksFacts } from '../../model/key.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { completeFacts, durationFact, explicitFact, flagFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import type { HttpdDirective, HttpdSection } from '../httpd-tree.ts';
import { everySection, requiredClaim, sectionLabel, sectionsOf, settingsOf } from '../httpd-tree.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import { settings } from './settings.ts';
import { secretsOf } from '../secret.ts';

/** Facts that come from fetching keys. */
const FETCHING = new Set(['keyCacheTtl', 'refetchOnUnknownKid', 'staleOnError', 'fetchTimeout']);

const FETCHED = /^(?:jwks_uri|metadata|eckey_uri|aws_alb)$/;
const SHARED = /^(?:plain|base64|base64url|hex)$/;
const STATIC = /^(?:jwk|pem|pubkey)$/;

/** Reads resource servers of mod_oauth2: one for each way of verifying tokens, in each section that has its own. */
export const adapter: Adapter = {
  id: 'mod-oauth2',
  title: 'Apache httpd, mod_oauth2',
  role: 'gateway',
  reads:
    'Sections of Apache httpd with `OAuth2TokenVerify`. Each such line is a verifier: a token is accepted when one of them takes it.',
  assumes: [
    'Files that `Include` names are not followed, and conditions such as `<IfModule>` are taken for true.',
    'The version is not in the file; whether a token without exp is accepted depends on it and is unknown unless written.',
  ],
  sources: ['https://github.com/OpenIDC/mod_oauth2/blob/master/oauth2.conf', 'https://github.com/OpenIDC/liboauth2'],
  settings,
  examples: [
    {
      file: 'api.conf',
      text: `<Location /orders>
  AuthType oauth2
  OAuth2TokenVerify jwks_uri https://id.example.com/jwks.json "jwks_uri.expiry=300&expiry=30&verify.exp=required&iss=https%3A%2F%2Fid.example.com&aud=orders"
  Require valid-user
</Location>
`,
      note: 'A verified token is remembered for 30s, a key for 5m.',
    },
  ],
  mayHold: (_file, text) => /^[ \t]*OAuth2TokenVerify[ \t]/im.test(text),
  recognise: (document) => document.format === 'httpd' && linesOf(document).length > 0,
  read: (document) =>
    linesOf(document).map(({ section, line, number }) => readLine(document, { section, line, number })),
};

interface Line {
  readonly section: HttpdSection;
  readonly line: HttpdDirective;
  /** Counted from 1 within its section. */
  readonly number: number;
}

function linesOf(document: ConfigDocument): readonly Line[] {
  return [...everySection(sectionsOf(document))].flatMap((section) =>
    section.directives
      .filter(({ name, words }) => name === 'oauth2tokenverify' && words.length >= 2)
      .map((line, index) => ({ section, line, number: index + 1 })),
  );
}

type Facts = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

function readLine({ file }: ConfigDocument, { section, line, number }: Line): VerifierConfig {
  const type = (line.texts[0] ?? '').toLowerCase();
  const isFetched = FETCHED.test(type);
  const table = type === 'introspect' ? [] : isFetched ? settings : settings.filter(({ fact }) => !FETCHING.has(fact));
  const product = isFetched ? 'mod_oauth2' : SHARED.test(type) || STATIC.test(type) ? 'static-keys' : null;
  return {
    kind: 'verifier',
    adapter: adapter.id,
    name: `${sectionLabel(section)}, ${type}${number === 1 ? '' : ` ${number}`}`,
    file,
    at: line.at,
    profile: null,
    product: product === null ? null : { id: product, version: null },
    secrets: secretsIn(line, type),
    remarks: [],
    inlineKeys: keysIn(line, type),
    facts: completeFacts<VerifierFactMap>(table, 'verifier', factsOf(section, line, type), line.at),
  };
}

function factsOf(section: HttpdSection, line: HttpdDirective, type: string): Facts {
  const option = optionsOf(line);
  const address = textFact(line.words[1] ?? null);
  const tlsVerified = flagFact(option(`${type}.ssl_verify`));
  const [accepted] = settingsOf(section, 'OAuth2AcceptTokenIn').filter(({ texts }) => texts[0] === 'query');
  const common: Facts = {
    senderConstraint: senderOf(option, line),
    queryTokenAccepted: accepted === undefined ? undefined : explicitFact(true, accepted.at),
    tlsVerified,
  };
  if (type === 'introspect') {
    return {
      ...common,
      keySource: explicitFact('none', line.at, 'tokens are introspected'),
      introspectionCacheTtl: durationFact(option('introspect.expiry') ?? option('expiry'), 's'),
    };
  }
  return {
    ...common,
    ...keyFactsOf(type, address, line),
    issuers: expected(section, option('iss'), 'iss') ?? issuersOf(type, line),
    audiences: expected(section, option('aud'), 'aud'),
    ...expFactsOf(option('verify.exp'), line),
    keyCacheTtl: durationFact(option(type === 'metadata' ? 'jwks_uri.expiry' : `${type}.expiry`), 's'),
    verdictCacheTtl: durationFact(option('expiry'), 's'),
  };
}

function keyFactsOf(type: string, address: ConfigFact<string> | undefined, { at }: HttpdDirective): Facts {
  if (type === 'jwks_uri') return { keySource: explicitFact('jwks', at), jwksUri: address };
  if (type === 'metadata') return { keySource: explicitFact('discovery', at), discoveryUrl: address };
  if (STATIC.test(type)) return { keySource: explicitFact('static', at) };
  if (SHARED.test(type)) return { keySource: explicitFact('shared-secret', at) };
  return { keySource: unknownConfigFact(at, `keys of the type ${type} are fetched one by one`) };
}

/** Newer versions compare the issuer that the metadata names. */
function issuersOf(type: string, { at }: HttpdDirective): ConfigFact<never> | undefined {
  return type === 'metadata'
    ? unknownConfigFact(at, 'the version decides whether that of the metadata counts')
    : undefined;
}

function expected(
  section: HttpdSection,
  written: ConfigNode | null,
  claim: string,
): ConfigFact<readonly string[]> | undefined {
  const fact = mapFact(textFact(written), (value): readonly string[] => [value]);
  const demand = fact === undefined ? requiredClaim(section, claim) : null;
  if (demand === null) return fact;
  return demand.values.some((value) => /\$\{|\uE000/.test(value))
    ? unknownConfigFact(demand.at, 'it is filled in elsewhere')
    : explicitFact(demand.values, demand.at);
}

function expFactsOf(written: ConfigNode | null, { at }: HttpdDirective): Facts {
  if (written === null) {
    return {
      requiresExp: unknownConfigFact(at, 'liboauth2 2.3 and later refuse a token without exp, earlier ones take it'),
    };
  }
  const text = textFact(written);
  if (text?.origin === 'unknown') return { expVerified: text, requiresExp: text };
  switch (written.value) {
    case 'skip':
      return { expVerified: explicitFact(false, at), requiresExp: explicitFact(false, at) };
    case 'optional':
      return { requiresExp: explicitFact(false, at) };
    case 'required':
      return { requiresExp: explicitFact(true, at) };
    default:
      return { requiresExp: unknownConfigFact(at, 'its value is not understood') };
  }
}

function senderOf(option: Option, { at }: HttpdDirective): VerifierFactMap['senderConstraint'] | undefined {
  const type = option('type')?.value;
  if (type === 'dpop') return explicitFact('required', at);
  if (type !== 'mtls') return undefined;
  return explicitFact(option('mtls.policy')?.value === 'optional' ? 'optional' : 'required', at);
}

type Option = (name: string) => ConfigNode | null;

/** Options in query encoding: `verify.exp=required&aud=orders`. Their place is that of the word they stand in. */
function optionsOf({ words }: HttpdDirective): Option {
  const [, , ...rest] = words;
  const pairs = rest.flatMap((word) =>
    String(word.value)
      .split('&')
      .map((pair) => ({ word, name: pair.split('=')[0] ?? '', value: pair.slice(pair.indexOf('=') + 1) })),
  );
  return (name) => {
    const pair = pairs.find((each) => each.name === name);
    if (pair === undefined) return null;
    const { document, pointer, at, keyAt } = pair.word;
    return { document, pointer, at, keyAt, value: decoded(pair.value) };
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function secretsIn(line: HttpdDirective, type: string): readonly ConfigSecret[] {
  const option = optionsOf(line);
  const client = [...secretsOf(option('client_secret'), 'client'), ...secretsOf(option('password'), 'client')];
  if (!SHARED.test(type)) return client;
  const encoding = type === 'plain' ? 'utf8' : type === 'hex' ? 'hex' : type === 'base64' ? 'base64' : 'base64url';
  return [...secretsOf(line.words[1] ?? null, 'hmac', { encoding }), ...client];
}

function keysIn({ words }: HttpdDirective, type: string): readonly JwksFacts[] {
  return type === 'jwk' ? inlineKeysOf(words[1] ?? null) : [];
}
