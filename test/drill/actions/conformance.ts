import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { byHandOf } from '../../../src/drill/by-hand.ts';
import { EffectLog, undoEffect } from '../../../src/drill/effects.ts';
import { startJournal } from '../../../src/drill/journal.ts';
import type { Recovered } from '../../../src/drill/recover.ts';
import { recoverRuns } from '../../../src/drill/recover.ts';
import type { StepContext } from '../../../src/drill/step.ts';
import { actionOf } from '../../../src/drill/steps/registry.ts';
import { Vault } from '../../../src/drill/vault.ts';
import type { ActionCall, Effect } from '../../../src/model/drill.ts';
import type { IssuerDeclaration } from '../../../src/model/inventory.ts';
import type { Clock, JournalSink } from '../../../src/model/ports.ts';
import { Secret } from '../../../src/model/secret.ts';
import { systemFiles } from '../../../src/system/files.ts';
import { createHttp } from '../../../src/system/http.ts';
import { openJournalFile } from '../../../src/system/journal-file.ts';
import { createMachine } from '../../../src/system/machine.ts';
import type { Terminal } from '../../../src/system/person.ts';
import { generateSigningKey } from '../../../src/token/mint.ts';

export const LOOPBACK: readonly string[] = ['127.0.0.0/8'];

/** A run that is over long before anything expires, as seconds since the epoch. */
export const EXPIRES_AT = 4_102_444_800;

export const RUN_ID = '20261123t091400z-1a2b3c4d';

export const JTI = `fbcanary-${RUN_ID}-${EXPIRES_AT}-q1`;

/** Time that passes only by waiting, so that pauses between attempts cost nothing. */
export function quickClock(): Clock {
  let now = 0;
  return { monotonic: () => now, wall: () => now, sleepUntil: async (at) => void (now = Math.max(now, at)) };
}

/** Credentials as a run would have minted them. */
export async function vaultWithCanary(): Promise<Vault> {
  const vault = new Vault();
  vault.put('canary', { kind: 'token', token: new Secret('e30.e30.c2ln', 'canary'), claims: { jti: JTI }, header: {} });
  for (const [name, count] of [
    ['leaked_key', 1],
    ['next_key', 2],
  ] as const) {
    const key = await generateSigningKey('ES256', `fbcanary-${RUN_ID}-${EXPIRES_AT}-q${count}`);
    vault.put(name, { kind: 'key', key });
  }
  return vault;
}

export interface Place {
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: Terminal;
  readonly allow?: readonly string[];
}

/** What a process gives to actions: real files, sockets, programs and HTTP. */
export function contextOf(vault: Vault | null, { env = {}, terminal, allow = LOOPBACK }: Place = {}): StepContext {
  return {
    http: createHttp(allow),
    lab: null,
    timeoutMs: 5000,
    vault,
    machine: createMachine(allow, { env, terminal: terminal ?? null }),
  };
}

export function callOf(uses: string, given: Readonly<Record<string, unknown>>): ActionCall {
  return { uses, with: given, at: { file: 'drill.yaml', line: 7, column: 5, endLine: 7, endColumn: 9 } };
}

export const ISSUER: IssuerDeclaration = {
  name: 'issuer',
  issuer: 'https://issuer.test',
  admin: null,
} as IssuerDeclaration;

/** The effect of a call, complete and with an id, as the journal would hold it. */
export async function effectOf(call: ActionCall, vault: Vault, context: StepContext): Promise<Effect> {
  const action = actionOf(call);
  const chosen = action.effect({ call, vault, issuer: ISSUER, admin: '', expiresAt: EXPIRES_AT });
  const effect = action.prepare === undefined ? chosen : await action.prepare(chosen, context);
  return JSON.parse(JSON.stringify({ id: 'e1', ...effect })) as Effect;
}

