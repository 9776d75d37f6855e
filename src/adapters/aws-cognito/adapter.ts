import type {
  ClientConfig,
  ClientFactMap,
  ConfigFact,
  ConfigSubject,
  IssuerConfig,
  IssuerFactMap,
} from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import type { Adapter } from '../adapter.ts';
import { readClient } from './client.ts';
import { settings } from './settings.ts';
import { completeFacts, derivedFact, unknownConfigFact } from '../facts.ts';
import type { Resource, ResourceType } from '../infrastructure.ts';
import { resourcesOf, scopeOf } from '../infrastructure.ts';

const POOL: ResourceType = { terraform: 'aws_cognito_user_pool', cloudFormation: 'AWS::Cognito::UserPool' };
const CLIENT: ResourceType = {
  terraform: 'aws_cognito_user_pool_client',
  cloudFormation: 'AWS::Cognito::UserPoolClient',
};

/** Reads user pools and app clients. Nearly all that matters is a matter of the client. */
export const adapter: Adapter = {
  id: 'aws-cognito',
  title: 'Amazon Cognito user pools',
  role: 'issuer',
  reads:
    'User pools and app clients in Terraform (HCL and JSON), CloudFormation, SAM, CDK output and the `resources` of the Serverless Framework.',
  assumes: [
    'Values of variables, parameters and other expressions are not computed: they are unknown.',
    'A module of Terraform is a folder; a pool and its clients may stand in different files of it.',
    'A signing key cannot be taken out of the key set of a pool: its keys are in the hands of AWS.',
  ],
  sources: [
    'https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html',
    'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html',
    'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool_client',
  ],
  settings,
  examples: [
    {
      file: 'cognito.tf',
      text: `resource "aws_cognito_user_pool" "main" {
  name = "orders"
}

resource "aws_cognito_user_pool_client" "web" {
  name                   = "web"
  user_pool_id           = aws_cognito_user_pool.main.id
  access_token_validity  = 15
  refresh_token_validity = 7

  token_validity_units {
    access_token = "minutes"
  }
  refresh_token_rotation {
    feature                    = "ENABLED"
    retry_grace_period_seconds = 10
  }
}
`,
    },
  ],
  mayHold: (_file, text) => text.includes('aws_cognito_user_pool') || text.includes('AWS::Cognito::UserPool'),
  recognise: (document) => resourcesOf(document, POOL).length > 0 || resourcesOf(document, CLIENT).length > 0,
  read: (document) => [
    ...resourcesOf(document, POOL).map((pool) => readPool(document.file, pool)),
    ...resourcesOf(document, CLIENT).map((client) => readClient(document.file, client)),
  ],
  join: joinClients,
};

function readPool(file: string, { id, node }: Resource): IssuerConfig {
  return issuerAt({ name: `user pool ${id}`, file, at: node.at });
}

function issuerAt({ name, file, at }: Pick<IssuerConfig, 'name' | 'file' | 'at'>): IssuerConfig {
  return {
    kind: 'issuer',
    adapter: 'aws-cognito',
    name,
    file,
    at,
    profile: null,
    product: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<IssuerFactMap>(settings, 'issuer', { issuer: issuerOf(name, at) }, at),
  };
}

/** The `iss` value holds the id of the pool, which begins with the region. */
function issuerOf(name: string, at: IssuerConfig['at']): ConfigFact<string | null> {
  const [, id, region] = /^user pool (([a-z]{2}(?:-[a-z]+)+-\d)_[A-Za-z0-9]{5,20})$/.exec(name) ?? [];
  return id === undefined || region === undefined
    ? unknownConfigFact(at, 'AWS gives the id of the pool')
    : derivedFact(`https://cognito-idp.${region}.amazonaws.com/${id}`, at, 'from the id of the pool');
}

/**
 * Gives each pool what its clients say: the loosest of them, because a token of any client is a token of the pool. A
 * client whose pool stands nowhere in the run brings a pool along.
 */
function joinClients(subjects: readonly ConfigSubject[]): readonly ConfigSubject[] {
  const clients = subjects.filter((subject) => subject.kind === 'client');
  const pools = new Map<string, IssuerConfig>();
  for (const subject of subjects) {
    if (subject.kind === 'issuer' && !pools.has(keyOf(subject.file, subject.name))) {
      pools.set(keyOf(subject.file, subject.name), subject);
    }
  }
  const byPool = new Map<string, ClientConfig[]>();
  for (const client of clients) {
    const { file, issuer, at } = client;
    if (issuer === null) continue;
    const key = keyOf(file, issuer);
    if (!pools.has(key)) pools.set(key, issuerAt({ name: issuer, file, at }));
    const others = byPool.get(key);
    if (others === undefined) byPool.set(key, [client]);
    else others.push(client);
  }
  return [...[...pools].map(([key, pool]) => withClients(pool, byPool.get(key) ?? [])), ...clients];
}

function keyOf(file: string, name: string): string {
  return `${scopeOf(file)}#${name}`;
}

function withClients(pool: IssuerConfig, clients: readonly ClientConfig[]): IssuerConfig {
  const facts: { readonly [Name in keyof IssuerFactMap]: IssuerFactMap[Name] | undefined } = {
    accessTokenLifetime: loosest(clients, 'accessTokenLifetime', isLonger),
    idTokenLifetime: loosest(clients, 'idTokenLifetime', isLonger),
    refreshTokenLifetime: loosest(clients, 'refreshTokenLifetime', isLonger),
    refreshReuseGrace: loosest(clients, 'refreshReuseGrace', isLonger),
    refreshRotation: loosest(clients, 'refreshRotation', isOff),
    revocationEnabled: loosest(clients, 'revocationEnabled', isOff),
  };
  const present = Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
  return { ...pool, facts: { ...pool.facts, ...present } };
}

function isLonger(life: Bound, other: Bound): boolean {
  return Number(life) > Number(other);
}

function isOff(flag: boolean, other: boolean): boolean {
  return !flag && other;
}

/** The fact of the client that is loosest; unknown when one is that may be looser still. */
function loosest<Name extends keyof ClientFactMap, Value>(
  clients: readonly (ClientConfig & { readonly facts: { readonly [N in Name]?: ConfigFact<Value> } })[],
  name: Name,
  isLooser: (value: Value, other: Value) => boolean,
): ConfigFact<Value> | undefined {
  const given = clients.flatMap((client) => {
    const fact: ConfigFact<Value> | undefined = client.facts[name];
    return fact === undefined ? [] : [{ client, fact }];
  });
  let found: Exclude<ConfigFact<Value>, { readonly origin: 'unknown' }> | undefined;
  for (const { client, fact } of given) {
    if (fact.origin === 'unknown' || (found !== undefined && !isLooser(fact.value, found.value))) continue;
    const { value, at } = fact;
    found =
      fact.origin === 'explicit' ? { ...fact, origin: 'derived', value, at, source: `${client.name} says so` } : fact;
  }
  // What is switched off at one client cannot be looser at another.
  return found?.value === false ? found : (given.find(({ fact }) => fact.origin === 'unknown')?.fact ?? found);
}
