import type { VerifierConfig, VerifierFactMap } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import { millis } from '../model/quantity.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter, Setting } from './adapter.ts';
import type { ConfigNode } from './config-node.ts';
import { child } from './config-node.ts';
import { completeFacts, derivedFact, durationFact, listFact, mapFact, textFact } from './facts.ts';
import type { ResourceType } from './infrastructure.ts';
import { blocks, part, referencesIn, resourcesOf } from './infrastructure.ts';
import { secretsOf } from './secret.ts';

const API = 'botocore 1.44.8: elbv2/2015-12-01/service-2.json';
const GUIDE = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html';

const VALIDATION: readonly Setting[] = [
  { on: 'verifier', fact: 'issuers', setting: 'jwt_validation.issuer, JwtValidationConfig.Issuer', absent: null },
  {
    on: 'verifier',
    fact: 'jwksUri',
    setting: 'jwt_validation.jwks_endpoint, JwtValidationConfig.JwksEndpoint',
    absent: null,
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'jwt_validation.additional_claim, JwtValidationConfig.AdditionalClaims',
    absent: {
      origin: 'default',
      value: null,
      source: `${API}, JwtValidationActionConfig: only exp, iss, nbf and iat are validated by default`,
    },
    note: 'The audience is one of the additional claims, under the name `aud`; `client_id` counts too.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: null,
    absent: { origin: 'platform', value: ['RS256'], source: `${GUIDE}, only RS256 is supported` },
  },
  {
    on: 'verifier',
    fact: 'signatureVerified',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${API}, JwtValidationActionConfig.JwksEndpoint` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${GUIDE}, the claims iss and exp are mandatory` },
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: null,
    absent: { origin: 'platform', value: 'jwks', source: `${API}, JwtValidationActionConfig.JwksEndpoint` },
  },
];

const SESSION: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'derivedSessionLifetime',
    setting: 'session_timeout, SessionTimeout',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(604_800_000),
      source: `${API}, AuthenticateOidcActionConfig.SessionTimeout: 604800 seconds (7 days)`,
    },
    note: 'The cookie of the load balancer goes on working after the tokens behind it were revoked.',
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'on_unauthenticated_request, OnUnauthenticatedRequest',
    absent: {
      origin: 'default',
      value: false,
      source: `${API}, AuthenticateOidcActionConfig.OnUnauthenticatedRequest: authenticate`,
    },
  },
];

/** Reads listeners of Application Load Balancers that check tokens or keep sessions. */
export const adapter: Adapter = {
  id: 'aws-alb',
  title: 'Application Load Balancer',
  role: 'gateway',
  reads:
    'Actions `jwt-validation`, `authenticate-oidc` and `authenticate-cognito` of listeners and their rules, in Terraform and CloudFormation.',
  assumes: [
    'Values of variables, parameters and other expressions are not computed: they are unknown.',
    'How long the load balancer keeps the key set is not documented.',
  ],
  sources: [
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html',
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-elasticloadbalancingv2-listener-jwtvalidationconfig.html',
    'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_listener',
  ],
  settings: [...VALIDATION, ...SESSION],
  examples: [
    {
      file: 'listener.tf',
      text: `resource "aws_lb_listener" "https" {
  port     = 443
  protocol = "HTTPS"

  default_action {
    type = "jwt-validation"
    jwt_validation {
      issuer        = "https://id.example.com"
      jwks_endpoint = "https://id.example.com/jwks.json"
      additional_claim {
        name   = "aud"
        format = "single-string"
        values = ["orders"]
      }
    }
  }
}
`,
    },
  ],
  mayHold: (_file, text) => /jwt-validation|authenticate-(?:oidc|cognito)/.test(text) && /listener/i.test(text),
  recognise: (document) => actionsOf(document).length > 0,
  read: (document) => actionsOf(document).map((action) => readAction(document.file, action)),
};

interface Action {
  readonly name: string;
  readonly kind: keyof typeof CONFIGS;
  readonly node: ConfigNode;
  /** The settings of the action. */
  readonly config: ConfigNode | null;
}

const CONFIGS = {
  'jwt-validation': 'jwt_validation|JwtValidationConfig',
  'authenticate-oidc': 'authenticate_oidc|AuthenticateOidcConfig',
  'authenticate-cognito': 'authenticate_cognito|AuthenticateCognitoConfig',
} as const;