/** One action with its target, which is real. */
export interface Subject {
  readonly call: ActionCall;
  readonly place?: Place;
  /** What the target holds, read without the action: it must be the same before apply and after undo. */
  readonly state: () => Promise<string> | string;
  /** Makes the target unreachable, and reachable again with what it held. */
  readonly down: () => Promise<void> | void;
  readonly up: () => Promise<void> | void;
  readonly close?: () => Promise<void> | void;
  /** Values that must never stand in an effect. */
  readonly secrets?: readonly string[];
}

/** What every action that changes something must do, with the real thing at the other end. */
export function describeConformance(title: string, open: () => Promise<Subject> | Subject): void {
  describe(title, () => {
    let subject: Subject;
    let context: StepContext;
    let later: StepContext;
    let vault: Vault;
    let folder: string;
    let before: string;

    beforeEach(async () => {
      subject = await open();
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'firebreak-conformance-')));
      vault = await vaultWithCanary();
      context = contextOf(vault, subject.place);
      // Another process has the journal, the environment and the machine, and none of the credentials.
      later = contextOf(null, subject.place);
      before = await subject.state();
    });

    afterEach(async () => {
      await subject.close?.();
      rmSync(folder, { recursive: true, force: true });
    });

    const action = (): ReturnType<typeof actionOf> => actionOf(subject.call);
    const prepared = (): Promise<Effect> => effectOf(subject.call, vault, context);

    it('applies, is seen, is undone and is gone', async () => {
      await action().reach?.(subject.call, context);
      const effect = await prepared();
      expect(await subject.state(), 'preparing changes nothing').toBe(before);
      await action().apply(effect, context);
      expect(await subject.state()).not.toBe(before);
      await action().undo(effect, later);
      expect(await action().isGone(effect, later)).toBe(true);
      expect(await subject.state()).toBe(before);
    });

    it('can be undone twice', async () => {
      const effect = await prepared();
      await action().apply(effect, context);
      await action().undo(effect, later);
      await action().undo(effect, later);
      expect(await action().isGone(effect, later)).toBe(true);
      expect(await subject.state()).toBe(before);
    });

    it('can be applied twice and undone once', async () => {
      const effect = await prepared();
      await action().apply(effect, context);
      await action().apply(effect, context);
      await action().undo(effect, later);
      expect(await action().isGone(effect, later)).toBe(true);
      expect(await subject.state()).toBe(before);
    });

    it('leaves nothing to recover when it died between the journal and the first byte', async () => {
      const crash = new Error('the process dies here');
      await recordedRun(folder, await prepared(), async () => Promise.reject(crash)).catch((error: unknown) =>
        expect(error).toBe(crash),
      );
      const [run] = await recover(folder, later);
      expect(run?.clean, JSON.stringify(run?.effects)).toBe(true);
      expect(await subject.state()).toBe(before);
    });

    it('is recovered from the journal alone after it died behind the first byte', async () => {
      await recordedRun(folder, await prepared(), async (effect) => {
        const written = readFileSync(journalOf(folder), 'utf8');
        expect(written).toContain('"intent"');
        expect(await subject.state()).toBe(before);
        await action().apply(effect, context);
      });
      expect(await subject.state()).not.toBe(before);
      const [run] = await recover(folder, later);
      expect(run?.clean, JSON.stringify(run?.effects)).toBe(true);
      expect(await subject.state()).toBe(before);
      expect(await recover(folder, later)).toEqual([]);
    });

    it('is found by a sweep that knows neither journal nor run, and taken back by it', async (test) => {
      const { canaries } = action();
      if (canaries === undefined) return test.skip();
      expect(await canaries({ call: subject.call, admin: '' }, later)).toEqual([]);
      await action().apply(await prepared(), context);
      const found = await canaries({ call: subject.call, admin: '' }, later);
      expect(found.map(({ canary }) => canary)).toEqual([
        expect.objectContaining({ runId: RUN_ID, expiresAt: EXPIRES_AT }),
      ]);
      for (const { effect } of found) {
        const stored = JSON.parse(JSON.stringify({ id: 'e1', ...effect })) as Effect;
        await action().undo(stored, later);
        expect(await action().isGone(stored, later)).toBe(true);
      }
      expect(await canaries({ call: subject.call, admin: '' }, later)).toEqual([]);
      // The layout from before is in the journal only.
      expect(await subject.state()).not.toContain('fbcanary');
    });

    it('says what is left and how to undo it by hand while the target is down, and undoes it later', async () => {
      const effect = await prepared();
      await recordedRun(folder, effect, (recorded) => action().apply(recorded, context));
      await subject.down();
      const [run] = await recover(folder, later);
      await subject.up();
      expect(run?.clean).toBe(false);
      expect(run?.effects[0]?.byHand).toBe(byHandOf(effect));
      expect(byHandOf(effect)).not.toBeNull();
      expect(run?.effects[0]?.why).not.toBe('');
      const [again] = await recover(folder, later);
      expect(again?.clean, JSON.stringify(again?.effects)).toBe(true);
      expect(await subject.state()).toBe(before);
    });

    it('keeps secrets out of its effect, its plan and what it tells a person to type', async () => {
      const effect = await prepared();
      const planned = action().planned?.(subject.call);
      expect(planned?.calls.length).toBeGreaterThan(0);
      expect(planned?.reaches).not.toBe('');
      expect(planned?.undo).not.toBeNull();
      const shown = JSON.stringify([effect, planned, byHandOf(effect)]);
      for (const secret of subject.secrets ?? []) expect(shown).not.toContain(secret);
    });
  });
}

