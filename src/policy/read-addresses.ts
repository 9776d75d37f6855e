/** Where a verifier of an Inventory says that its addresses are found. */
import type { Problem } from '../model/failure.ts';
import type { AddressSource, VerifierDeclaration } from '../model/inventory.ts';
import type { Cursor } from './facts.ts';
import { child, faultAt, isGiven, items, placeOf, requiredText, textOf, textsOf, wholeOf } from './facts.ts';

/** What each way of finding them cannot do without, and what it has besides. */
const MEMBERS: Readonly<
  Record<AddressSource['from'], { readonly needs: string | null; readonly has: readonly string[] }>
> = {
  dns: { needs: null, has: [] },
  static: { needs: 'list', has: ['list'] },
  srv: { needs: 'name', has: ['name'] },
  endpoint_slices: { needs: 'service', has: ['service', 'namespace', 'context', 'port'] },
};

const SPECIFIC: readonly string[] = ['list', 'name', 'service', 'namespace', 'context', 'port'];

export function readAddresses(at: Cursor): Pick<VerifierDeclaration, 'addresses'> {
  if (!isGiven(at)) return {};
  const source = readAddressSource(at);
  return { addresses: { source, expected: wholeOf(child(at, 'expected')), at: placeOf(at) } };
}

function readAddressSource(at: Cursor): AddressSource {
  const name = (member: string): string => textOf(child(at, member)) ?? '';
  switch (requiredText(child(at, 'from')) as AddressSource['from']) {
    case 'static':
      return { from: 'static', list: textsOf(child(at, 'list')) };
    case 'srv':
      return { from: 'srv', name: name('name') };
    case 'endpoint_slices': {
      const port = textOf(child(at, 'port'));
      return {
        from: 'endpoint_slices',
        service: name('service'),
        namespace: textOf(child(at, 'namespace')),
        context: textOf(child(at, 'context')),
        port: port !== null && /^\d+$/.test(port) ? Number(port) : port,
      };
    }
    case 'dns':
      return { from: 'dns' };
  }
}

/** Faults that the schema cannot see: members that do not belong together. */
export function checkAddresses(spec: Cursor): readonly Problem[] {
  return items(child(spec, 'verifiers')).flatMap((verifier) => {
    const at = child(verifier, 'addresses');
    if (!isGiven(at)) return [];
    const from = requiredText(child(at, 'from')) as AddressSource['from']; // an enum of the schema
    const { needs, has } = MEMBERS[from];
    const missing =
      needs === null || isGiven(child(at, needs))
        ? []
        : [faultAt(child(at, 'from'), `addresses from ${from} need ${needs}`, `add ${needs}: docs/formats.md`)];
    const foreign = SPECIFIC.filter((member) => isGiven(child(at, member)) && !has.includes(member)).map((member) =>
      faultAt(child(at, member), `${member} says nothing about addresses from ${from}`, 'remove it, or change from'),
    );
    return [...missing, ...foreign];
  });
}
