import type { ConfigFact, ConfigRemark, VerifierConfig, VerifierFactMap } from '../model/config.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter, Setting } from './adapter.ts';
import type { ConfigNode } from './config-node.ts';
import { child, descendants, items, members, rootOf } from './config-node.ts';
import { completeFacts, derivedFact, listFact, unknownConfigFact } from './facts.ts';

const GUIDE = 'AWS IAM User Guide: Create a role for OpenID Connect federation';

const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'Principal.Federated',
    absent: null,
    note: 'The ARN of the identity provider ends with the host of the issuer.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'Condition.<operator>.<host>:aud',
    absent: null,
    note: 'Without a condition the client ids of the identity provider count, which this file does not hold.',
  },
  {
    on: 'verifier',
    fact: 'subjects',
    setting: 'Condition.<operator>.<host>:sub',
    absent: { origin: 'default', value: null, source: `${GUIDE}: without a condition every subject may take the role` },
    note: '`StringLike` reads `*` and `?` as patterns, `StringEquals` does not.',
  },
];

/** Reads who may take a role with a token of an OpenID Connect issuer. */
export const adapter: Adapter = {
  id: 'aws-iam-trust',
  title: 'AWS IAM trust policies',
  role: 'cloud role',
  reads:
    'Trust policies of roles (JSON, YAML) with the action `sts:AssumeRoleWithWebIdentity` and an OpenID Connect provider, alone or as `AssumeRolePolicyDocument` of CloudFormation.',
  assumes: [
    'Conditions on claims beside `aud` and `sub` narrow who is accepted in ways that are not worked out.',
    'Policies that Terraform computes are not seen.',
  ],
  sources: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html'],
  settings,
  examples: [
    {
      file: 'trust-policy.json',
      text: `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
        "StringLike": { "token.actions.githubusercontent.com:sub": "repo:example/orders:*" }
      }
    }
  ]
}
`,
    },
  ],
  mayHold: (_file, text) => text.includes('AssumeRoleWithWebIdentity') && text.includes('Statement'),
  recognise: (document) => statementsOf(document).length > 0,
  read: (document) => statementsOf(document).map((statement, index) => readStatement(document, statement, index)),
};

/** Statements that let tokens of an OpenID Connect provider in. */
function statementsOf(document: ConfigDocument): readonly ConfigNode[] {
  // Language of its own, in which documents of this kind are computed.
  if (document.format === 'hcl') return [];
  const statements: ConfigNode[] = [];
  for (const node of descendants(rootOf(document))) {
    const list = child(node, 'Statement');
    if (list !== null) statements.push(...(Array.isArray(list.value) ? items(list) : [list]));
  }
  return statements.filter((statement) => {
    const action = child(statement, 'Action');
    const actions = [action?.value].flat();
    const federated = child(statement, 'Principal', 'Federated');
    return (
      child(statement, 'Effect')?.value === 'Allow' &&
      actions.includes('sts:AssumeRoleWithWebIdentity') &&
      federated !== null &&
      // Facebook, Amazon and Cognito are named without a provider and have conditions of their own.
      (typeof federated.value !== 'string' || federated.value.includes('oidc-provider/'))
    );
  });
}

const PROVIDER = 'oidc-provider/';

/** What an ARN names as its provider; null for what is no ARN of one. */
function providerIn(arn: unknown): string | null {
  const at = typeof arn === 'string' ? arn.indexOf(PROVIDER) : -1;
  const host = typeof arn === 'string' && at >= 0 ? arn.slice(at + PROVIDER.length) : '';
  return host === '' || /\s/.test(host) ? null : host;
}

function readStatement(document: ConfigDocument, statement: ConfigNode, index: number): VerifierConfig {
  const federated = child(statement, 'Principal', 'Federated');
  const host = providerIn(federated?.value);
  const isPlain = host !== null && !/[${}\uE000]/.test(host);
  const sid = child(statement, 'Sid')?.value;
  return {
    kind: 'verifier',
    adapter: adapter.id,
    name: `statement ${typeof sid === 'string' ? sid : index + 1}`,
    file: document.file,
    at: statement.at,
    profile: null,
    product: null,
    secrets: [],
    remarks: literalStars(statement),
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(
      settings,
      'verifier',
      {
        issuers:
          isPlain && federated !== null
            ? derivedFact([`https://${host}`], federated.at, 'the identity provider of the role')
            : unknownConfigFact(statement.at, 'the identity provider is named elsewhere'),
        audiences: listFact(conditionsOn(statement, 'aud')[0]?.value ?? null),
        subjects: subjectsOf(statement),
      },
      statement.at,
    ),
  };
}

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly value: ConfigNode;
}

/** Conditions on a claim of the token, by the last part of their key. */
function conditionsOn(statement: ConfigNode, claim: string): readonly Condition[] {
  return conditionsOf(statement).filter(({ key }) => key.endsWith(`:${claim}`));
}

function conditionsOf(statement: ConfigNode): readonly Condition[] {
  return members(child(statement, 'Condition')).flatMap(([operator, claims]) =>
    members(claims).map(([key, value]) => ({ operator, key, value })),
  );
}

function subjectsOf(statement: ConfigNode): ConfigFact<readonly string[]> | undefined {
  const [written, ...others] = conditionsOn(statement, 'sub');
  if (written === undefined) {
    const narrows = conditionsOf(statement).some(({ key }) => !key.endsWith(':aud'));
    return narrows ? unknownConfigFact(statement.at, 'other conditions narrow who is accepted') : undefined;
  }
  const { operator, value } = written;
  const isPositive = /^(?:ForAnyValue:)?String(?:Equals|Like|EqualsIgnoreCase)$/.test(operator);
  if (others.length > 0 || !isPositive || literalStars(statement).length > 0)
    return unknownConfigFact(value.at, 'the conditions on sub are not worked out');
  return listFact(value);
}

/** A star that stands for itself, which no subject has. */
function literalStars(statement: ConfigNode): readonly ConfigRemark[] {
  return conditionsOn(statement, 'sub')
    .filter(({ operator, value }) => operator.includes('StringEquals') && JSON.stringify(value.value).includes('*'))
    .map(({ operator, value }) => ({
      kind: 'ignored-setting',
      message: `${operator} takes * for itself, so this subject lets nobody in; StringLike reads patterns`,
      at: value.at,
    }));
}
