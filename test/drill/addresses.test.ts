import { describe, expect, it } from 'vitest';
import { expandUnits } from '../../src/drill/expand-units.ts';
import type { Plan } from '../../src/drill/plan.ts';
import type { AddressDeclaration } from '../../src/model/inventory.ts';
import { startOf } from '../../src/model/location.ts';
import { endpointAddresses } from '../../src/model/endpoint-slices.ts';
import { findAddresses } from '../../src/system/addresses.ts';
import { planOf, stage } from './staged-run.ts';

/** As `kubectl get endpointslices -o json` prints two slices of one Service, one of them of IPv6. */
const SLICES = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      addressType: 'IPv4',
      metadata: { name: 'orders-x7k2p', labels: { 'kubernetes.io/service-name': 'orders' } },
      endpoints: [
        { addresses: ['10.1.0.5'], conditions: { ready: true, serving: true, terminating: false } },
        { addresses: ['10.1.0.4'], conditions: { ready: true } },
        { addresses: ['10.1.0.6'], conditions: { ready: false, serving: true, terminating: true } },
        { addresses: ['10.1.0.7'], conditions: {} },
      ],
      ports: [
        { name: 'metrics', port: 9090, protocol: 'TCP' },
        { name: 'https', port: 8443, protocol: 'TCP' },
      ],
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      addressType: 'IPv6',
      endpoints: [{ addresses: ['fd00::4'], conditions: { ready: true } }],
      ports: [{ name: 'https', port: 8443, protocol: 'TCP' }],
    },
  ],
});

const declared = (source: AddressDeclaration['source'], expected: number | null = null): AddressDeclaration => ({
  source,
  expected,
  at: startOf('inventory.yaml'),
});

describe('addresses of a Kubernetes Service', () => {
  it.for([
    { port: 'https', found: ['10.1.0.4:8443', '10.1.0.5:8443', '10.1.0.7:8443', '[fd00::4]:8443'] },
    { port: 9090, found: ['10.1.0.4:9090', '10.1.0.5:9090', '10.1.0.7:9090', '[fd00::4]:9090'] },
    { port: null, found: ['10.1.0.4:9090', '10.1.0.5:9090', '10.1.0.7:9090', '[fd00::4]:8443'] },
    { port: 'grpc', found: [] },
  ])('are those that are ready, at port $port', ({ port, found }) => {
    expect(endpointAddresses(SLICES, port)).toEqual(found);
  });

  it.for(['', 'error: You must be logged in to the server', '[]', '{"kind":"Status"}'])('are none in %j', (text) => {
    expect(endpointAddresses(text, null)).toBeNull();
  });
});

describe('addresses', () => {
  it('are those that are written, with the port of the route where they have none', async () => {
    const source = {
      from: 'static',
      list: ['10.0.0.5', '10.0.0.4:9443', 'fd00::1', 'pod-1.orders', '10.0.0.5'],
    } as const;
    expect(await findAddresses(declared(source), 'https://orders.example/v1')).toEqual([
      '10.0.0.4:9443',
      '10.0.0.5:443',
      '[fd00::1]:443',
      'pod-1.orders:443',
    ]);
  });

  it('are all that a name resolves to', async () => {
    const found = await findAddresses(declared({ from: 'dns' }), 'http://localhost:8080/');
    expect(found).toContain('127.0.0.1:8080');
  });

  it('that cannot be found stop the run, at the place that declares them', async () => {
    const found = findAddresses(declared({ from: 'dns' }), 'https://no-such-name.invalid/');
    await expect(found).rejects.toMatchObject({ code: 'drill/no-address', at: { file: 'inventory.yaml' } });
  });
});

describe('a drill over addresses', () => {
  /** The plan of one verifier that says where its addresses are. */
  function planOfAddresses(list: readonly string[], expected: number | null): Plan {
    const plan = planOf('leaked-signing-key');
    const units = plan.units
      .filter(({ verifier }) => verifier === 'jose')
      .map((unit) => ({ ...unit, addresses: declared({ from: 'static', list }, expected) }));
    return { ...plan, units };
  }

  const find = (each: AddressDeclaration): Promise<readonly string[]> =>
    Promise.resolve(each.source.from === 'static' ? each.source.list : []);

  it('has a unit for each, and says how many were found', async () => {
    const plan = await expandUnits(planOfAddresses(['10.0.0.4:80', '10.0.0.5:80'], 3), find);
    expect(plan.units.map(({ id, address }) => [id, address])).toEqual([
      ['jose/10.0.0.4:80', '10.0.0.4:80'],
      ['jose/10.0.0.5:80', '10.0.0.5:80'],
    ]);
    expect(plan.coverage).toEqual([{ unit: 'jose', expected: 3, found: 2 }]);
  });

  it('names the agent of a unit last', async () => {
    const { units, ...plan } = planOfAddresses(['10.0.0.4:80'], null);
    const seen = units.map((unit) => ({ ...unit, id: `${unit.id}@zone-a`, vantage: 'zone-a' }));
    expect((await expandUnits({ ...plan, units: seen }, find)).units[0]?.id).toBe('jose/10.0.0.4:80@zone-a');
  });

  it('keeps to the budget, however many there are', async () => {
    const many = Array.from({ length: 400 }, (_, index) => `10.0.${index % 100}.${index}:80`);
    await expect(expandUnits(planOfAddresses(many, null), find)).rejects.toMatchObject({ code: 'drill/over-budget' });
  });

  it('passes when all were found, and cannot when some were not', async () => {
    const verdicts = await Promise.all(
      [2, 3].map(async (expected) => {
        const set = stage();
        const result = await set.run(planOfAddresses(['10.0.0.4:80', '10.0.0.5:80'], expected), { arms: ['quiet'] });
        expect(result.arms[0]?.units.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
        return result.overall;
      }),
    );
    expect(verdicts[0]).toMatchObject({ verdict: 'pass' });
    expect(verdicts[1]).toMatchObject({
      verdict: 'inconclusive',
      why: 'Not every address was found: 2 of 3 of jose.',
    });
  });

  it('does not begin without a single address', async () => {
    const set = stage();
    await expect(set.run(planOfAddresses([], null))).rejects.toMatchObject({ code: 'drill/no-address' });
    expect(set.world.mutations).toEqual([]);
  });
});
