import type { ConfigSubject } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, rootOf } from '../config-node.ts';
import { flagFact } from '../facts.ts';
import { readRule, rulesOf } from './rules.ts';
import { INTROSPECTION_SETTINGS, ISSUER_SETTINGS, JWT_SETTINGS, RULE_SETTINGS } from './settings.ts';
import { JWT_VERIFIER, readIntrospection, readIssuer, readJwt } from './verifiers.ts';

/** Reads the configuration of Oathkeeper and its access rules. */
export const adapter: Adapter = {
  id: 'ory-oathkeeper',
  title: 'Ory Oathkeeper',
  role: 'gateway',
  reads:
    'The configuration (YAML or JSON), also below `oathkeeper.config` in values of the Helm chart: the authenticators jwt and oauth2_introspection and the mutator id_token, where they are enabled. Access rules, as lists or as Kubernetes resources; a rule with settings of its own is laid over the configuration in the same run.',
  assumes: [
    'Environment variables such as AUTHENTICATORS_JWT_ENABLED are not seen: what is not enabled in the file is off.',
    'Sessions that cookie_session and bearer_token ask about are not read.',
    'Of several configurations in one run none is laid under the rules.',
  ],
  sources: [
    'https://www.ory.sh/docs/oathkeeper/reference/configuration',
    'https://www.ory.sh/docs/oathkeeper/pipeline/authn',
    'https://github.com/ory/oathkeeper',
  ],
  settings: [...JWT_SETTINGS, ...INTROSPECTION_SETTINGS, ...ISSUER_SETTINGS, ...RULE_SETTINGS],
  examples: [
    {
      file: 'oathkeeper.yml',
      text: `access_rules: { repositories: [file:///etc/rules/rules.yml] }
authenticators:
  jwt:
    enabled: true
    config:
      jwks_urls: [https://id.example.com/jwks.json]
      trusted_issuers: [https://id.example.com]
      target_audience: [orders]
mutators: { noop: { enabled: true } }
`,
    },
    {
      file: 'rules.yml',
      note: 'Access rules.',
      text: `- id: orders
  match: { url: "https://api.example.com/orders/<.*>", methods: [GET, POST] }
  authenticators: [{ handler: jwt }]
  authorizer: { handler: allow }
  mutators: [{ handler: noop }]
`,
    },
  ],
  mayHold: (_file, text) =>
    /\bauthenticators\b/.test(text) && /\b(?:access_rules|mutators|authorizers?|handler)\b/.test(text),
  recognise: (document) => configurationOf(document) !== null || rulesOf(document).length > 0,
  read(document) {
    const root = configurationOf(document);
    return [
      ...(root === null ? [] : readConfiguration(root)),
      ...rulesOf(document).flatMap((rule, index) => readRule(document, rule, index)),
    ];
  },
  join: (subjects) => {
    const [configured, ...others] = subjects.filter(({ name }) => name === JWT_VERIFIER);
    return configured === undefined || others.length > 0
      ? subjects
      : subjects.map((subject) => laidOver(configured, subject));
  },
};

const HANDLERS =
  /^(?:jwt|oauth2_introspection|oauth2_client_credentials|cookie_session|bearer_token|anonymous|noop|unauthorized)$/;

function configurationOf(document: ConfigDocument): ConfigNode | null {
  const root = rootOf(document);
  const candidates = [root, child(root, 'oathkeeper', 'config'), child(root, 'config')];
  return candidates.find((node) => node !== null && isConfiguration(node)) ?? null;
}

function isConfiguration(node: ConfigNode): boolean {
  const { value } = child(node, 'authenticators') ?? {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return (
    names.some((name) => HANDLERS.test(name)) &&
    ['access_rules', 'mutators', 'authorizers'].some((key) => child(node, key) !== null)
  );
}

function readConfiguration(root: ConfigNode): readonly ConfigSubject[] {
  const jwt = enabled(child(root, 'authenticators', 'jwt'));
  const introspection = enabled(child(root, 'authenticators', 'oauth2_introspection'));
  const idToken = enabled(child(root, 'mutators', 'id_token'));
  return [
    ...(jwt === null ? [] : [readJwt(jwt, JWT_VERIFIER, true)]),
    ...(introspection === null ? [] : [readIntrospection(introspection)]),
    ...(idToken === null ? [] : [readIssuer(idToken)]),
  ];
}

/** The handler when it is, or may be, switched on; off is the default. */
function enabled(handler: ConfigNode | null): ConfigNode | null {
  const fact = flagFact(child(handler, 'enabled'));
  return fact === undefined || (fact.origin !== 'unknown' && !fact.value) ? null : handler;
}

/** Settings of a rule come before those of the configuration. */
function laidOver(configured: ConfigSubject, subject: ConfigSubject): ConfigSubject {
  if (subject.kind !== 'verifier' || configured.kind !== 'verifier' || !subject.name.startsWith('rule '))
    return subject;
  return { ...subject, facts: { ...configured.facts, ...subject.facts } };
}
