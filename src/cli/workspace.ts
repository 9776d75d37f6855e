import { relative, sep } from 'node:path';
import type { Io } from './io.ts';

/**
 * The folder of the repository that the command runs in, ended by a slash; empty for its root and outside of a workflow,
 * null outside of the repository.
 */
export function workspaceFolder(env: Io['env']): string | null {
  const workspace = env['GITHUB_WORKSPACE'];
  if (workspace === undefined || workspace === '') return '';
  const below = relative(workspace, process.cwd()).split(sep).join('/');
  if (below === '..' || below.startsWith('../')) return null;
  return below === '' ? '' : `${below}/`;
}
