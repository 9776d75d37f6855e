import { describe, expect, it } from 'vitest';
import { EffectLog } from '../../src/drill/effects.ts';
import { openEffects, readJournal, startJournal } from '../../src/drill/journal.ts';
import type { StepContext } from '../../src/drill/step.ts';
import type { Effect } from '../../src/model/drill.ts';
import { UserError } from '../../src/model/failure.ts';
import type { LabDescription } from '../../src/model/lab.ts';
import type { Clock, HttpExchange, JournalSink } from '../../src/model/ports.ts';
import { HttpFailure } from '../../src/model/ports.ts';

const LAB: LabDescription = {
  pid: 1,
  startedAt: '',
  inventory: 'lab',
  issuer: { issuer: 'https://issuer.test', url: 'http://127.0.0.1:1' },
  admin: { url: 'http://127.0.0.1:2', secret: 's' },
  verifiers: [],
};

/** Time that passes only by waiting. */
function virtualClock(): Clock {
  let now = 0;
  return { monotonic: () => now, wall: () => now, sleepUntil: async (at) => void (now = Math.max(now, at)) };
}

/** An issuer that holds keys, and fails where it is told to. */
function issuer(fails: (method: string, path: string) => boolean = () => false): {
  readonly context: StepContext;
  readonly kids: Set<string>;
} {
  const kids = new Set<string>();
  const answer = (status: number, body = ''): HttpExchange => ({ status, headers: {}, body, sent: 0, received: 1 });
  const send: StepContext['http']['send'] = async ({ url, method, body }) => {
    const { pathname } = new URL(url);
    if (fails(method, pathname)) throw new HttpFailure('timeout', 'no answer', 0);
    if (method === 'POST') kids.add((JSON.parse(body ?? '{}') as { jwk: { kid: string } }).jwk.kid);
    if (method === 'DELETE') return answer(kids.delete(pathname.split('/').at(-1) ?? '') ? 204 : 404);
    return method === 'GET' ? answer(200, JSON.stringify({ kids: [...kids] })) : answer(204);
  };
  return { context: { http: { send }, lab: LAB, timeoutMs: 100, vault: null }, kids };
}

function sink(broken: () => boolean = () => false): JournalSink & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (line: string): void => {
    if (broken()) throw new UserError('drill/journal-unwritable', 'the disk is full');
    lines.push(line);
  };
  return { lines, append: write, appendSynced: async (line) => write(line), close: async () => undefined };
}

const publish = (kid: string): Omit<Effect, 'id'> => ({
  action: 'jwks.add_key',
  with: { admin: 'lab://admin', kid, jwk: { kid } },
  says: `publish ${kid}`,
  undo: 'required',
});

async function apply(effects: EffectLog, context: StepContext, kid: string): Promise<void> {
  await effects.perform(publish(kid), async () => {
    await context.http.send({
      url: 'http://127.0.0.1:2/keys',
      method: 'POST',
      body: JSON.stringify({ jwk: { kid } }),
      timeoutMs: 100,
    });
  });
}

describe('EffectLog', () => {
  it('has the intent on disk before it acts', async () => {
    const journal = sink();
    const effects = new EffectLog(startJournal({ sink: journal, clock: virtualClock(), origin: 0 }));
    await effects.perform(publish('k1'), async () => {
      expect(journal.lines.some((line) => line.includes('"intent"') && line.includes('k1'))).toBe(true);
    });
  });

  it('does not act when the intent cannot be written', async () => {
    const effects = new EffectLog(startJournal({ sink: sink(() => true), clock: virtualClock(), origin: 0 }));
    let acted = false;
    await expect(
      effects.perform(publish('k1'), async () => {
        acted = true;
      }),
    ).rejects.toMatchObject({ code: 'drill/journal-unwritable' });
    expect(acted).toBe(false);
    expect(effects.isClean).toBe(true);
  });

  it('undoes what an action left although its answer never came', async () => {
    const { context, kids } = issuer();
    const effects = new EffectLog(startJournal({ sink: sink(), clock: virtualClock(), origin: 0 }));
    await expect(
      effects.perform(publish('k1'), async () => {
        kids.add('k1');
        throw new HttpFailure('timeout', 'the answer was lost', 0);
      }),
    ).rejects.toThrow('lost');
    await effects.undoAll(context, virtualClock());
    expect([...kids]).toEqual([]);
    expect(effects.isClean).toBe(true);
  });

  it('attempts every undo although one fails, and says what is left', async () => {
    const { context, kids } = issuer((method, path) => method === 'DELETE' && path.endsWith('k2'));
    const journal = sink();
    const effects = new EffectLog(startJournal({ sink: journal, clock: virtualClock(), origin: 0 }));
    for (const kid of ['k1', 'k2', 'k3']) await apply(effects, context, kid);
    await effects.undoAll(context, virtualClock());
    expect([...kids]).toEqual(['k2']);
    expect(effects.isClean).toBe(false);
    expect(effects.left.map(({ effect }) => effect.with['kid'])).toEqual(['k2']);
    expect(openEffects(readJournal(journal.lines.join('\n')).lines).map(({ id }) => id)).toEqual(['e2']);
  });

  it('undoes from memory when the journal breaks in between', async () => {
    const { context, kids } = issuer();
    let broken = false;
    const effects = new EffectLog(startJournal({ sink: sink(() => broken), clock: virtualClock(), origin: 0 }));
    await apply(effects, context, 'k1');
    broken = true;
    await effects.undoAll(context, virtualClock());
    expect([...kids]).toEqual([]);
    expect(effects.isClean).toBe(true);
  });

  it('tries again when the issuer comes back', async () => {
    let calls = 0;
    const { context, kids } = issuer((method) => method === 'DELETE' && (calls += 1) < 3);
    const effects = new EffectLog(startJournal({ sink: sink(), clock: virtualClock(), origin: 0 }));
    await apply(effects, context, 'k1');
    await effects.undoAll(context, virtualClock());
    expect([...kids]).toEqual([]);
  });

  it('takes a key that is gone already for undone', async () => {
    const { context, kids } = issuer();
    const effects = new EffectLog(startJournal({ sink: sink(), clock: virtualClock(), origin: 0 }));
    await apply(effects, context, 'k1');
    kids.clear();
    await effects.undoAll(context, virtualClock());
    expect(effects.isClean).toBe(true);
  });
});
