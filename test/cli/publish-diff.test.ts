import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileLinks, publishDiff } from '../../src/cli/publish-diff.ts';
import type { DiffReport } from '../../src/report/diff-wording.ts';
import { SAME, alarming, change, gate, hostile, policyDiff, reviewed, witness } from '../report/diff-fixture.ts';
import type { GithubServer } from './github-server.ts';
import { githubServer } from './github-server.ts';
import { workflowFolder, workflowIo } from './workflow-io.ts';

let server: GithubServer;
let folder: { path: string; remove: () => void };

beforeEach(async () => {
  server = await githubServer();
  folder = workflowFolder();
});

afterEach(async () => {
  await server.close();
  folder.remove();
});

describe('publishDiff', () => {
  it('writes the report, then says that it is resolved', async () => {
    const io = (id: string) => workflowIo(server.url, folder.path, { GITHUB_RUN_ID: id });
    expect(await publishDiff(SAME, io('1'))).toBe('none');
    expect(await publishDiff(reviewed(), io('2'))).toBe('created');
    expect(server.comments[0]?.body).toContain('2 changed values need approval');
    expect(server.comments[0]?.body).toContain(
      'https://github.com/acme/shop/blob/b07d4e2aa1b2c3d4e5f60718293a4b5c6d7e8f90/policies/prod.yaml#L9',
    );
    expect(await publishDiff(SAME, io('3'))).toBe('resolved');
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]?.body).toContain('resolved, no change for any token any more');
  });

  it('leaves the comment alone when only the times of the tokens differ', async () => {
    const at = (time: string, seconds: number): DiffReport => ({
      diff: policyDiff({
        changes: [
          change({ witnesses: [witness({ claims: { iat: seconds, exp: seconds + 300 }, context: { now: time } })] }),
        ],
      }),
      gate: null,
    });
    const io = workflowIo(server.url, folder.path);
    expect(await publishDiff(at('2026-09-21T14:13:20.000Z', 1_790_000_000), io)).toBe('created');
    expect(await publishDiff(at('2026-09-22T15:14:21.123Z', 1_790_090_061), io)).toBe('unchanged');
    expect(server.requests.filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });

  it('fits into a comment, however large the change', async () => {
    expect(await publishDiff(hostile('x'.repeat(300), 2000), workflowIo(server.url, folder.path))).toBe('created');
    expect(server.comments[0]?.body.length).toBeLessThan(65_536);
    expect(server.comments[0]?.body).toContain('firebreak approve');
  });

  const inconclusive: DiffReport = {
    diff: policyDiff({ changes: [] }),
    gate: gate({ outcome: 'inconclusive', reasons: [], missing: [] }),
  };
  const warned: DiffReport = { ...reviewed(), gate: gate({ outcome: 'warn', reasons: [], missing: [] }) };

  it.for([
    { name: 'approvals are missing', report: reviewed(), conclusion: 'action_required' },
    { name: 'something is denied', report: alarming(), conclusion: 'failure' },
    { name: 'there are warnings', report: warned, conclusion: 'neutral' },
    { name: 'something is unknown', report: inconclusive, conclusion: 'failure' },
    { name: 'nothing changed', report: SAME, conclusion: 'success' },
  ])('ends its check as $conclusion when $name', async ({ report, conclusion }) => {
    await publishDiff(report, workflowIo(server.url, folder.path), 'token policy');
    expect(server.checks).toMatchObject([{ name: 'token policy', conclusion }]);
  });
});

describe('fileLinks', () => {
  const env = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_WORKSPACE: process.cwd(),
  };

  it('knows the folder that the command runs in', () => {
    expect(fileLinks(reviewed(), { ...env, GITHUB_WORKSPACE: `${process.cwd()}/..` })?.head).toMatch(
      /\/blob\/b07d4e2aa1b2c3d4e5f60718293a4b5c6d7e8f90\/[^/]+\/$/,
    );
  });

  it('has none for a folder, and none outside of a workflow', () => {
    expect(fileLinks(alarming(), env)?.head).toBeNull();
    expect(fileLinks(reviewed(), {})).toBeNull();
    expect(fileLinks(reviewed(), { ...env, GITHUB_SERVER_URL: 'javascript:alert(1)//' })).toBeNull();
    expect(fileLinks(reviewed(), { ...env, GITHUB_WORKSPACE: `${process.cwd()}/src` })).toBeNull();
  });
});
