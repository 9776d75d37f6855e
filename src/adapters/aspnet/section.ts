import type { ConfigFact } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, isMapping, members } from '../config-node.ts';
import { textFact, unknownConfigFact } from '../facts.ts';

/**
 * - `scheme`: below Authentication:Schemes, read by ASP.NET Core itself
 * - `options`: bound to JwtBearerOptions by code
 * - `azure`: Microsoft.Identity.Web
 * - `keycloak`: realm and address of a Keycloak server
 * - `secret`: a shared secret with issuer and audience
 */
export type SectionKind = 'scheme' | 'options' | 'azure' | 'keycloak' | 'secret';

export interface Section {
  readonly kind: SectionKind;
  /** Path with colons, as .NET writes it. */
  readonly name: string;
  readonly node: ConfigNode;
}

export const SECRET_NAMES: readonly string[] = [
  'Key',
  'Secret',
  'SecretKey',
  'SigningKey',
  'SecurityKey',
  'IssuerSigningKey',
  'SymmetricSecurityKey',
  'SymmetricKey',
  'JwtKey',
  'JwtSecret',
  'SecretForKey',
  'SigningSecret',
  'AccessTokenSecret',
];

const AUDIENCES = ['Audience', 'Audiences', 'ValidAudience', 'ValidAudiences'] as const;
const ISSUERS = ['Issuer', 'ValidIssuer', 'ValidIssuers'] as const;
const ADDRESSES = ['Authority', 'MetadataAddress'] as const;
const SCHEME = /^Authentication:Schemes:[^:]+$/i;
const OVERLAY_NAME = /(?:jwt|bearer|token|keycloak|azuread|entra|identity|auth)/i;

