import type { LintResult } from '../../src/model/finding.ts';
import { applyFixes } from '../../src/lint/apply-fixes.ts';
import type { EstateRead } from '../../src/lint/read-estate.ts';
import { RULES } from '../../src/rules/registry.ts';
import { paint } from '../../src/report/color.ts';
import { lintCompact } from '../../src/report/compact.ts';
import { lintGithub } from '../../src/report/github.ts';
import { lintGitlab } from '../../src/report/gitlab.ts';
import { lintJson, lintJsonl } from '../../src/report/json.ts';
import { lintJunit } from '../../src/report/junit.ts';
import { lintHtml } from '../../src/report/lint-html.ts';
import { lintMarkdown } from '../../src/report/markdown.ts';
import { predictJson, predictMarkdown, predictPretty } from '../../src/report/predict.ts';
import { lintPretty } from '../../src/report/pretty.ts';
import { lintSarif } from '../../src/report/sarif.ts';
import type { Seed } from './seeds.ts';

/** Everything that is printed of a run, by format. */
export function outputsOf({ estate, texts }: EstateRead, result: LintResult): Readonly<Record<string, string>> {
  const color = paint(false);
  return {
    pretty: lintPretty(result, { texts, color, quiet: false }),
    compact: lintCompact(result),
    json: lintJson(result),
    jsonl: lintJsonl(result),
    sarif: lintSarif(result, { rules: RULES, version: '0.0.0' }),
    github: lintGithub(result),
    gitlab: lintGitlab(result),
    junit: lintJunit(result),
    markdown: lintMarkdown(result),
    html: lintHtml(result, { texts, version: '0.0.0', judgedAt: '2027-01-15T08:00:00Z' }),
    'predict pretty': predictPretty(estate.predictions, { tree: true, color, sums: true }),
    'predict markdown': predictMarkdown(estate.predictions),
    'predict json': predictJson(estate.predictions),
  };
}

/** Formats of which each line, or the whole, is JSON. */
export function jsonIn(outputs: Readonly<Record<string, string>>): readonly string[] {
  const { json = '', sarif = '', gitlab = '', jsonl = '', 'predict json': predictions = '' } = outputs;
  return [json, sarif, gitlab, predictions, ...jsonl.split('\n').filter((line) => line !== '')];
}

/** Repairs of every file, suggestions too; a text that was changed must be another one. */
export function repair(files: readonly Seed[], { findings, errors }: LintResult): void {
  for (const { file, text } of files) {
    const { text: fixed, count } = applyFixes(file, text, [...findings, ...errors], 'all');
    if (count > 0 === (fixed === text)) throw new Error(`${count} repairs of ${file} changed ${fixed !== text}`);
  }
}
