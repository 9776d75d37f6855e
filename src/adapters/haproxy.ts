import type { ConfigFact, ConfigSecret, ConfigSubject, VerifierConfig, VerifierFactMap } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import type { Location } from '../model/location.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter, Setting } from './adapter.ts';
import type { ConfigNode } from './config-node.ts';
import { items, rootOf } from './config-node.ts';
import { completeFacts, explicitFact } from './facts.ts';
import { secretsOf } from './secret.ts';

const MANUAL = 'HAProxy 3.2 configuration manual, section 7.3.1';

const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'signatureVerified',
    setting: 'jwt_verify(<alg>,<key>)',
    absent: {
      origin: 'default',
      value: false,
      source: `${MANUAL}: jwt_header_query and jwt_payload_query only decode`,
    },
    note: 'The result must be compared with the integer 1: errors are negative numbers.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'jwt_verify(<alg>,...)',
    absent: {
      origin: 'default',
      value: 'any',
      source: `${MANUAL}, jwt_verify: the algorithm may be a variable taken from the token`,
    },
    note: 'An algorithm read from the token needs a rule that refuses all but one.',
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: "jwt_payload_query('$.exp','int')",
    absent: { origin: 'platform', value: false, source: `${MANUAL}, jwt_verify checks the signature only` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: "jwt_payload_query('$.exp','int')",
    absent: { origin: 'platform', value: false, source: `${MANUAL}, jwt_verify checks the signature only` },
  },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: "jwt_payload_query('$.iss')",
    absent: { origin: 'platform', value: null, source: `${MANUAL}, jwt_verify checks the signature only` },
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: "jwt_payload_query('$.aud')",
    absent: { origin: 'platform', value: null, source: `${MANUAL}, jwt_verify checks the signature only` },
  },
  {
    on: 'verifier',
    fact: 'typVerified',
    setting: "jwt_header_query('$.typ')",
    absent: { origin: 'default', value: false, source: `${MANUAL}, jwt_verify checks the signature only` },
  },
  {
    on: 'verifier',
    fact: 'senderConstraint',
    setting: "jwt_payload_query('$.cnf...')",
    absent: { origin: 'default', value: 'none', source: `${MANUAL}, jwt_verify checks the signature only` },
    note: 'Counts as required when a rule that denies compares the claim `cnf`.',
  },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'urlp(<name>)',
    absent: { origin: 'default', value: false, source: `${MANUAL}: a token comes from where a rule takes it` },
  },
  {
    on: 'verifier',
    fact: 'claimHeaders',
    setting: 'http-request set-header / add-header',
    absent: null,
    note: '`set-header` removes what the client sent under the name, `add-header` keeps it.',
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'static',
      source: `${MANUAL}, jwt_verify reads keys when the configuration is parsed`,
    },
  },
];

/** Reads token checks of HAProxy's own rule language, per frontend or listen section. */
export const adapter: Adapter = {
  id: 'haproxy',
  title: 'HAProxy',
  role: 'load balancer',
  reads:
    'Sections of an HAProxy configuration whose rules use `jwt_verify`, `jwt_header_query` or `jwt_payload_query`, and the variables that hold what these give.',
  assumes: [
    'A claim counts as checked when a rule of the section that denies or rejects compares it; whether the rule is reached is not worked out.',
    'Lua scripts and maps are not followed.',
  ],
  sources: ['https://docs.haproxy.org/3.2/configuration.html#7.3.1-jwt_verify'],
  settings,
  examples: [
    {
      file: 'haproxy.cfg',
      text: `frontend api
  bind :8443 ssl crt /etc/haproxy/api.pem
  http-request set-var(txn.bearer) http_auth_bearer
  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
  http-request set-var(txn.iss) var(txn.bearer),jwt_payload_query('$.iss')
  http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')
  http-request deny unless { var(txn.alg) -m str ES256 }
  http-request deny unless { var(txn.iss) -m str https://id.example.com }
  http-request deny unless { var(txn.bearer),jwt_verify(txn.alg,"/etc/haproxy/id.pem") 1 }
  http-request set-var(txn.now) date()
  http-request deny if { var(txn.exp),sub(txn.now) -m int lt 0 }
  default_backend orders
`,
    },
  ],
  mayHold: (_file, text) => /\bjwt_(?:verify|header_query|payload_query)\b/.test(text),
  recognise: (document) => document.format === 'haproxy' && sectionsOf(document).length > 0,
  read: (document) => sectionsOf(document).map((section) => readSection(document, section)),
};

