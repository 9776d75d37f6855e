import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../src/model/policy.ts';
import type { Runbook } from '../../src/model/runbook.ts';
import { runbookFor } from '../../src/readiness/runbook.ts';
import { runbookCacao } from '../../src/report/runbook-cacao.ts';
import { cacaoFaults } from './cacao.ts';
import { shop, swap } from './shop.ts';

type Playbook = Record<string, unknown> & {
  readonly workflow: Record<string, Record<string, unknown>>;
};

const TIMES = { created: '2026-06-01T00:00:00.000Z', modified: '2026-06-01T00:00:00.000Z' };

function books(): readonly Runbook[] {
  const input = shop();
  return SCENARIOS.flatMap((scenario) => runbookFor(scenario, input) ?? []);
}

function playbookOf(runbook: Runbook): Playbook {
  return JSON.parse(runbookCacao(runbook, TIMES)) as Playbook;
}

function first(): Runbook {
  const [book] = books();
  if (book === undefined) throw new Error('the shop has a runbook');
  return book;
}

/** Breaks a playbook in one place. */
const BREAKS: readonly (readonly [what: string, by: (playbook: Playbook) => unknown, fault: string])[] = [
  [
    'a lost step',
    (book) => ({ ...book, workflow: Object.fromEntries(Object.entries(book.workflow).slice(0, -1)) }),
    'is not there',
  ],
  ['a member of its own', (book) => ({ ...book, x_own: 1 }), 'has no member x_own'],
  ['another version', (book) => ({ ...book, spec_version: 'cacao-1.1' }), 'spec_version'],
  ['no agents', (book) => ({ ...book, agent_definitions: {} }), 'is not defined'],
  ['no variables', (book) => ({ ...book, playbook_variables: {} }), 'is not declared'],
  ['no references', (book) => ({ ...book, external_references: [] }), 'is not listed'],
  ['a time to the second', (book) => ({ ...book, modified: '2026-06-01T00:00:00Z' }), 'three digits'],
];

describe('a runbook as a CACAO playbook', () => {
  it('keeps the rules of the standard', () => {
    expect(books().length).toBe(5);
    for (const book of books()) expect(cacaoFaults(playbookOf(book)), book.title).toEqual([]);
  });

  it.each(BREAKS)('that has %s would be found out', (_, by, fault) => {
    const found = cacaoFaults(by(playbookOf(first())) as Playbook);
    expect(found.join('\n')).toContain(fault);
  });

  it('scopes and contains at the same time, and verifies after both', () => {
    const { workflow } = playbookOf(first());
    const [fork = {}] = Object.values(workflow).filter(({ type }) => type === 'parallel');
    const entries = (fork['next_steps'] as readonly string[]).map((id) => workflow[id]?.['name']);
    expect(entries).toEqual(['Find out who used it, from where', 'Close the way it leaked']);
    expect(workflow[fork['on_completion'] as string]?.['name']).toBe('Show that it is refused everywhere');
  });

  it('is the same file for the same documents, and keeps the ids of steps that stay', () => {
    const again = books().map((book) => runbookCacao(book, TIMES));
    expect(books().map((book) => runbookCacao(book, TIMES))).toEqual(again);
    const ids = (runbook: Runbook | null): readonly string[] =>
      runbook === null ? [] : Object.keys(playbookOf(runbook).workflow);
    const before = ids(runbookFor('signing_key', shop()));
    const slower = shop({ policy: swap('signing_key: { max: 15m }', 'signing_key: { max: 1m }') });
    const after = ids(runbookFor('signing_key', slower));
    // One step more, because restarts are needed now.
    expect(after.length).toBe(before.length + 1);
    expect(after).toEqual(expect.arrayContaining([...before]));
  });

  it('has the version 5 UUID of its name and types as its id', () => {
    // Worked out by Python: uuid.uuid5(namespace, '{"name":"…","playbook_types":[…]}').
    expect(playbookOf(first())['id']).toBe('playbook--704e3059-d560-5393-9818-c8bdac8b176c');
  });
});
