import type { FileTexts } from '../../src/model/document.ts';
import type { LintResult } from '../../src/model/finding.ts';
import { paint } from '../../src/report/color.ts';
import { lintCompact } from '../../src/report/compact.ts';
import { lintGithub } from '../../src/report/github.ts';
import { lintGitlab } from '../../src/report/gitlab.ts';
import { lintJson, lintJsonl } from '../../src/report/json.ts';
import { lintJunit } from '../../src/report/junit.ts';
import { lintHtml } from '../../src/report/lint-html.ts';
import { lintMarkdown } from '../../src/report/markdown.ts';
import { lintPretty } from '../../src/report/pretty.ts';
import { lintSarif } from '../../src/report/sarif.ts';
import { RULES } from '../../src/rules/registry.ts';

type Texts = FileTexts;

/** Every format of findings by name, with the options a run would give. */
export const RENDERERS: Readonly<Record<string, (result: LintResult, texts?: Texts) => string>> = {
  pretty: (result, texts = new Map()) => lintPretty(result, { color: paint(false), texts, quiet: false }),
  compact: (result) => lintCompact(result),
  json: (result) => lintJson(result),
  jsonl: (result) => lintJsonl(result),
  sarif: (result) => lintSarif(result, { rules: RULES, version: '0.1.0' }),
  github: (result) => lintGithub(result),
  gitlab: (result) => lintGitlab(result),
  junit: (result) => lintJunit(result),
  markdown: (result) => lintMarkdown(result),
  html: (result, texts = new Map()) =>
    lintHtml(result, { texts, version: '0.1.0', judgedAt: '2026-06-01T00:00:00.000Z' }),
};
