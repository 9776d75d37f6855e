import type { LiveEntry, RevocationList } from '../../src/render/live-entries.ts';
import { liveEntries } from '../../src/render/live-entries.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { RenderSettings } from '../../src/render/target.ts';
import { deflate } from '../../src/system/deflate.ts';

export const NOW: number = Date.parse('2026-06-02T00:00:00Z');

export const SETTINGS: RenderSettings = {
  mapFile: '/etc/haproxy/firebreak.map',
  statusUri: 'https://id.example.com/status/1',
  statusSize: 16,
  statusTtl: 300,
  compress: deflate,
};

export interface Written {
  readonly name?: string;
  readonly [member: string]: unknown;
}

/** A document as a file holds it. */
export function documentOf({ name = 'inc-1', ...spec }: Written): string {
  return JSON.stringify({
    apiVersion: 'firebreak.dev/v1alpha1',
    kind: 'Revocation',
    metadata: { name, owner: '@identity' },
    spec: {
      reason: 'found in a public image by the scanner',
      created: '2026-06-01T12:00:00Z',
      expires: '2026-06-03',
      ...spec,
    },
  });
}

/** What the documents refuse, after checking that they could be read. */
export function listOf(
  documents: readonly Written[],
  choice: Partial<Parameters<typeof liveEntries>[1]> = {},
): RevocationList {
  const text = documents.map(documentOf).join('\n---\n');
  const { estate, problems } = readEstate([{ file: 'revocations.yaml', text, named: true }], { now: NOW });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('; '));
  return liveEntries(estate.revocations ?? [], { now: NOW, issuer: null, environment: null, ...choice });
}

/** A list of entries that no document could be wrong about. */
export function listOfEntries(entries: readonly Partial<LiveEntry>[]): RevocationList {
  const at = { file: 'revocations.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 };
  const rest = { iss: null, by: 'jti', value: 'x', issuedBefore: null, statusIndex: null } as const;
  return {
    entries: entries.map((entry) => ({ ...rest, expires: 4_102_444_800, revocations: ['inc-1'], at, ...entry })),
    digest: '0'.repeat(64),
    now: NOW,
  };
}
