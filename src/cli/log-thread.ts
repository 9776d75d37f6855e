/** A thread that reads a part of a log: does the task that it is started with, says what came out, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LogTask } from './log-task.ts';
import { doLogTask } from './log-task.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is a port, not a window
parentPort?.postMessage(await doLogTask(workerData as LogTask));
