import type { Schema } from './common.ts';
import { bound, choice, documentSchema, flag, listOf, members, name, setOf, text } from './common.ts';

const ROUTE: Schema = members(
  'Where the verifier is reached.',
  {
    url: text('http(s) URL, or lab://PART/PATH in the embedded lab.', { pattern: '^(?:https?|lab)://' }),
    method: choice('HTTP method.', ['GET', 'HEAD', 'POST']),
  },
  ['url'],
);

/** JSON Schema of an Inventory. */
export const INVENTORY_SCHEMA: Schema = documentSchema(
  'Inventory',
  'Who issues and who verifies tokens, and how.',
  members(
    'The inventory.',
    {
      environments: listOf(
        'Environments.',
        members(
          'One environment.',
          {
            name: name('Name.'),
            class: choice('What it may suffer: drills in staging and prod ask for confirmation.', [
              'lab',
              'dev',
              'staging',
              'prod',
            ]),
            allow: setOf('Hosts, *.wildcards, addresses and CIDRs that requests may go to.', text('Entry.')),
          },
          ['name', 'class', 'allow'],
        ),
        { minItems: 1 },
      ),
      issuers: listOf(
        'Issuers.',
        members(
          'One issuer.',
          {
            name: name('Name.'),
            environment: name('Environment it belongs to.'),
            issuer: text('Exact iss value.'),
            jwks_uri: text('Where its keys are.'),
            token_endpoint: text('OAuth token endpoint.'),
            revocation_endpoint: text('RFC 7009 endpoint.'),
            introspection_endpoint: text('RFC 7662 endpoint.'),
            admin: text('Base URL of the interface that drills change keys through.'),
            time_to_act: bound('D_act: time for a person or tool to act here.'),
            removal_delay: bound('D_remove: extra time until a key leaves the key set. Default 0s.'),
            replica_convergence: bound('rho: time until all replicas agree.'),
            jwks_http: members('What a shared cache in front of the key set may do.', {
              max_age: bound('F: freshness lifetime.'),
              stale_while_revalidate: bound('W_s (RFC 5861 section 3). Default 0s.'),
              stale_if_error: bound('I_s (RFC 5861 section 4). Default 0s.'),
            }),
            access_token_lifetime: bound('L: lifetime of access tokens as issued.'),
            refresh_token: members('Refresh tokens.', {
              rotation: flag('Each use gives a new one.'),
              reuse_detection: choice('What a second use does.', ['revoke_family', 'reject', 'off']),
              reuse_grace: bound('g: how long a rotated one still works.'),
              absolute_lifetime: bound('L_rt: life of the family.'),
              revokes_access_tokens: flag('Revocation reaches access tokens too.'),
            }),
          },
          ['name', 'environment', 'issuer', 'jwks_uri'],
        ),
        { minItems: 1 },
      ),
      channels: listOf(
        'Revocation channels.',
        members(
          'One channel.',
          {
            name: name('Name.'),
            type: choice('Kind.', [
              'denylist',
              'introspection',
              'status_list',
              'backchannel_logout',
              'ssf_caep',
              'jwks_removal',
              'short_lifetime',
              'redeploy',
            ]),
            url: text('Where it is.'),
            keys: setOf('What an entry can name.', choice('Key.', ['jti', 'sid', 'sub', 'client_id', 'kid', 'token'])),
            delivery: choice('Whether verifiers ask or are told. Default poll.', ['poll', 'push']),
            store_lag: bound('Replication lag of the store. Default unknown.'),
          },
          ['name', 'type'],
        ),
      ),
      verifiers: listOf(
        'Verifiers.',
        members(
          'One verifier.',
          {
            name: name('Name.'),
            owner: text('Who answers for it.'),
            environment: name('Environment.'),
            issuer: name('Issuer of this inventory, by name.'),
            policy: name('TokenPolicy whose objectives it is held to.'),
            library: members(
              'What verifies.',
              { name: text('Product, as in docs/products.'), version: text('Version.') },
              ['name'],
            ),
            settings: members('Settings that differ from the defaults of the product.', {
              key_cache_ttl: bound('How long keys are used without asking again.'),
              cooldown: bound('Shortest time between two fetches for an unknown kid.'),
              fetch_timeout: bound('Longest fetch.'),
              verdict_cache_ttl: bound('How long a decision is reused.'),
              leeway: bound('Tolerated difference of clocks.'),
              requires_exp: flag('Tokens without exp are refused.'),
              deploy_time: bound('D_cfg: time for a configuration change to reach every replica.'),
            }),
            channels: listOf(
              'Channels it listens to.',
              members(
                'Use of one channel.',
                {
                  use: name('Channel of this inventory, by name.'),
                  poll_interval: bound('P: time between polls; for a pushed channel the reconcile interval.'),
                  negative_cache: bound('K: how long "not revoked" is remembered. Default 0s.'),
                  positive_cache: bound('I: how long an introspection answer is remembered. Default 0s.'),
                  fetch_timeout: bound('Longest fetch.'),
                  fail_mode: choice('What it does when the channel is down.', ['closed', 'open']),
                },
                ['use'],
              ),
            ),
            routes: listOf('Where it is reached.', ROUTE),
            derived_session_lifetime: bound(
              'S: sessions or connections made from a token that outlive it. Default 0s.',
            ),
          },
          ['name', 'environment', 'issuer'],
        ),
      ),
    },
    ['environments', 'issuers', 'verifiers'],
  ),
);
