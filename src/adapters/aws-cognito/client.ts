import type { ClientConfig, ClientFactMap, ConfigFact, ConfigRemark } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { MASK } from '../../source/placeholder.ts';
import { LIMITS, SUSPECT_REFRESH, UNIT_WORDS, settings } from './settings.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items } from '../config-node.ts';
import {
  completeFacts,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  mapFact,
  numberFact,
  textFact,
  unknownConfigFact,
} from '../facts.ts';
import type { Resource } from '../infrastructure.ts';
import { blocks, isDynamic, part, referencesIn } from '../infrastructure.ts';

/** One app client. Its pool may stand in another file of the module. */
export function readClient(file: string, { id, body, node, language }: Resource): ClientConfig {
  const access = lifetimeOf(body, 'access');
  const identity = lifetimeOf(body, 'id');
  const refresh = lifetimeOf(body, 'refresh');
  const flows = flowsOf(body);
  const own: { readonly [Name in keyof ClientFactMap]: ClientFactMap[Name] | undefined } = {
    accessTokenLifetime: access.fact,
    idTokenLifetime: identity.fact,
    refreshTokenLifetime: refresh.fact,
    ...rotationOf(body),
    revocationEnabled: flagFact(part(body, 'enable_token_revocation|EnableTokenRevocation')),
    grantTypes: flows.fact,
    redirectUris: listFact(part(body, 'callback_urls|CallbackURLs')),
    public: mapFact(flagFact(part(body, 'generate_secret|GenerateSecret')), (hasSecret) => !hasSecret),
  };
  return {
    kind: 'client',
    adapter: 'aws-cognito',
    name: `client ${id}`,
    file,
    at: node.at,
    profile: null,
    issuer: poolNameOf(part(body, 'user_pool_id|UserPoolId'), id),
    secrets: [],
    remarks: [...access.remarks, ...identity.remarks, ...refresh.remarks, ...flows.remarks],
    facts: withoutRefresh(
      flows,
      completeFacts<ClientFactMap>(settings, 'client', own, language === 'terraform' ? body.at : node.at),
    ),
  };
}

/** A client for machines alone, with no flow for users written, gets neither refresh nor ID tokens. */
function withoutRefresh({ isForMachines }: Flows, facts: ClientFactMap): ClientFactMap {
  if (!isForMachines) return facts;
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !/^(?:refresh|idToken)/.test(name)));
}

