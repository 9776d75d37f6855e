import { parse, stringify } from 'yaml';

interface Rendered {
  readonly http_filters: readonly object[];
  readonly clusters: readonly object[];
}

/** A configuration that Envoy starts with: what `render envoy` gave for a policy and for revocations, around one upstream. */
export function bootstrap(
  filters: string,
  deny: string,
  { port, upstream }: { port: number; upstream: number },
): string {
  const verifier = parse(filters) as Rendered;
  const address = (at: number): object => ({ socket_address: { address: '127.0.0.1', port_value: at } });
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'api',
    route_config: {
      virtual_hosts: [
        { name: 'api', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'orders' } }] },
      ],
    },
    http_filters: [
      ...verifier.http_filters,
      ...(parse(deny) as readonly object[]),
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  };
  const orders = {
    name: 'orders',
    type: 'STATIC',
    load_assignment: {
      cluster_name: 'orders',
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstream) } }] }],
    },
  };
  return stringify({
    static_resources: {
      listeners: [
        {
          name: 'api',
          address: address(port),
          filter_chains: [
            { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] },
          ],
        },
      ],
      clusters: [orders, ...verifier.clusters],
    },
  });
}