/** Keys of .NET's configuration have no case. The first of several names that is there counts. */
export function setting(node: ConfigNode | null, ...names: readonly string[]): ConfigNode | null {
  for (const name of names) {
    const found = members(node).find(([key]) => key.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found[1];
  }
  return null;
}

/** Sections of a document that say how tokens are verified, at most four levels down. */
export function sectionsOf(root: ConfigNode, isOverlay: boolean): readonly Section[] {
  const found: Section[] = [];
  const isWebHost = setting(root, 'AllowedHosts', 'Kestrel') !== null;
  const walk = (node: ConfigNode, path: string, depth: number): void => {
    for (const [key, below] of members(node)) {
      if (!isMapping(below.value)) continue;
      const name = path === '' ? key : `${path}:${key}`;
      const kind = kindOf(below, name, isWebHost) ?? (isOverlay ? partialKindOf(below, name) : null);
      if (kind !== null) found.push({ kind, name, node: below });
      else if (depth < 4) walk(below, name, depth + 1);
    }
  };
  walk(root, '', 1);
  return found;
}

function kindOf(node: ConfigNode, name: string, isWebHost: boolean): SectionKind | null {
  const has = (...names: readonly string[]): boolean => setting(node, ...names) !== null;
  if (SCHEME.test(name)) return has(...ADDRESSES, ...AUDIENCES, ...ISSUERS) && !has('ClientId') ? 'scheme' : null;
  // What signs people in with a cookie verifies no bearer tokens.
  if (has('CallbackPath', 'SignedOutCallbackPath', 'ResponseType')) return null;
  if (has('Instance') && has('TenantId') && has('ClientId')) return isApi(node, isWebHost) ? 'azure' : null;
  if (has('Realm') && has('auth-server-url', 'AuthServerUrl', 'BaseAuthServerUrl')) return 'keycloak';
  if (has('TokenValidationParameters')) return 'options';
  if (has(...ADDRESSES) && has(...AUDIENCES, ...ISSUERS)) return 'options';
  if (has(...ADDRESSES) && has('RequireHttpsMetadata') && !has('ClientSecret')) return 'options';
  return isSecretText(setting(node, ...SECRET_NAMES)) && has(...AUDIENCES, ...ISSUERS) ? 'secret' : null;
}

/** The same section serves programs that only ask for tokens: those have credentials and name no audience. */
function isApi(node: ConfigNode, isWebHost: boolean): boolean {
  if (setting(node, ...AUDIENCES, 'TokenDecryptionCertificates', 'AllowWebApiToBeAuthorizedByACL') !== null)
    return true;
  return isWebHost && setting(node, 'ClientSecret', 'ClientCredentials', 'ClientCertificates') === null;
}

/** A file for one environment may hold a single member of a section that the base file completes. */
function partialKindOf(node: ConfigNode, name: string): SectionKind | null {
  if (SCHEME.test(name)) return 'scheme';
  if (!OVERLAY_NAME.test(name.slice(name.lastIndexOf(':') + 1))) return null;
  if (isSecretText(setting(node, ...SECRET_NAMES))) return 'secret';
  return setting(node, ...ADDRESSES, ...AUDIENCES, ...ISSUERS, 'RequireHttpsMetadata') === null ? null : 'options';
}

function isSecretText(node: ConfigNode | null): boolean {
  return typeof node?.value === 'string';
}

/** Texts that tell people to put a value there, and what deployment tools replace. */
const TO_BE_FILLED =
  /^\s*$|^(?:!!|<|\[|\{|#\{|__)|^\w*your[-_ ](?:tenant|client|domain|authority|audience|issuer|realm)|\b(?:goes here|enter (?:the|your)|replace (?:with|me|this)|user.?secrets|key ?vault|environment variable|placeholder|override)/i;

export function isToBeFilled(node: ConfigNode | null): boolean {
  return typeof node?.value === 'string' && TO_BE_FILLED.test(node.value);
}

/** The text of a member; unknown where it is empty or a hint, because another source then fills it in. */
export function valueFact(node: ConfigNode | null): ConfigFact<string> | undefined {
  if (node !== null && isToBeFilled(node)) return unknownConfigFact(node.at, 'it is filled in elsewhere');
  return textFact(node);
}

/** A member with several values, each of which may be unknown. */
export function valuesFact(nodes: readonly (ConfigNode | null)[]): ConfigFact<readonly string[]> | undefined {
  const texts = nodes.flatMap((node) => {
    if (node === null) return [];
    const list = Array.isArray(node.value) ? node.value.map((_, index) => child(node, index)) : [node];
    return list.map(valueFact).filter((fact) => fact !== undefined);
  });
  const [first] = texts;
  if (first === undefined) return undefined;
  const known = new Set<string>();
  for (const fact of texts) {
    if (fact.origin === 'unknown') return fact;
    known.add(fact.value);
  }
  return { origin: 'explicit', value: [...known], at: first.at, source: null, versions: null };
}

/**
 * `[d.]hh:mm[:ss[.ff]]`, or a number of days.
 *
 * @see https://learn.microsoft.com/dotnet/fundamentals/runtime-libraries/system-timespan-parse
 */
export function timeSpanFact(node: ConfigNode | null): ConfigFact<Bound> | undefined {
  const text = textFact(node);
  if (text === undefined || text.origin === 'unknown') return text;
  const ms = timeSpanOf(text.value.trim());
  return ms === null ? unknownConfigFact(text.at, 'its value is not understood') : { ...text, value: millis(ms) };
}

const TIME_SPAN = /^(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d{1,7})?)?$/;

function timeSpanOf(text: string): number | null {
  if (/^\d{1,8}$/.test(text)) return Number(text) * 86_400_000;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] =
    TIME_SPAN.exec(text)
      ?.slice(1)
      .map((digits) => Number(digits ?? 0)) ?? [];
  if (!TIME_SPAN.test(text) || hours > 23 || minutes > 59 || seconds > 59) return null;
  return days * 86_400_000 + hours * 3_600_000 + minutes * 60_000 + seconds * 1000;
}
