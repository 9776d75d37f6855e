import type { Bus } from '../model/bus.ts';
import type { Clock, JournalSink } from '../model/ports.ts';
import { signReport } from '../token/agent-envelope.ts';
import type { AgentRecord, Batch } from './messages.ts';
import { batchId, resultSubject } from './messages.ts';

/** Pause before a batch is tried again, in milliseconds. */
const RETRY_MS = 300;

/** How long an agent goes on trying to upload after its part has ended, in milliseconds. */
const LAST_UPLOADS_MS = 10_000;

export interface UploadTools {
  readonly bus: Pick<Bus, 'store'>;
  readonly clock: Clock;
  readonly run: string;
  readonly agent: string;
  readonly secret: Uint8Array;
  /** Where every batch is kept before it leaves; null keeps none. */
  readonly spool: JournalSink | null;
  /** Tests store every batch three times: twice under its id, once without. */
  readonly duplicate: boolean;
}

/** Brings records to the coordinator in batches, one after the other, each until it is stored. */
export class Uploads {
  readonly #tools: UploadTools;
  #buffer: AgentRecord[] = [];
  #seq = 0;
  #tail: Promise<void> = Promise.resolve();
  readonly #giveUp = new AbortController();

  constructor(tools: UploadTools) {
    this.#tools = tools;
  }

  push(record: AgentRecord): void {
    this.#buffer.push(record);
  }

  /** Resolves when everything so far is stored, or was given up. */
  flush(): Promise<void> {
    if (this.#buffer.length === 0) return this.#tail;
    const { run, agent } = this.#tools;
    const batch: Batch = { run, agent, seq: this.#seq, records: this.#buffer };
    this.#seq += 1;
    this.#buffer = [];
    this.#tail = this.#tail.then(() => this.#upload(batch));
    return this.#tail;
  }

  /** Uploads what is left, for as long as there is use in it, and closes the spool. */
  async finish(): Promise<void> {
    const { clock, spool } = this.#tools;
    const done = new AbortController();
    void clock
      .sleepUntil(clock.monotonic() + LAST_UPLOADS_MS, done.signal)
      .then(() => this.#giveUp.abort(new Error('nobody takes it')))
      .catch(() => undefined);
    await this.flush();
    done.abort();
    await spool?.close().catch(() => undefined);
  }

  async #upload(batch: Batch): Promise<void> {
    const { bus, clock, secret, spool, duplicate } = this.#tools;
    // Full disks are no reason to lose what was seen: the coordinator gets it anyway.
    await spool?.appendSynced(JSON.stringify(batch)).catch(() => undefined);
    const text = await signReport(batch, secret);
    const subject = resultSubject(batch.run, batch.agent);
    while (!this.#giveUp.signal.aborted) {
      try {
        await bus.store(subject, batchId(batch), text);
        if (duplicate) {
          await bus.store(subject, batchId(batch), text);
          await bus.store(subject, null, text);
        }
        return;
      } catch {
        await clock.sleepUntil(clock.monotonic() + RETRY_MS, this.#giveUp.signal).catch(() => undefined);
      }
    }
  }
}