/** Terraform has an older name for each. */
const HOLDERS: readonly (readonly [word: string, type: ResourceType, actions: string])[] = [
  [
    'listener',
    { terraform: 'aws_lb_listener', cloudFormation: 'AWS::ElasticLoadBalancingV2::Listener' },
    'default_action|DefaultActions',
  ],
  ['listener', { terraform: 'aws_alb_listener', cloudFormation: null }, 'default_action'],
  [
    'rule',
    { terraform: 'aws_lb_listener_rule', cloudFormation: 'AWS::ElasticLoadBalancingV2::ListenerRule' },
    'action|Actions',
  ],
  ['rule', { terraform: 'aws_alb_listener_rule', cloudFormation: null }, 'action'],
];

function actionsOf(document: ConfigDocument): readonly Action[] {
  return HOLDERS.flatMap(([word, type, member]) =>
    resourcesOf(document, type).flatMap(({ id, body }) =>
      blocks(child(body, member)).flatMap((node): readonly Action[] => {
        const kind = kindOf(node);
        return kind === null ? [] : [{ name: `${word} ${id}/${kind}`, kind, node, config: part(node, CONFIGS[kind]) }];
      }),
    ),
  );
}

function kindOf(node: ConfigNode): Action['kind'] | null {
  const type = knownValue(textFact(child(node, 'type|Type')));
  return type === 'jwt-validation' || type === 'authenticate-oidc' || type === 'authenticate-cognito' ? type : null;
}

function readAction(file: string, { name, kind, node, config }: Action): VerifierConfig {
  const isValidation = kind === 'jwt-validation';
  return {
    kind: 'verifier',
    adapter: 'aws-alb',
    name,
    file,
    at: node.at,
    profile: null,
    product: isValidation ? { id: 'aws-alb-jwt', version: null } : null,
    secrets: secretsOf(part(config, 'client_secret|ClientSecret'), 'client'),
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(
      isValidation ? VALIDATION : SESSION,
      'verifier',
      isValidation ? validationFacts(config) : sessionFacts(config),
      node.at,
    ),
  };
}

type Read = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

function validationFacts(config: ConfigNode | null): Read {
  const issuer = part(config, 'issuer|Issuer');
  return {
    issuers: listFact(issuer),
    jwksUri: textFact(part(config, 'jwks_endpoint|JwksEndpoint')),
    audiences: audiencesOf(config),
    issuerReference: referenceOf(issuer),
  };
}

function audiencesOf(config: ConfigNode | null): VerifierFactMap['audiences'] | undefined {
  const claims = blocks(child(config, 'additional_claim|AdditionalClaims|additional_claims'));
  // Access tokens of Cognito have a client_id in place of an audience.
  const audience = ['aud', 'client_id']
    .map((name) => claims.find((claim) => child(claim, 'name|Name')?.value === name))
    .find((claim) => claim !== undefined);
  if (audience !== undefined) return listFact(child(audience, 'values|Values'));
  // A claim with a computed name may be the audience.
  const computed = claims
    .map((claim) => textFact(child(claim, 'name|Name')))
    .find((fact) => fact?.origin === 'unknown');
  return computed?.origin === 'unknown' ? computed : undefined;
}

function sessionFacts(config: ConfigNode | null): Read {
  const unauthenticated = textFact(part(config, 'on_unauthenticated_request|OnUnauthenticatedRequest'));
  return {
    issuers: listFact(part(config, 'issuer|Issuer')),
    issuerReference: referenceOf(part(config, 'user_pool_arn|UserPoolArn')),
    derivedSessionLifetime: durationFact(part(config, 'session_timeout|SessionTimeout'), 's'),
    missingTokenAllowed: mapFact(unauthenticated, (word) => word === 'allow'),
  };
}

function referenceOf(node: ConfigNode | null): VerifierFactMap['issuerReference'] | undefined {
  const [pool] = referencesIn(node, 'aws_cognito_user_pool');
  return pool === undefined || node === null
    ? undefined
    : derivedFact(`aws-cognito/user pool ${pool}`, node.at, 'from what it refers to');
}
