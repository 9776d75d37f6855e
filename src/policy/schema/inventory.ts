import { MECHANISMS } from '../../model/mechanism.ts';
import { showBound } from '../../model/quantity.ts';
import { DRILL_DEFAULTS } from '../drill-defaults.ts';
import { ACTION_DEFINITIONS, RESPONSE_BRANCHES } from './drill-actions.ts';
import type { Schema } from './parts.ts';
import {
  NAME_PATTERN,
  bound,
  choice,
  date,
  documentSchema,
  duration,
  flag,
  listOf,
  members,
  name,
  nullable,
  setOf,
  text,
  url,
  whole,
} from './parts.ts';
import { CHANNEL_KEYS, CHANNEL_TYPES } from './vocabulary.ts';

const HOUR = '^(?:[01]\\d|2[0-3]):[0-5]\\d$|^24:00$';

const DRILL_GUARDS: Schema = members('When drills may run here, beyond what the class asks for.', {
  windows: listOf(
    'Drills begin and end within one of these; without any, at any time.',
    members(
      'One window of every week.',
      {
        days: setOf('Days.', choice('Day.', ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), { minItems: 1 }),
        from: text('First minute, HH:MM.', { pattern: HOUR, examples: ['09:00'] }),
        to: text('First minute after it, on the same day.', { pattern: HOUR, examples: ['16:00'] }),
        time_zone: text('Of the IANA time zone database.', { default: 'UTC', examples: ['Europe/Berlin'] }),
      },
      ['days', 'from', 'to'],
    ),
  ),
  freezes: listOf(
    'No drill runs on these days.',
    members(
      'One freeze.',
      {
        from: date('First day, in UTC.'),
        until: date('Last day, in UTC.'),
        reason: text('Why.', { minLength: 1, examples: ['end of the year'] }),
      },
      ['from', 'until', 'reason'],
    ),
  ),
  safety_lever: text('A file; while it exists or cannot be looked at, no drill runs and running ones stop.', {
    minLength: 1,
    examples: ['drills/STOP'],
  }),
  approvals: whole(
    'How many people must approve a drill, by ChangeApproval of the fingerprint that its plan shows.',
    0,
    10,
    {
      default: 0,
    },
  ),
});

const ENVIRONMENT: Schema = members(
  'One environment.',
  {
    name: name('Name.'),
    class: choice('What it may suffer: drills in staging and prod ask for confirmation.', [
      'lab',
      'dev',
      'staging',
      'prod',
    ]),
    allow: setOf(
      'Hosts, *.wildcards, addresses and CIDRs that requests may go to; the resolved address is what is checked.',
      text('Host, wildcard, address or CIDR.', { examples: ['api.example.com', '*.example.com', '10.0.0.0/8'] }),
    ),
    drills: DRILL_GUARDS,
  },
  ['name', 'class', 'allow'],
);

const JWKS_HTTP: Schema = members('What the answer with the key set lets a shared cache in front of it do.', {
  max_age: bound('F: how long it is fresh (RFC 9111 section 5.2.2.1, s-maxage over max-age).', {
    default: 'unknown',
  }),
  stale_while_revalidate: bound('W_s (RFC 5861 section 3). 0s where jwks_http is given without it.', {
    default: 'unknown',
  }),
  stale_if_error: bound('I_s (RFC 5861 section 4). 0s where jwks_http is given without it.', { default: 'unknown' }),
});

function configOf(description: string): Schema {
  return listOf(
    description,
    members(
      'One file.',
      {
        file: text('Path of the file, from where firebreak runs or from the folder of the Inventory.', {
          examples: ['deploy/envoy.yaml'],
        }),
        name: text('Block of the file, when it configures several of them.', { examples: ['provider keycloak'] }),
      },
      ['file'],
    ),
  );
}

