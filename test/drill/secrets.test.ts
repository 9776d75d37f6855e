import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signResultText } from '../../src/cli/stored-results.ts';
import { historyOf } from '../../src/drill/history.ts';
import type { DrillResult } from '../../src/model/drill.ts';
import { readDrillResult } from '../../src/policy/read-drill-result.ts';
import { drillHtml } from '../../src/report/drill-html.ts';
import { drillJson } from '../../src/report/drill-json.ts';
import { drillJunit } from '../../src/report/drill-junit.ts';
import { drillMarkdown } from '../../src/report/drill-markdown.ts';
import { drillOpenMetrics } from '../../src/report/drill-openmetrics.ts';
import { drillOtlp } from '../../src/report/drill-otlp.ts';
import { drillSarif } from '../../src/report/drill-sarif.ts';
import { drillTerminal } from '../../src/report/drill-terminal.ts';
import { historyJson } from '../../src/report/drill-history-json.ts';
import { readSigningKey } from '../../src/token/report-key.ts';
import { planOf, stage } from './staged-run.ts';
import { DESCRIPTION } from './world.ts';

/** A secret in every form that a writer may give it. */
function forms(secret: string | Buffer): readonly string[] {
  const bytes = Buffer.from(secret);
  const text = typeof secret === 'string' ? secret : secret.toString('base64');
  return [
    text,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
  ];
}

/** Everything that a run leaves anywhere, by name. */
function artefacts(result: DrillResult, json: string): Readonly<Record<string, string>> {
  const { stored } = readDrillResult('r.json', json);
  return {
    json,
    html: drillHtml(result, {}),
    markdown: drillMarkdown(result, {}),
    junit: drillJunit(result),
    openmetrics: drillOpenMetrics(result),
    sarif: drillSarif(result, { version: '1' }),
    terminal: drillTerminal(result, {}),
    history: historyJson(historyOf(stored === null ? [] : [stored])),
    otlp: drillOtlp(result, 'a'.repeat(32))
      .map(({ body }) => body)
      .join('\n'),
  };
}

describe.each(['leaked-signing-key', 'leaked-access-token', 'leaked-refresh-token'])('the drill %s', async (name) => {
  const set = stage();
  const secrets = new Set<string>([DESCRIPTION.admin.secret]);
  set.world.meddling = {
    onRequest: ({ headers, body }) => {
      const bearer = headers?.['authorization'];
      if (bearer !== undefined) secrets.add(bearer.replace(/^(?:Bearer|Basic) /, ''));
      for (const [, token = ''] of (body ?? '').matchAll(/(?:refresh_token|client_secret)=([^&]+)/g))
        if (token.length > 8) secrets.add(decodeURIComponent(token));
      return 'pass';
    },
  };
  const plan = planOf(name);
  const result = await set.run(plan);
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const json = await signResultText(
    drillJson(result, { predictions: plan.predictions, probes: true }),
    readSigningKey({ file: 'report.key', text: key }),
  );
  const written: Readonly<Record<string, string>> = {
    ...artefacts(result, json),
    ...Object.fromEntries(set.disk.paths('').map((path) => [path, set.disk.text(path)])),
  };

  const { d = '' } = privateKey.export({ format: 'jwk' });
  // Whole tokens and their signatures: what is left without one is worth nothing.
  const known = [...secrets]
    .flatMap((secret) => [secret, ...secret.split('.').slice(2)])
    .filter((secret) => secret.length > 8);
  const needles = [...new Set([...known.flatMap(forms), ...forms(key), ...forms(Buffer.from(d, 'base64url')), d])];
  const leaks = (texts: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(texts).flatMap(([where, text]) =>
      needles.filter((needle) => text.includes(needle)).map((needle) => `${where}: ${needle.slice(0, 4)}…`),
    );

  it('leaves none of the tokens and secrets that it sent, in any form, in anything that it writes', () => {
    expect(known.length).toBeGreaterThan(4);
    expect(Object.keys(written).some((path) => path.endsWith('journal.ndjson'))).toBe(true);
    expect(leaks(written)).toEqual([]);
  });

  it('would be caught with one', () => {
    for (const planted of forms(known[1] ?? ''))
      expect(leaks({ ...written, html: `${written['html']}<p>${planted}</p>` })).not.toEqual([]);
  });
});
