import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/failure.ts';
import type { HttpRequest } from '../../src/model/ports.ts';
import { planOf, stage, stillOpen } from './staged-run.ts';
import type { Stage } from './staged-run.ts';
import { DESCRIPTION } from './world.ts';

/** Two verifiers and a second of observation: every phase, few requests. */
const brief = (text: string): string =>
  text
    .replace("targets: ['*']", 'targets: [jose, hono]')
    .replace(/horizon: \S+/, 'horizon: 1s')
    .replace(/late_checks: \[.*?\]/, 'late_checks: [200ms]');

const PLANS = [
  { name: 'leaked-signing-key', plan: planOf('leaked-signing-key', brief) },
  { name: 'leaked-access-token', plan: planOf('leaked-access-token', brief) },
  { name: 'leaked-refresh-token', plan: planOf('leaked-refresh-token', brief) },
];

const isAdmin = ({ url, method }: HttpRequest): boolean => url.startsWith(DESCRIPTION.admin.url) && method !== 'GET';

async function requestsOf(plan: (typeof PLANS)[number]['plan']): Promise<number> {
  const set = stage();
  await set.run(plan);
  return set.world.requests;
}

/** All of the first, where most changes are made, and a share of the others. */
function moments(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter((at) => at <= 30 || at % 7 === 0);
}

function expectClean(set: Stage, when: string): void {
  expect(set.world.leftBehind(), when).toEqual([]);
  expect(stillOpen(set), when).toEqual([]);
}

describe.for(PLANS)('$name', ({ plan }) => {
  it('leaves nothing behind, whenever a person stops it', async () => {
    for (const at of moments(await requestsOf(plan))) {
      const set = stage();
      set.world.meddling = {
        onRequest: (_request, count) => {
          if (count === at) set.stop.abort();
          return 'pass';
        },
      };
      const result = await set.run(plan);
      expect(result.overall.verdict, `request ${at}`).toBe('stopped');
      expect(result.safety.clean, `request ${at}`).toBe(true);
      expectClean(set, `stopped at request ${at}`);
    }
  });

  it.for(['lose-request', 'lose-answer'] as const)(
    'leaves nothing behind, whichever change meets %s',
    async (outcome) => {
      for (let at = 1; ; at += 1) {
        const set = stage();
        let changes = 0;
        set.world.meddling = {
          onRequest: (request) => {
            if (!isAdmin(request)) return 'pass';
            changes += 1;
            return changes === at ? outcome : 'pass';
          },
        };
        const error: unknown = await set.run(plan).then(
          () => null,
          (fault: unknown) => fault,
        );
        expectClean(set, `change ${at}`);
        // A failed change ends the run; a failed undo is tried again, and the run is none the worse.
        if (error !== null) expect(error, `change ${at}`).toMatchObject({ code: 'http/unreachable' });
        if (changes < at) break;
      }
    },
  );

  it('leaves nothing after recovery, whenever its process is killed', async () => {
    for (const at of moments(await requestsOf(plan))) {
      const set = stage();
      const died = new Promise<HttpRequest>((resolve) => {
        set.world.meddling = {
          onRequest: (request, count) => {
            if (count < at) return 'pass';
            set.kill();
            resolve(request);
            return 'never';
          },
        };
      });
      void set.run(plan);
      const inFlight = await died;
      set.world.meddling = {};
      // The kernel may still deliver what the dead process had sent.
      if (isAdmin(inFlight)) set.world.receive(inFlight, 0);
      for (const path of set.disk.paths('journal.ndjson')) set.disk.append(path, '{"seq":9,"prev":"torn');
      const recovered = await set.recover();
      expect(
        recovered.every(({ clean, intact }) => clean && intact),
        `request ${at}`,
      ).toBe(true);
      expectClean(set, `killed at request ${at}`);
      expect(await set.recover(), 'nothing is left for a second recovery').toEqual([]);
    }
  });
});

