import type { ClientConfig, ClientFactMap, ConfigSubject, IssuerConfig } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import type { DottedSettings } from '../dotted-settings.ts';
import { dottedList, settingOf, settingsBelow, withValue } from '../dotted-settings.ts';
import { completeFacts, durationFact, flagFact, mapFact, textFact } from '../facts.ts';
import { secretsOf } from '../secret.ts';
import { profileOf } from './profile.ts';
import { SPRING_SETTINGS } from './settings.ts';

export const AUTHORIZATION_SERVER = 'spring.security.oauth2.authorizationserver.';
const REGISTRATION = 'spring.security.oauth2.client.registration.';
const ISSUER_NAME = 'authorization server';

/** The issuer and the clients of Spring Authorization Server, and the clients that the application is itself. */
export function springClients(settings: DottedSettings): readonly ConfigSubject[] {
  return [...authorizationServer(settings), ...registrations(settings), ...ownClients(settings)];
}

function authorizationServer(settings: DottedSettings): readonly ConfigSubject[] {
  const [first] = settingsBelow(settings, AUTHORIZATION_SERVER);
  if (first === undefined) return [];
  const uri = textFact(settingOf(settings, `${AUTHORIZATION_SERVER}issuer`));
  const issuer: IssuerConfig = {
    kind: 'issuer',
    adapter: 'spring',
    name: ISSUER_NAME,
    file: settings.document.file,
    at: first.node.keyAt,
    profile: profileOf(settings),
    product: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
    facts: uri === undefined ? {} : { issuer: uri },
  };
  const prefix = `${AUTHORIZATION_SERVER}client.`;
  return [issuer, ...idsBelow(settings, prefix).map((id) => registeredClient(settings, prefix, id))];
}

interface ClientId {
  readonly written: string;
  readonly normal: string;
  readonly first: ConfigNode;
}

function idsBelow(settings: DottedSettings, prefix: string): readonly ClientId[] {
  const depth = prefix.split('.').length - 1;
  const found = new Map<string, ClientId>();
  for (const { name, rest, node } of settingsBelow(settings, prefix)) {
    const normal = rest.split('.')[0] ?? rest;
    const written = name.split('.')[depth] ?? normal;
    if (!found.has(normal)) found.set(normal, { written, normal, first: node });
  }
  return [...found.values()];
}

function registeredClient(
  settings: DottedSettings,
  prefix: string,
  { written, normal, first }: ClientId,
): ClientConfig {
  const own = (name: string): ConfigNode | null => settingOf(settings, `${prefix}${normal}.${name}`);
  const secret = own('registration.clientsecret');
  const facts = completeFacts<ClientFactMap>(
    SPRING_SETTINGS,
    'client',
    {
      clientId: textFact(own('registration.clientid')),
      grantTypes: dottedList(settings, `${prefix}${normal}.registration.authorizationgranttypes`),
      redirectUris: dottedList(settings, `${prefix}${normal}.registration.redirecturis`),
      pkceRequired: flagFact(own('requireproofkey')),
      accessTokenLifetime: durationFact(own('token.accesstokentimetolive'), 'ms'),
      refreshTokenLifetime: durationFact(own('token.refreshtokentimetolive'), 'ms'),
      refreshRotation: mapFact(flagFact(own('token.reuserefreshtokens')), (reuses) => !reuses),
    },
    first.keyAt,
  );
  return { ...client(settings, `client ${written}`, first), issuer: ISSUER_NAME, secrets: secretsIn(secret), facts };
}

/** A client secret that Spring compares with: `{noop}` in front says that it is plain text, others that it is hashed. */
function secretsIn(node: ConfigNode | null): ReturnType<typeof secretsOf> {
  if (node === null || typeof node.value !== 'string') return [];
  return secretsOf(withValue(node, node.value.replace(/^\{noop\}/, '')), 'client');
}

function registrations(settings: DottedSettings): readonly ConfigSubject[] {
  return idsBelow(settings, REGISTRATION).map(({ written, normal, first }) => {
    const own = (name: string): ConfigNode | null => settingOf(settings, `${REGISTRATION}${normal}.${name}`);
    const id = textFact(own('clientid'));
    const grant = mapFact(textFact(own('authorizationgranttype')), (type) => [type]);
    return {
      ...client(settings, `registration ${written}`, first),
      secrets: secretsOf(own('clientsecret'), 'client'),
      facts: {
        ...(id === undefined ? {} : { clientId: id }),
        ...(grant === undefined ? {} : { grantTypes: grant }),
      },
    };
  });
}

/** Client credentials under names of the application's own, as for calling the token endpoint itself. */
function ownClients(settings: DottedSettings): readonly ConfigSubject[] {
  return [...settings.byName].flatMap(([normal, { name, node }]): readonly ConfigSubject[] => {
    const prefix = /^(?!spring\.security\.oauth2\.)(.+\.)clientsecret$/.exec(normal)?.[1];
    const secrets = prefix === undefined ? [] : secretsOf(settingOf(settings, normal), 'client');
    if (prefix === undefined || secrets.length === 0) return [];
    const id = textFact(settingOf(settings, `${prefix}clientid`));
    const grant = mapFact(textFact(settingOf(settings, `${prefix}granttype`)), (type) => [type]);
    const facts: ClientFactMap = {
      ...(id === undefined ? {} : { clientId: id }),
      ...(grant === undefined ? {} : { grantTypes: grant }),
    };
    return [{ ...client(settings, name.slice(0, name.lastIndexOf('.')), node), secrets, facts }];
  });
}

function client(settings: DottedSettings, name: string, first: ConfigNode): Omit<ClientConfig, 'facts'> {
  return {
    kind: 'client',
    adapter: 'spring',
    name,
    file: settings.document.file,
    at: first.keyAt,
    profile: profileOf(settings),
    issuer: null,
    secrets: [],
    remarks: [],
  };
}