const ISSUER: Schema = members(
  'One issuer.',
  {
    name: name('Name.'),
    environment: name('Environment of this inventory.'),
    issuer: text('Exact iss value; compared as text (RFC 8414 section 3.3).', {
      examples: ['https://id.example.com/'],
    }),
    jwks_uri: url('Where its keys are (RFC 8414 section 2).'),
    token_endpoint: url('OAuth token endpoint (RFC 6749 section 3.2).'),
    revocation_endpoint: url('Revocation endpoint (RFC 7009).'),
    introspection_endpoint: url('Introspection endpoint (RFC 7662).'),
    admin: url('Base URL of the interface that drills change keys through.'),
    time_to_act: bound('D_act: time for a person or tool to act here.', { default: 'unknown' }),
    removal_delay: bound('D_remove: extra time until a key leaves the key set.', { default: '0s' }),
    replica_convergence: bound('rho: time until all replicas agree.', { default: 'unknown' }),
    jwks_http: JWKS_HTTP,
    access_token_lifetime: bound('L: lifetime of access tokens as issued.', { default: 'unknown' }),
    refresh_token: members('Refresh tokens. What is absent is unknown.', {
      rotation: flag('Each use gives a new one (RFC 9700 section 4.14.2).'),
      reuse_detection: choice('What a second use does.', ['revoke_family', 'reject', 'off']),
      reuse_grace: bound('g: how long a rotated one still works.', { default: 'unknown' }),
      absolute_lifetime: bound('L_rt: life of the family.', { default: 'unknown' }),
      revokes_access_tokens: flag('Revoking one revokes its access tokens (RFC 7009 section 2.1).'),
    }),
    config: configOf(
      'Configuration files it is configured by, such as a realm export: `firebreak lint` reads them too.',
    ),
  },
  ['name', 'environment', 'issuer', 'jwks_uri'],
);

const CHANNEL: Schema = members(
  'One channel.',
  {
    name: name('Name.'),
    type: choice('Kind of channel.', CHANNEL_TYPES),
    url: text('Where it is, as a URI.'),
    keys: setOf('What an entry can name.', choice('Key.', CHANNEL_KEYS)),
    delivery: choice('Whether verifiers ask or are told.', ['poll', 'push'], { default: 'poll' }),
    store_lag: bound('Replication lag of the store behind it.', { default: 'unknown' }),
    entry_lifetime: bound('How long an entry stays on the list; unbounded when none is ever removed.'),
  },
  ['name', 'type'],
);

const CHANNEL_USE: Schema = members(
  'Use of one channel.',
  {
    use: name('Channel of this inventory.'),
    poll_interval: bound('P: time between the starts of two polls; for a pushed channel the time between full reads.', {
      default: 'unknown',
    }),
    negative_cache: bound('K: how long "not revoked" is remembered.', { default: '0s' }),
    positive_cache: bound('I: how long an introspection answer is remembered. 0s for other channels.', {
      default: 'unknown',
    }),
    fetch_timeout: bound('Longest request to the channel.', { default: 'unknown' }),
    fail_mode: choice('What it does when the channel is down. Taken as open where nobody says.', ['closed', 'open']),
  },
  ['use'],
);

