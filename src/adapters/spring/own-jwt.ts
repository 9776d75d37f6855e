import type {
  ConfigFact,
  ConfigRemark,
  ConfigSubject,
  IssuerConfig,
  IssuerFactMap,
  VerifierConfig,
} from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { fillIn } from '../../source/placeholder.ts';
import { looksLikePem } from '../../token/read-key-file.ts';
import type { ConfigNode } from '../config-node.ts';
import type { DottedSetting, DottedSettings } from '../dotted-settings.ts';
import { filledNode } from '../dotted-settings.ts';
import type { Unit } from '../facts.ts';
import { derivedFact, durationFact, explicitFact, numberFact, textFact, unknownConfigFact } from '../facts.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import { secretsOf } from '../secret.ts';
import { profileOf } from './profile.ts';

/*
 * Settings that applications make up for tokens of their own, as tutorials show them: `jwt.secret`, `app.jwt.expiration`.
 * What the code does with them is not known here, so little is said: who has the secret, and how long tokens live where
 * the unit is certain.
 */

const SECRET =
  /^(?:jwt)?(?:token|accesstoken|access)?(?:base64)?(?:hmac|signing|sign|signature)?(?:secret(?:key|string|value)?|key)$/;
const LIFETIME =
  /^(?:jwt)?(access|refresh)?(?:token)?(?:expiration|expiry|expires?in|expire|validity|lifetime|ttl|duration|exp)(?:time)?(?:in)?(ms|millis|milliseconds|seconds|secs?|s|minutes|mins?|m|hours|h|days|d)?$/;

const UNITS: Readonly<Record<string, Unit>> = {
  ms: 'ms',
  millis: 'ms',
  milliseconds: 'ms',
  s: 's',
  sec: 's',
  secs: 's',
  seconds: 's',
  m: 'm',
  min: 'm',
  mins: 'm',
  minutes: 'm',
  h: 'h',
  hours: 'h',
  d: 'd',
  days: 'd',
};

interface Group {
  /** The part of the names up to the one that speaks of JWTs, as written. */
  readonly name: string;
  readonly secrets: DottedSetting[];
  readonly lifetimes: { readonly setting: DottedSetting; readonly isRefresh: boolean; readonly unit: Unit | null }[];
}

/** Subjects of settings that the application made up; none where there are none. */
export function ownJwtSubjects(settings: DottedSettings): readonly ConfigSubject[] {
  return groupsOf(settings).flatMap((group) => [
    ...(group.lifetimes.length === 0 ? [] : [issuerOf(settings, group)]),
    ...(group.secrets.length === 0 ? [] : [verifierOf(settings, group)]),
  ]);
}

function groupsOf(settings: DottedSettings): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const [normal, setting] of settings.byName) {
    const parts = normal.split('.');
    const at = parts.findIndex((part) => part.includes('jwt'));
    const last = parts.at(-1) ?? '';
    if (at < 0 || /^spring\.(?:security\.oauth2|kafka)\./.test(normal)) continue;
    const lifetime = LIFETIME.exec(last);
    const isSecret = SECRET.test(last) && !parts.some((part) => /public|private|client/.test(part));
    if (!isSecret && lifetime === null) continue;
    const names = setting.name.split('.');
    const name = names.slice(0, at === parts.length - 1 ? at : at + 1).join('.') || 'jwt';
    const group: Group = groups.get(name) ?? { name, secrets: [], lifetimes: [] };
    groups.set(name, group);
    if (isSecret) group.secrets.push(setting);
    else {
      const isRefresh = normal.includes('refresh');
      group.lifetimes.push({ setting, isRefresh, unit: UNITS[lifetime?.[2] ?? ''] ?? null });
    }
  }
  return [...groups.values()];
}

function common(settings: DottedSettings, group: Group, first: ConfigNode): Omit<IssuerConfig, 'kind' | 'facts'> {
  return {
    adapter: 'spring',
    name: group.name,
    file: settings.document.file,
    at: first.keyAt,
    profile: profileOf(settings),
    product: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
  };
}