/** Name of the pool as an issuer: its own, that of a variable, or its id. */
function poolNameOf(node: ConfigNode | null, client: string): string {
  const [reference] = referencesIn(node, 'aws_cognito_user_pool');
  if (reference !== undefined) return `user pool ${reference}`;
  const text = typeof node?.value === 'string' ? node.value : '';
  const expression = /^\$\{([^{}]{1,100})\}$/.exec(text.replace(MASK, ''))?.[1] ?? text;
  return /^[\w.[\]"-]+$/.test(expression) ? `user pool ${expression}` : `user pool of client ${client}`;
}

interface Lifetime {
  readonly fact: ConfigFact<Bound> | undefined;
  readonly remarks: readonly ConfigRemark[];
}

const NAMES = {
  access: { value: 'access_token_validity|AccessTokenValidity', unit: 'access_token|AccessToken', byDefault: 'hours' },
  id: { value: 'id_token_validity|IdTokenValidity', unit: 'id_token|IdToken', byDefault: 'hours' },
  refresh: {
    value: 'refresh_token_validity|RefreshTokenValidity',
    unit: 'refresh_token|RefreshToken',
    byDefault: 'days',
  },
} as const;

const UNITS = 'token_validity_units|TokenValidityUnits';

function lifetimeOf(body: ConfigNode, kind: keyof typeof NAMES): Lifetime {
  const names = NAMES[kind];
  const node = part(body, names.value);
  const count = numberFact(node);
  if (node === null || count === undefined) return { fact: undefined, remarks: [] };
  if (count.origin === 'unknown') return { fact: count, remarks: [] };
  const written = unitOf(body, names.unit);
  if (written?.origin === 'unknown') return { fact: written, remarks: [] };
  const unit = written?.value.toLowerCase() ?? names.byDefault;
  const factor = UNIT_WORDS[unit];
  if (factor === undefined) return { fact: unknownConfigFact(node.at, `its unit ${unit} is not known`), remarks: [] };
  if (count.value === 0 && kind === 'refresh') {
    return { fact: explicitFact(millis(2_592_000_000), node.at, 'Cognito takes 0 for 30 days'), remarks: [] };
  }
  return judge(node, { kind, life: count.value * factor, unit, isUnitWritten: written !== undefined });
}

function unitOf(body: ConfigNode, name: string): ConfigFact<string> | undefined {
  if (isDynamic(body, 'token_validity_units')) return unknownConfigFact(body.at, 'its unit is computed elsewhere');
  const units = part(body, UNITS);
  if (units !== null && typeof units.value === 'string')
    return unknownConfigFact(units.at, 'its unit is computed elsewhere');
  return textFact(child(units, name));
}

interface Written {
  readonly kind: keyof typeof NAMES;
  readonly life: number;
  readonly unit: string;
  readonly isUnitWritten: boolean;
}

/** A life that the service refuses is none; the number was meant in another unit. */
function judge(node: ConfigNode, { kind, life, unit, isUnitWritten }: Written): Lifetime {
  const { least, most, words } = LIMITS[kind];
  const reason = isUnitWritten ? `token_validity_units says ${unit}` : `without token_validity_units it counts ${unit}`;
  const setting = `${kind} token validity ${String(node.value)}`;
  if (!(life >= least && life <= most)) {
    const message = `${setting} is outside ${words}, which Cognito refuses; ${reason}`;
    return {
      fact: unknownConfigFact(node.at, 'Cognito refuses it'),
      remarks: [{ kind: 'unit-suspect', message, at: node.at }],
    };
  }
  const fact = explicitFact<Bound>(millis(life), node.at, isUnitWritten ? null : `counted in ${unit}`);
  if (kind !== 'refresh' || isUnitWritten || life <= SUSPECT_REFRESH) return { fact, remarks: [] };
  const message = `${setting} is ${showBound(millis(life))}, more than a year; ${reason}`;
  return { fact, remarks: [{ kind: 'unit-suspect', message, at: node.at }] };
}

function rotationOf(body: ConfigNode): {
  readonly refreshRotation: ConfigFact<boolean> | undefined;
  readonly refreshReuseGrace: ConfigFact<Bound> | undefined;
} {
  if (isDynamic(body, 'refresh_token_rotation')) {
    const unknown = unknownConfigFact(body.at, 'it is computed elsewhere');
    return { refreshRotation: unknown, refreshReuseGrace: unknown };
  }
  const rotation = part(body, 'refresh_token_rotation|RefreshTokenRotation');
  const feature = textFact(child(rotation, 'feature|Feature'));
  const grace = durationFact(child(rotation, 'retry_grace_period_seconds|RetryGracePeriodSeconds'), 's');
  const isOn = knownValue(feature)?.toUpperCase() === 'ENABLED';
  return {
    refreshRotation: mapFact(feature, (word) => word.toUpperCase() === 'ENABLED'),
    refreshReuseGrace: isOn ? grace : undefined,
  };
}

interface Flows {
  readonly fact: ConfigFact<readonly string[]> | undefined;
  readonly isForMachines: boolean;
  readonly remarks: readonly ConfigRemark[];
}

/** Registered names of OAuth grants by the names that Cognito has for them. */
const GRANTS: Readonly<Record<string, string>> = {
  code: 'authorization_code',
  implicit: 'implicit',
  client_credentials: 'client_credentials',
  USER_PASSWORD_AUTH: 'password',
  ALLOW_USER_PASSWORD_AUTH: 'password',
  ALLOW_REFRESH_TOKEN_AUTH: 'refresh_token',
};

function flowsOf(body: ConfigNode): Flows {
  const oauth = part(body, 'allowed_oauth_flows|AllowedOAuthFlows');
  const sdk = part(body, 'explicit_auth_flows|ExplicitAuthFlows');
  const isOauthOn = flagFact(part(body, 'allowed_oauth_flows_user_pool_client|AllowedOAuthFlowsUserPoolClient'));
  const written = [listFact(oauth), listFact(sdk)];
  const unknown = [...written, isOauthOn].find((fact) => fact?.origin === 'unknown');
  if (unknown?.origin === 'unknown') return { fact: unknown, isForMachines: false, remarks: [] };
  const isOff = knownValue(isOauthOn) !== true;
  const nodes = [...(isOff ? [] : leavesOf(oauth)), ...leavesOf(sdk)];
  const remarks: readonly ConfigRemark[] =
    oauth !== null && isOff && leavesOf(oauth).length > 0
      ? [
          {
            kind: 'ignored-setting',
            message:
              'allowed OAuth flows have no effect while the OAuth flows of the user pool client are not switched on',
            at: oauth.keyAt,
          },
        ]
      : [];
  if (nodes.length === 0) return { fact: undefined, isForMachines: false, remarks };
  const grants = [...new Set(nodes.flatMap((node) => GRANTS[String(node.value)] ?? []))];
  // The place of the grant that gives tokens away, where there is one: that is what a finding is about.
  const place = nodes.find((node) => ['implicit', 'password'].includes(GRANTS[String(node.value)] ?? ''));
  const isForMachines = grants.length === 1 && grants[0] === 'client_credentials';
  return { fact: explicitFact(grants, (place ?? nodes[0] ?? body).at), isForMachines, remarks };
}

function leavesOf(node: ConfigNode | null): readonly ConfigNode[] {
  return Array.isArray(node?.value) ? items(node) : blocks(node);
}