const VERIFIER: Schema = members(
  'One verifier. Settings that are absent have the default of the product.',
  {
    name: name('Name.'),
    owner: text('Who answers for it.', { examples: ['@orders'] }),
    environment: name('Environment of this inventory.'),
    issuer: name('Issuer of this inventory.'),
    policy: name('TokenPolicy whose objectives it is held to.'),
    library: nullable(
      members(
        'What verifies; null or absent when nobody knows.',
        {
          name: text('Product, as `firebreak predict` lists them.', { examples: ['jose', 'jwks-rsa+jsonwebtoken'] }),
          version: nullable(text('Version; null or absent when nobody knows.', { examples: ['6.2.18'] })),
        },
        ['name'],
      ),
    ),
    settings: members('Settings that somebody made.', {
      key_cache_ttl: bound('How long keys are used without asking again.'),
      cooldown: bound('Shortest time between two fetches for an unknown kid.'),
      fetch_timeout: bound('Longest fetch of the key set.'),
      verdict_cache_ttl: bound('How long a decision is reused.'),
      leeway: bound('Tolerated difference of clocks.'),
      requires_exp: flag('Tokens without exp are refused.'),
      verifies_exp: flag('exp is looked at, where the product leaves that to its configuration.'),
      upstream_cache_ttl: bound('E_v: a second cache between it and the issuer, such as a proxy cache of its own.'),
      stale_on_error: bound('O: how long past its time-to-live the old key set is used while it cannot be fetched.'),
      last_known_good: bound('LKG: how long after a fetch a key that vanished is still tried.'),
      propagation: bound('p: from a new key set at the place that fetches it until every replica uses it.'),
      request_gap: bound(
        'Longest time between two requests at one replica, for caches that answer late ones from the old set.',
      ),
      deploy_time: bound('D_cfg: time for a configuration change to reach every replica.'),
    }),
    config: configOf(
      'Configuration files it is configured by. What they say counts where `library` and `settings` are silent.',
    ),
    channels: listOf('Channels it listens to.', CHANNEL_USE),
    routes: listOf(
      'Where it is reached.',
      members(
        'One route.',
        {
          url: url('http(s) URL, or lab://VERIFIER/PATH in the embedded lab.'),
          method: choice('HTTP method.', ['GET', 'HEAD', 'POST'], { default: 'GET' }),
        },
        ['url'],
      ),
    ),
    addresses: members(
      'Where the addresses behind its routes are found; each is probed by itself. Without it a route is one address.',
      {
        from: choice('Where to look.', ['dns', 'srv', 'endpoint_slices', 'static']),
        list: setOf('static: addresses or names, with a port where it is not that of the route.', text('Address.'), {
          minItems: 1,
          examples: [['10.0.0.4:8443', '10.0.0.5:8443']],
        }),
        name: text('srv: name of the record.', { examples: ['_https._tcp.orders.example.com'] }),
        service: text('endpoint_slices: name of the Service.', { pattern: NAME_PATTERN }),
        namespace: text('endpoint_slices: namespace of the Service; absent for that of the context.', {
          pattern: NAME_PATTERN,
        }),
        context: text('endpoint_slices: context of kubectl; absent for the current one.'),
        port: text('endpoint_slices: number or name of the port; absent for the first one.', {
          pattern: '^[A-Za-z0-9-]+$',
        }),
        expected: whole('How many there should be. When fewer are found, the drill cannot pass.', 1, 10_000),
      },
      ['from'],
    ),
    pool: members(
      'Replicas behind one address, among which a balancer chooses. Without it every route is one verifier.',
      {
        replicas: whole(
          'How many there are. Absent when nobody knows: then nothing can be shown to be complete.',
          1,
          1000,
        ),
        id_header: text('Response header that names the replica.', {
          pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
          examples: ['x-pod-name'],
        }),
        id_pointer: text('JSON pointer to the name of the replica in the body, where no header has it.', {
          pattern: '^/',
          examples: ['/instance'],
        }),
      },
    ),
    derived_session_lifetime: bound('S: sessions or connections made from a token that outlive it.', {
      default: '0s',
    }),
  },
  ['name', 'environment', 'issuer'],
);

/** What a response does; shared with the plans of incidents. */
export const MECHANISM: Schema = choice('What it does about a leak; docs/incident.md lists them.', MECHANISMS);

const RESPONSE: Schema = {
  ...members(
    'One response: what `firebreak incident contain` runs.',
    {
      does: setOf('What it does about a leak.', MECHANISM, { minItems: 1 }),
      channel: name('Channel of this inventory that it puts an entry on.'),
      issuer: name('Issuer of this inventory at which it is done; all of them when absent.'),
      verifiers: setOf('Verifiers that it reaches; all of them when absent.', name('Verifier of this inventory.'), {
        minItems: 1,
      }),
      uses: text('Action, as in drills.', { examples: ['denylist.redis.add'] }),
      with: {
        type: 'object',
        description: 'Arguments of the action, without the credential: it is the one that leaked.',
      },
      timeout: duration('Longest time for it.', { default: showBound(DRILL_DEFAULTS.stepTimeout) }),
      repeatable: flag('Making it twice is the same as making it once. By default what the action knows of itself.'),
    },
    ['does', 'uses'],
  ),
  allOf: RESPONSE_BRANCHES,
};

const FRESH_TOKEN: Schema = members(
  'How a legitimate client gets a token, to show that users get in again.',
  {
    issuer: name('Issuer of this inventory.'),
    uses: choice('Way, as in drills.', ['oauth.client_credentials']),
    with: { type: 'object', description: 'Arguments of the way.' },
  },
  ['issuer', 'uses', 'with'],
);

/** JSON Schema of an Inventory. */
export const INVENTORY_SCHEMA: Schema = documentSchema(
  'Inventory',
  'Who issues and who verifies tokens, and how.',
  members(
    'The inventory.',
    {
      environments: listOf('Environments.', ENVIRONMENT, { minItems: 1 }),
      issuers: listOf('Issuers.', ISSUER, { minItems: 1 }),
      channels: listOf('Revocation channels.', CHANNEL),
      verifiers: listOf('Verifiers.', VERIFIER),
      responses: listOf('What can be done about a leak, and how.', RESPONSE),
      fresh_tokens: listOf('How legitimate clients get tokens.', FRESH_TOKEN),
    },
    ['environments', 'issuers', 'verifiers'],
  ),
  { definitions: ACTION_DEFINITIONS },
);
