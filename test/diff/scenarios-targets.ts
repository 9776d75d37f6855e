import type { Files } from './diff-sides.ts';
import type { Scenario } from './scenario.ts';
import { FILE, ORDERS, edited, reverse } from './scenario.ts';

function policy(name: string, spec: string): string {
  return `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: ${name}, owner: '@${name}' }
spec:
${spec}`;
}

const BASE = policy(
  'base',
  `  applies_to: { environments: [prod] }
  issuers: [{ issuer: https://id.example.com/ }]
  tokens:
    access_token:
      algorithms: [ES256, PS256]
      lifetime: { max: 10m }
`,
);

const SERVICES: Files = {
  'policies/base.yaml': BASE,
  ...Object.fromEntries(
    ['orders', 'billing', 'search'].map((name) => [
      `policies/${name}.yaml`,
      policy(
        name,
        `  extends: [base]
  applies_to: { services: [${name}] }
  tokens: { access_token: { audiences: [${name}] } }
`,
      ),
    ]),
  ),
};

const SHOP = policy(
  'shop',
  `  applies_to: { services: [orders, billing], environments: [prod] }
  issuers: [{ issuer: https://id.example.com/ }]
  tokens: { access_token: { audiences: [shop] } }
`,
);

const ORGANISATION = policy(
  'organisation',
  `  issuers: [{ issuer: https://id.example.com/ }, { issuer: https://partner.example.net/ }]
  tokens: { access_token: { algorithms: [ES256, RS256], audiences: [orders, billing], lifetime: { max: 1h } } }
`,
);
const SERVICE = policy(
  'orders',
  `  applies_to: { services: [orders], environments: [prod] }
  issuers: [{ issuer: https://id.example.com/ }]
  tokens: { access_token: { algorithms: [ES256, RS256], audiences: [orders], lifetime: { max: 10m } } }
`,
);
const TOGETHER: Files = { 'policies/organisation.yaml': ORGANISATION, 'policies/orders.yaml': SERVICE };

const ID_TOKEN = edited(ORDERS, ['  tokens:\n', '  tokens:\n    id_token:\n      audiences: [app]\n']);

const NEW: Scenario = {
  name: 'policy-for-a-new-service',
  before: SERVICES,
  after: {
    ...SERVICES,
    'policies/mail.yaml': policy(
      'mail',
      `  extends: [base]
  applies_to: { services: [mail] }
  tokens: { access_token: { audiences: [mail] } }
`,
    ),
  },
};

const REFRESH = edited(ORDERS, [
  '  tokens:\n',
  '  tokens:\n    refresh_token: { present: true, audiences: [orders], lifetime: { max: 1d, absolute_max: 14d } }\n',
]);

/** Which policies hold where, and edits that mean nothing. */
export const TARGET_SCENARIOS: readonly Scenario[] = [
  {
    name: 'base-changes-and-three-services-follow',
    before: SERVICES,
    after: { ...SERVICES, 'policies/base.yaml': edited(BASE, ['[ES256, PS256]', '[ES256, PS256, RS256]']) },
  },
  {
    name: 'one-of-several-policies-changes',
    before: TOGETHER,
    after: { ...TOGETHER, 'policies/organisation.yaml': edited(ORGANISATION, ['[ES256, RS256]', '[ES256]']) },
  },
  {
    name: 'policies-with-nothing-in-common',
    before: TOGETHER,
    after: { ...TOGETHER, 'policies/orders.yaml': edited(SERVICE, ['audiences: [orders]', 'audiences: [orders-v2]']) },
  },
  {
    name: 'audience-split-between-services',
    before: { 'policies/shop.yaml': SHOP },
    after: {
      'policies/orders.yaml': policy(
        'orders',
        `  applies_to: { services: [orders], environments: [prod] }
  issuers: [{ issuer: https://id.example.com/ }]
  tokens: { access_token: { audiences: [orders] } }
`,
      ),
      'policies/billing.yaml': policy(
        'billing',
        `  applies_to: { services: [billing], environments: [prod] }
  issuers: [{ issuer: https://id.example.com/ }]
  tokens: { access_token: { audiences: [billing] } }
`,
      ),
    },
  },
  {
    name: 'scope-narrowed-leaves-a-service-without-policy',
    before: { 'policies/shop.yaml': SHOP },
    after: { 'policies/shop.yaml': edited(SHOP, ['services: [orders, billing]', 'services: [orders]']) },
  },
  { name: 'policy-deleted', before: { [FILE]: ORDERS }, after: {} },
  NEW,
  reverse(NEW, 'policy-of-a-service-deleted'),
  { name: 'first-policy', before: {}, after: { [FILE]: ORDERS } },
  { name: 'token-class-added', before: { [FILE]: ORDERS }, after: { [FILE]: ID_TOKEN } },
  { name: 'token-class-removed', before: { [FILE]: ID_TOKEN }, after: { [FILE]: ORDERS } },
  {
    name: 'token-class-forbidden',
    before: { [FILE]: REFRESH },
    after: { [FILE]: edited(REFRESH, ['present: true', 'present: false']) },
  },
  { name: 'file-moved', before: { [FILE]: ORDERS }, after: { 'policies/shop/orders.yaml': ORDERS } },
  {
    name: 'policy-renamed',
    before: { [FILE]: ORDERS },
    after: { [FILE]: edited(ORDERS, ['name: orders,', 'name: orders-api,']) },
  },
  {
    name: 'only-comments-and-order',
    before: { [FILE]: ORDERS },
    after: {
      [FILE]: edited(
        ORDERS,
        ['spec:\n', '# agreed with the mobile team\nspec:\n'],
        ['algorithms: [ES256, PS256]', 'algorithms: [PS256, ES256]'],
        ['max_age: 10m', 'max_age: 600s'],
      ),
    },
  },
  { name: 'nothing', before: SERVICES, after: SERVICES },
  {
    name: 'one-side-does-not-parse',
    before: SERVICES,
    after: {
      ...SERVICES,
      'policies/orders.yaml': `${SERVICES['policies/orders.yaml'] ?? ''}  tokens: [\n`,
      'policies/billing.yaml': edited(SERVICES['policies/billing.yaml'] ?? '', [
        '[billing] } }',
        '[billing, ledger] } }',
      ]),
    },
  },
];
