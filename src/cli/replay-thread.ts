/** A thread of `firebreak replay`: replays the part that it is started with, says what came out, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReplayPart } from './replay-part.ts';
import { replayPart } from './replay-part.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a port, not a window
parentPort?.postMessage(await replayPart(workerData as ReplayPart));
