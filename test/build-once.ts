import { execFileSync } from 'node:child_process';

/** Bundles the command and the lab processes once before tests that run them as real processes. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/bundle.mjs'], { stdio: 'inherit' });
}