interface Section {
  readonly name: string;
  readonly at: Location;
  readonly rules: readonly ConfigNode[];
}

const SECTION = /^(?:global|defaults|frontend|backend|listen|peers|resolvers|userlist|cache|program|http-errors|ring)$/;

/** Sections in which a rule looks into a token. */
function sectionsOf(document: ConfigDocument): readonly Section[] {
  const sections: { name: string; at: Location; rules: ConfigNode[] }[] = [];
  for (const directive of items(rootOf(document))) {
    const words = wordsOf(directive);
    const [first = ''] = words;
    if (SECTION.test(first)) sections.push({ name: words.slice(0, 2).join(' '), at: directive.at, rules: [] });
    else sections.at(-1)?.rules.push(directive);
  }
  return sections.filter(({ rules }) =>
    rules.some((rule) => /\bjwt_(?:verify|header_query|payload_query)/.test(wordsOf(rule).join(' '))),
  );
}

function wordsOf(directive: ConfigNode): readonly string[] {
  return items(directive).map(({ value }) => String(value));
}

function readSection({ file }: ConfigDocument, { name, at, rules }: Section): ConfigSubject {
  const claims = variablesOf(rules);
  const refusals = rules.filter(
    (rule) =>
      /^(?:http-request|tcp-request)$/.test(wordsOf(rule)[0] ?? '') &&
      /\b(?:deny|reject|tarpit)\b/.test(wordsOf(rule).join(' ')),
  );
  const verifying = rules.find((rule) => wordsOf(rule).join(' ').includes('jwt_verify('));
  const compared = (claim: string): ConfigNode | undefined =>
    refusals.find((rule) => mentions(wordsOf(rule).join(' '), claim, claims));
  const exp = compared('exp');
  const algorithms = algorithmsOf(verifying, compared('alg'));
  const secrets = secretOf(verifying, algorithms);
  const facts: { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined } = {
    signatureVerified: verifying === undefined ? undefined : explicitFact(true, verifying.at),
    algorithms,
    keySource: secrets === null || verifying === undefined ? undefined : explicitFact('shared-secret', verifying.at),
    issuers: equalTo(compared('iss')),
    audiences: equalTo(compared('aud')),
    expVerified: exp === undefined ? undefined : explicitFact(true, exp.at),
    typVerified: given(compared('typ'), true),
    senderConstraint: given(compared('cnf'), 'required'),
    queryTokenAccepted: queryToken(rules),
    claimHeaders: headersFromClaims(rules, claims),
    // A comparison of integers fails where the claim is missing, so the rule refuses such a token when it says "unless".
    requiresExp: exp === undefined ? undefined : explicitFact(wordsOf(exp).includes('unless'), exp.at),
  };
  const verifier: VerifierConfig = {
    kind: 'verifier',
    adapter: adapter.id,
    name,
    file,
    at,
    profile: null,
    product: { id: 'haproxy', version: null },
    secrets: secrets ?? [],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(settings, 'verifier', facts, at),
  };
  return verifier;
}

