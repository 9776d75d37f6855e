import { BlockList, isIP } from 'node:net';

/** Never a target, whatever the allow-list says: link-local and cloud metadata addresses. */
const ALWAYS_DENIED: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['169.254.0.0', 16, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::254', 128, 'ipv6'],
  ['0.0.0.0', 32, 'ipv4'],
  ['::', 128, 'ipv6'],
];

/** Decides about a host name before resolution and about an address after it. */
export interface AllowList {
  /** Whether requests to this host name (or address literal) may be tried at all. */
  readonly allowsHost: (host: string) => boolean;
  /** Whether a connection to this resolved address of that host may be opened. */
  readonly allowsAddress: (address: string, host: string) => boolean;
}

/**
 * Reads an environment's `allow`: host names, `*.example.com` wildcards (any depth below, not the name itself), CIDRs
 * and addresses. A name on the list allows the addresses it resolves to, except those that are always denied and
 * loopback: loopback must be named as an address or CIDR, so that a name cannot be rebound onto this machine.
 */
export function readAllowList(entries: readonly string[]): AllowList {
  const names = entries.filter((entry) => !isNetwork(entry)).map((entry) => entry.toLowerCase());
  const networks = new BlockList();
  for (const entry of entries.filter(isNetwork)) addNetwork(networks, entry);
  const denied = new BlockList();
  for (const [address, prefix, family] of ALWAYS_DENIED) denied.addSubnet(address, prefix, family);
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');

  const nameAllowed = (host: string): boolean =>
    names.some((name) => (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name));

  return {
    // A name that is not listed may still resolve into a listed network: only the address decides then.
    allowsHost: (host) => {
      const bare = unbracket(host.toLowerCase());
      return isIP(bare) === 0 ? nameAllowed(bare) || entries.some(isNetwork) : contains(networks, bare);
    },
    allowsAddress: (address, host) => {
      if (contains(denied, address)) return false;
      if (contains(networks, address)) return true;
      return nameAllowed(unbracket(host.toLowerCase())) && !contains(loopback, address);
    },
  };
}

function isNetwork(entry: string): boolean {
  return isIP(entry.split('/')[0] ?? '') !== 0;
}

function addNetwork(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
}

function contains(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function unbracket(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