function verifierOf(settings: DottedSettings, group: Group): VerifierConfig {
  const nodes = group.secrets.map(({ name, node }) => ({ name, node: filledNode(settings, node) }));
  const first = nodes[0]?.node ?? group.secrets[0]?.node;
  const texts = nodes.filter(({ node }) => !isLocation(node));
  const isKey = texts.some(({ node }) => typeof node.value === 'string' && looksLikePem(node.value));
  const base = first === undefined ? null : common(settings, group, first);
  const at = base?.at ?? settings.document.locate('');
  return {
    ...(base ?? common(settings, group, { document: settings.document, pointer: '', value: null, at, keyAt: at })),
    kind: 'verifier',
    product: { id: 'static-keys', version: null },
    secrets: texts.flatMap(({ name, node }) => secretOf(name, node)),
    inlineKeys: texts.flatMap(({ node }) => inlineKeysOf(node)),
    facts: { keySource: explicitFact(isKey || texts.length === 0 ? 'static' : 'shared-secret', at) },
  };
}

function secretOf(name: string, node: ConfigNode): ReturnType<typeof secretsOf> {
  if (typeof node.value === 'string' && looksLikePem(node.value)) {
    return node.value.includes('PRIVATE KEY') ? secretsOf(node, 'private-key') : [];
  }
  return secretsOf(node, 'hmac', { encoding: /base-?64/i.test(name) ? 'base64' : 'utf8' });
}

/** A file on the class path instead of the secret itself. */
function isLocation(node: ConfigNode): boolean {
  if (typeof node.value !== 'string') return false;
  const filled = fillIn(node.value);
  return filled.kind !== 'unknown' && /^(?:classpath\*?|file|https?|vault):/.test(filled.value.trim());
}

function issuerOf(settings: DottedSettings, group: Group): IssuerConfig {
  const remarks: ConfigRemark[] = [];
  const lifetimeOf = (isRefresh: boolean): ConfigFact<Bound> | undefined => {
    const found = group.lifetimes.find((lifetime) => lifetime.isRefresh === isRefresh);
    if (found === undefined) return undefined;
    const reading = readLifetime(found.setting.name, filledNode(settings, found.setting.node), found.unit);
    if (reading.remark !== null) remarks.push(reading.remark);
    return reading.fact;
  };
  const access = lifetimeOf(false);
  const refresh = lifetimeOf(true);
  const normal = settings.normalise(group.name);
  const issuer = settings.byName.get(`${normal}.issuer`);
  const written = issuer === undefined ? undefined : textFact(filledNode(settings, issuer.node));
  const facts: IssuerFactMap = {
    ...(written === undefined ? {} : { issuer: written }),
    ...(access === undefined ? {} : { accessTokenLifetime: access }),
    ...(refresh === undefined ? {} : { refreshTokenLifetime: refresh }),
  };
  const first = group.lifetimes[0]?.setting.node ?? issuer?.node;
  const at = first?.keyAt ?? settings.document.locate('');
  const place: ConfigNode = first ?? { document: settings.document, pointer: '', value: null, at, keyAt: at };
  return { ...common(settings, group, place), kind: 'issuer', facts, remarks };
}

/** A year and a bit: what is longer in seconds was counted in milliseconds. */
const LONGEST_SECONDS = 34_560_000;
/** What is shorter in milliseconds may have been meant as seconds. */
const SHORTEST_MILLIS = 300_000;

interface LifetimeReading {
  readonly fact: ConfigFact<Bound> | undefined;
  readonly remark: ConfigRemark | null;
}

function readLifetime(name: string, node: ConfigNode, unit: Unit | null): LifetimeReading {
  const number = numberFact(node);
  const digits = number === undefined || number.origin === 'unknown' ? null : number.value;
  if (digits === null || digits < 0) return { fact: durationFact(node, 'ms'), remark: null };
  const suspect = (message: string): ConfigRemark => ({ kind: 'unit-suspect', message, at: node.at });
  if (unit !== null) {
    const fact = durationFact(node, unit);
    const value = fact === undefined || fact.origin === 'unknown' ? null : fact.value;
    const isOdd = typeof value === 'number' && value > 0 && (value < 30_000 || value > 3 * 366 * 86_400_000);
    return { fact, remark: isOdd ? suspect(`${name} is ${digits}, which is ${showBound(value)}`) : null };
  }
  if (digits > LONGEST_SECONDS) {
    const source = `${digits} without a unit is taken for milliseconds: in seconds it would be more than a year`;
    return { fact: derivedFact(millis(digits), node.at, source), remark: null };
  }
  const fact = unknownConfigFact(node.at, 'the code of the application decides its unit');
  if (digits >= SHORTEST_MILLIS || digits === 0) return { fact, remark: null };
  const both = `${showBound(millis(digits))} in milliseconds and ${showBound(millis(digits * 1000))} in seconds`;
  return { fact, remark: suspect(`${name} is ${digits} without a unit, which is ${both}`) };
}