function journalOf(folder: string): string {
  return join(folder, 'runs', RUN_ID, 'journal.ndjson');
}

/** A run with one effect whose process ends without a word: no undo and no `run.end`. */
export async function recordedRun(
  folder: string,
  { id: _id, ...effect }: Effect,
  act: (effect: Effect) => Promise<unknown>,
): Promise<void> {
  const sink = await openJournalFile(journalOf(folder));
  const journal = startJournal({ sink, clock: quickClock(), origin: 0 });
  await journal.record({
    type: 'run.start',
    runId: RUN_ID,
    startedAt: '2026-11-30T09:00:00.000Z',
    journal: 'journal.ndjson',
    planDigest: '',
    commit: null,
    arms: ['quiet'],
    drill: 'conformance',
    file: 'drill.yaml',
    drillDigest: '',
    policyDigest: '',
    environment: 'dev',
    environmentClass: 'dev',
    tool: 'firebreak/test',
    seed: 1,
    pid: 1,
    lab: null,
  });
  try {
    await new EffectLog(journal).perform(effect, act);
  } finally {
    await sink.close();
  }
}

/** `drill recover` in another process: everything it has is the journal, the environment and the machine. */
export function recover(folder: string, context: StepContext): Promise<readonly Recovered[]> {
  return recoverRuns(folder, {
    clock: quickClock(),
    files: systemFiles,
    http: () => context.http,
    ...(context.machine === undefined
      ? {}
      : { machine: () => context.machine ?? createMachine([], { env: {}, terminal: null }) }),
    openJournal: openJournalFile,
    isAlive: async () => false,
    self: { pid: process.pid, startedAt: 'now' },
    lab: null,
    allowOf: () => LOOPBACK,
  });
}

/** Undoes one effect as the runner does, and says how it ended. */
export async function undoAndTell(effect: Effect, context: StepContext): Promise<{ gone: boolean; why: string }> {
  const silent: JournalSink = {
    append: () => undefined,
    appendSynced: async () => undefined,
    close: async () => undefined,
  };
  const clock = quickClock();
  const journal = startJournal({ sink: silent, clock, origin: 0 });
  const { gone, why } = await undoEffect(effect, { context, clock, journal, answered: true });
  return { gone, why };
}
