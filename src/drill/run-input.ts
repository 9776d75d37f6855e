import type { Approval } from '../model/approval.ts';
import type { JournalLine } from '../model/drill.ts';
import type { LabDescription } from '../model/lab.ts';
import type { Machine } from '../model/machine.ts';
import type { Arm } from '../model/prediction.ts';
import type { Clock, Files, Http, JournalSink } from '../model/ports.ts';
import type { FindAddresses } from './expand-units.ts';
import type { ProcessIdentity } from './lease.ts';
import type { OpenTail } from './phase.ts';
import type { Plan } from './plan.ts';
import type { SecretWatch } from './secret-watch.ts';
import type { Vantages } from './vantages.ts';

/** What a run touches the world through. */
export interface DrillPorts {
  readonly clock: Clock;
  readonly files: Files;
  readonly http: (allow: readonly string[]) => Http;
  /** Finds addresses of verifiers that say where theirs are; absent when none can be looked for. */
  readonly findAddresses?: FindAddresses;
  /** For probes, which are many; absent when they go the way of everything else. */
  readonly probeHttp?: (allow: readonly string[]) => Http;
  /** For actions that need more than HTTP; its sockets go where the allow-list says. */
  readonly machine?: (allow: readonly string[]) => Machine;
  /** For drills that wait for a line of an access log; absent when none can be read. */
  readonly openTail?: OpenTail;
  readonly openJournal: (path: string) => Promise<JournalSink>;
  /** Absent when this process probes. */
  readonly vantages?: Vantages;
  readonly isAlive: (process: ProcessIdentity) => Promise<boolean>;
}

export interface DrillRunInput {
  readonly plan: Plan;
  readonly lab: LabDescription | null;
  /** True when the lab is part of this process and ends with it. */
  readonly labEmbedded: boolean;
  readonly stateDir: string;
  readonly tool: string;
  readonly seed: number;
  readonly commit: string | null;
  /** The environment's name, typed by a person, where its class asks for it. */
  readonly confirm: string | null;
  /** Those of the repository; the environment says how many it asks for. */
  readonly approvals?: readonly Approval[];
  readonly arms: readonly Arm[];
  readonly self: ProcessIdentity;
  /** Aborted when a person stops the run, or with a ProgramFault. */
  readonly stop: AbortSignal;
  /** Aborted when clean-up must end soon. It shortens every undo and skips none. */
  readonly hurry?: AbortSignal;
  /** Told what is still to be undone when clean-up is hurried. */
  readonly onHurry?: (left: readonly { readonly says: string; readonly byHand: string | null }[]) => void;
  /** Learns every secret of the run, for whoever writes texts about it afterwards. */
  readonly secrets?: SecretWatch;
  readonly onLine?: (line: JournalLine) => void;
}