/** Variables by the claim or header member that they hold. */
function variablesOf(rules: readonly ConfigNode[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const rule of rules) {
    const text = wordsOf(rule).join(' ');
    const [, variable] = /set-var\(([\w.]+)\)/.exec(text) ?? [];
    const [, claim] = /jwt_(?:header|payload)_query\('?\$\.(\w+)'?/.exec(text) ?? [];
    if (variable !== undefined && claim !== undefined) found.set(claim, [...(found.get(claim) ?? []), variable]);
  }
  return found;
}

/**
 * The second argument of jwt_verify, which for an HMAC is the secret itself; null where it is a file or may be one.
 *
 * @see https://docs.haproxy.org/3.2/configuration.html#7.3.1-jwt_verify
 */
function secretOf(
  verifying: ConfigNode | undefined,
  algorithms: ConfigFact<readonly string[]> | undefined,
): readonly ConfigSecret[] | null {
  const names = knownValue(algorithms) ?? [];
  if (verifying === undefined || names.length === 0 || !names.every((name) => /^HS\d+$/.test(name))) return null;
  const [, argument = ''] = /jwt_verify\([^,()]*,\s*["']?([^"')]*)/.exec(wordsOf(verifying).join(' ')) ?? [];
  // A variable may hold anything.
  if (/^(?:txn|sess|req|res|proc)\./.test(argument)) return [];
  return secretsOf({ ...verifying, value: argument }, 'hmac', { algorithm: names[0] ?? null });
}

function given<T>(rule: ConfigNode | undefined, value: T): ConfigFact<T> | undefined {
  return rule === undefined ? undefined : explicitFact(value, rule.at);
}

/** A variable that is filled from the query and then looked into as a token. */
function queryToken(rules: readonly ConfigNode[]): ConfigFact<boolean> | undefined {
  const texts = rules.map((rule) => wordsOf(rule).join(' '));
  return given(
    rules.find((_, index) => {
      const [, variable] = /set-var\(([\w.]+)\)\s+(?:urlp|url_param)\(/.exec(texts[index] ?? '') ?? [];
      return variable !== undefined && texts.some((text) => text.includes(`var(${variable}),jwt_`));
    }),
    true,
  );
}

/**
 * Headers that rules make from claims.
 *
 * @see https://docs.haproxy.org/3.2/configuration.html#4.4-set-header the header name is first removed if it existed
 */
function headersFromClaims(
  rules: readonly ConfigNode[],
  claims: ReadonlyMap<string, readonly string[]>,
): VerifierFactMap['claimHeaders'] {
  const variables = [...claims.values()].flat();
  const removed = new Set(
    rules.map(wordsOf).flatMap(([, action, name]) => (action === 'del-header' && name !== undefined ? [name] : [])),
  );
  const made = rules.filter((rule) => {
    const [, action, , ...rest] = wordsOf(rule);
    const value = rest.join(' ');
    const fromClaim = value.includes('jwt_payload_query') || variables.some((name) => value.includes(`var(${name})`));
    return (action === 'set-header' || action === 'add-header') && fromClaim;
  });
  const kept = made.filter((rule) => wordsOf(rule)[1] === 'add-header' && !removed.has(wordsOf(rule)[2] ?? ''));
  // One header that a client can write is enough; the others are not worth a word then.
  const told = kept.length > 0 ? kept : made;
  const names = told.flatMap((rule) => wordsOf(rule)[2] ?? []);
  return given(told[0], { names, stripped: kept.length === 0 });
}

function mentions(rule: string, claim: string, claims: ReadonlyMap<string, readonly string[]>): boolean {
  if (rule.includes(`_query($.${claim}`) || rule.includes(`_query('$.${claim}`)) return true;
  return (claims.get(claim) ?? []).some((variable) => rule.includes(`var(${variable})`));
}

/** Values that a rule compares with: what follows `-m str` and other flags, up to the end of the condition. */
function equalTo(rule: ConfigNode | undefined): ConfigFact<readonly string[]> | undefined {
  if (rule === undefined) return undefined;
  const words = wordsOf(rule);
  const from = words.findIndex((word) => word.includes('var(') || word.includes('_query('));
  const values = words
    .slice(from + 1)
    .filter(
      (word, index, all) =>
        !/^[{}]$|^-/.test(word) && !/^-m$/.test(all[index - 1] ?? '') && !/^(?:or|if|unless|\|\|)$/.test(word),
    );
  return values.length === 0
    ? { origin: 'unknown', at: rule.at, source: 'what it is compared with is not a constant' }
    : explicitFact(values, rule.at);
}

function algorithmsOf(
  verifying: ConfigNode | undefined,
  refusing: ConfigNode | undefined,
): ConfigFact<readonly string[]> | undefined {
  if (refusing !== undefined) return equalTo(refusing);
  if (verifying === undefined) return undefined;
  const [, literal] = /jwt_verify\(\s*'?([A-Z]{2}\d{3}|EdDSA)'?\s*,/.exec(wordsOf(verifying).join(' ')) ?? [];
  return literal === undefined ? undefined : explicitFact([literal], verifying.at);
}
