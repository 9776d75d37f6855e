/** Finds the addresses behind a verifier: in DNS, in Kubernetes, or as they are written. */
import { lookup, resolveSrv } from 'node:dns/promises';
import { isIP } from 'node:net';
import { endpointAddresses, joined } from '../model/endpoint-slices.ts';
import { UserError, messageOf } from '../model/failure.ts';
import type { AddressDeclaration, AddressSource } from '../model/inventory.ts';

/** How long kubectl may take, in milliseconds. */
const KUBECTL_TIMEOUT_MS = 15_000;

/**
 * Addresses with their ports, `10.0.0.4:8443`, sorted and each once.
 *
 * @throws UserError drill/no-address
 */
export async function findAddresses({ source, at }: AddressDeclaration, url: string): Promise<readonly string[]> {
  try {
    return [...new Set(await lookUp(source, new URL(url)))].sort();
  } catch (error) {
    const why = messageOf(error).split('\n')[0];
    throw new UserError('drill/no-address', `the addresses of ${new URL(url).host} were not found: ${why}`, {
      hint: 'check addresses of the verifier in the inventory; kubectl and names must work from here',
      at,
      cause: error,
    });
  }
}

async function lookUp(source: AddressSource, url: URL): Promise<readonly string[]> {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  switch (source.from) {
    case 'static':
      return source.list.map((address) => withPort(address, port));
    case 'dns':
      return addressesOf(url.hostname.replace(/^\[|\]$/g, ''), port);
    case 'srv': {
      const records = await resolveSrv(source.name);
      return (await Promise.all(records.map((record) => addressesOf(record.name, record.port)))).flat();
    }
    case 'endpoint_slices':
      return endpointsOf(source);
  }
}

async function addressesOf(name: string, port: number): Promise<readonly string[]> {
  if (isIP(name) !== 0) return [joined(name, port)];
  return (await lookup(name, { all: true })).map(({ address }) => joined(address, port));
}

function withPort(address: string, port: number): string {
  if (isIP(address) !== 0) return joined(address, port);
  return /:\d+$/.test(address) ? address : `${address}:${port}`;
}

/** Names are arguments, never text of a shell. */
async function endpointsOf(source: Extract<AddressSource, { from: 'endpoint_slices' }>): Promise<readonly string[]> {
  const { execa } = await import('execa');
  const { stdout } = await execa(
    'kubectl',
    [
      'get',
      'endpointslices.discovery.k8s.io',
      `--selector=kubernetes.io/service-name=${source.service}`,
      '--output=json',
      ...(source.namespace === null ? [] : [`--namespace=${source.namespace}`]),
      ...(source.context === null ? [] : [`--context=${source.context}`]),
    ],
    { timeout: KUBECTL_TIMEOUT_MS, stdin: 'ignore', maxBuffer: 32 * 1024 * 1024 },
  );
  const found = endpointAddresses(stdout, source.port);
  if (found === null) throw new Error('kubectl printed no list of EndpointSlices');
  return found;
}
