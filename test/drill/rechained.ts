import { GENESIS, readJournal } from '../../src/drill/journal.ts';
import type { JournalEvent } from '../../src/model/drill.ts';
import { sha256Hex } from '../../src/policy/digest.ts';

/** The journal of a forger who knows how the chain is made: changed events (null leaves one out), and every hash made again. */
export function rechained(text: string, change: (event: JournalEvent) => JournalEvent | null): string {
  let prev = GENESIS;
  const rows: string[] = [];
  for (const line of readJournal(text).lines) {
    const event = change(line.event);
    if (event === null) continue;
    const row = JSON.stringify({ ...line, seq: rows.length, prev, event });
    prev = sha256Hex(row);
    rows.push(row);
  }
  return `${rows.join('\n')}\n`;
}
