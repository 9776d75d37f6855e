/** Addresses of a Kubernetes Service, out of what `kubectl get endpointslices -o json` prints (discovery.k8s.io/v1). */

/** A port by its number or its name; null takes the first one of each slice. */
export type WantedPort = number | string | null;

/**
 * Every address that is ready to serve, with its port, sorted. Null when the text is no list of EndpointSlices.
 *
 * @param text JSON
 */
export function endpointAddresses(text: string, port: WantedPort): readonly string[] | null {
  const slices = itemsOf(parsed(text));
  if (slices === null) return null;
  const found = new Set<string>();
  for (const slice of slices) {
    const number = portOf(slice, port);
    if (number === null) continue;
    for (const endpoint of listOf(slice, 'endpoints')) {
      // Unknown readiness counts as ready, as consumers of the API have to take it.
      if (valueOf(valueOf(endpoint, 'conditions'), 'ready') === false) continue;
      for (const address of listOf(endpoint, 'addresses')) {
        if (typeof address === 'string') found.add(joined(address, number));
      }
    }
  }
  return [...found].sort();
}

/** `10.0.0.4:8443`, `[fd00::4]:8443`. */
export function joined(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function portOf(slice: unknown, wanted: WantedPort): number | null {
  const ports = listOf(slice, 'ports');
  const fits = (port: unknown): boolean =>
    wanted === null || valueOf(port, typeof wanted === 'number' ? 'port' : 'name') === wanted;
  const number = valueOf(ports.find(fits), 'port');
  if (typeof number === 'number') return number;
  // A Service may name a port that its slices call otherwise; a number is meant as it stands.
  return typeof wanted === 'number' && ports.length > 0 ? wanted : null;
}

function itemsOf(list: unknown): readonly unknown[] | null {
  if (valueOf(list, 'kind') === 'EndpointSlice') return [list];
  const items = valueOf(list, 'items');
  return Array.isArray(items) ? items : null;
}

function listOf(holder: unknown, name: string): readonly unknown[] {
  const value = valueOf(holder, name);
  return Array.isArray(value) ? value : [];
}

function valueOf(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
