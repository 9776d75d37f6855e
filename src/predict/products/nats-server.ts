import { ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const ACCOUNTS = 'nats-server 2: server/accounts.go';

/** NATS with account JWTs in a resolver: keys and revocations are claims of the account, and a push replaces them. */
export const natsServer: Product = {
  id: 'nats-server',
  title: 'NATS server, account JWTs',
  checked: { package: 'nats-server', versions: ['2.9.10'], from: '2.2.0', below: '3.0.0', alongside: null },
  confirmed: 'measured',
  cacheClass: 'f',
  scope: 'none',
  keyCacheTtl: {
    value: ZERO,
    source: `${ACCOUNTS}, keys and revocations are claims of the account: nothing is cached`,
  },
  cooldown: null,
  fetchTimeout: { value: ZERO, source: 'nothing is fetched' },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: 'nothing is fetched' },
  verdictCacheTtl: { value: ZERO, source: `${ACCOUNTS} closes the connections of a revoked user` },
  verdictCache: null,
  leeway: { value: 'unknown', source: 'NATS server: how far clocks may differ was not measured: declare leeway' },
  requiresExp: { value: false, source: 'NATS server: taken as not required, the weaker case' },
  settings: { leeway: 'measured by you' },
  wouldBeBoundedBy: 'deploy_time in the inventory: how long pushed account claims take to reach every server',
  behaviour:
    'Takes keys and revocations from the claims of the account. Pushing new claims closes the connections of a revoked user and refuses new ones.',
  whenFetchFails: 'Nothing is fetched.',
};