describe('a disk that fills up', () => {
  const { plan } = PLANS[0] ?? { plan: planOf('leaked-signing-key') };

  it('before the first change: nothing is changed', async () => {
    const set = stage();
    set.disk.fill();
    await expect(set.run(plan)).rejects.toMatchObject({ code: 'drill/journal-unwritable' });
    expect(set.world.mutations).toEqual([]);
  });

  it('in the middle: no further change is made, and what was made is undone from memory', async () => {
    const set = stage();
    let made = 0;
    set.world.meddling = {
      onRequest: (request) => {
        if (isAdmin(request) && request.method === 'POST') {
          made += 1;
          if (made === 1) set.disk.fill();
        }
        return 'pass';
      },
    };
    await expect(set.run(plan)).rejects.toMatchObject({ code: 'drill/journal-unwritable' });
    expect(set.world.mutations.filter((mutation) => mutation.startsWith('POST /keys'))).toHaveLength(1);
    expect(set.world.leftBehind()).toEqual([]);
  });
});

describe('an issuer that does not come back', () => {
  const { plan } = PLANS[0] ?? { plan: planOf('leaked-signing-key') };
  const refuseDeletes = (set: Stage): void => {
    set.world.meddling = { onRequest: ({ method }) => (method === 'DELETE' ? 'lose-request' : 'pass') };
  };

  it('makes the run unclean, names what is left and the command that finishes it', async () => {
    const set = stage();
    refuseDeletes(set);
    const error: unknown = await set.run(plan).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'drill/clean-up-incomplete', hint: 'firebreak drill recover' });
    expect(String(error)).toMatch(/publish canary key fbcanary-/);
    await expect(set.run(plan)).rejects.toMatchObject({ code: 'drill/unfinished-run' });

    expect((await set.recover()).map(({ clean }) => clean)).toEqual([false]);
    set.world.meddling = {};
    expect((await set.recover()).map(({ clean }) => clean)).toEqual([true]);
    expectClean(set, 'recovered');
  });

  it('does not keep the other effects from being undone', async () => {
    const set = stage();
    set.world.meddling = {
      onRequest: ({ method, url }) => (method === 'DELETE' && url.endsWith('-q2') ? 'lose-request' : 'pass'),
    };
    await expect(set.run(plan)).rejects.toMatchObject({ code: 'drill/clean-up-incomplete' });
    expect(set.world.leftBehind()).toEqual([expect.stringMatching(/^published fbcanary-.*-q2$/)]);
  });
});

describe('recovery', () => {
  const { plan } = PLANS[0] ?? { plan: planOf('leaked-signing-key') };

  it('leaves a run alone that still goes on', async () => {
    const set = stage();
    const tried = new Promise<unknown>((resolve) => {
      set.world.meddling = {
        onRequest: (_request, count) => {
          if (count === 20) resolve(set.recover().catch((fault: unknown) => fault));
          return 'pass';
        },
      };
    });
    const run = set.run(plan);
    expect(await tried).toMatchObject({ code: 'drill/lease-held' });
    expect((await run).safety.clean).toBe(true);
  });

  it('catches a change that was still on its way when its process died, and arrives after its undo', async () => {
    const set = stage();
    const died = new Promise<HttpRequest>((resolve) => {
      set.world.meddling = {
        onRequest: (request) => {
          if (!(isAdmin(request) && request.method === 'POST')) return 'pass';
          set.kill();
          resolve(request);
          return 'never';
        },
      };
    });
    void set.run(plan);
    const stray = await died;
    let readings = 0;
    set.world.meddling = {
      onRequest: ({ method, url }) => {
        if (method === 'GET' && url.endsWith('/keys')) readings += 1;
        // The first reading has found the key gone.
        if (readings === 2) set.world.receive(stray, 0);
        return 'pass';
      },
    };
    expect((await set.recover()).map(({ clean }) => clean)).toEqual([true]);
    expect(readings).toBeGreaterThan(2);
    expectClean(set, 'after the stray request');
  });

  it('takes what a lab held that has ended for gone, and says so', async () => {
    const set = stage();
    const died = new Promise<void>((resolve) => {
      set.world.meddling = {
        onRequest: (_request, count) => {
          if (count < 40) return 'pass';
          set.kill();
          resolve();
          return 'never';
        },
      };
    });
    void set.run(plan);
    await died;
    set.alive.delete(DESCRIPTION.pid);
    const [recovered] = await set.recover();
    expect(recovered).toMatchObject({ clean: true });
    expect(recovered?.effects.map(({ why }) => why)).toContain(
      'the lab that held it has ended, and its keys and lists with it',
    );
  });
});
