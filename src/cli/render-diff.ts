import type { FileTexts } from '../model/document.ts';
import { mergeAlike } from '../diff/merge-alike.ts';
import { diffGithub } from '../report/diff-github.ts';
import { diffJson } from '../report/diff-json.ts';
import { diffJunit } from '../report/diff-junit.ts';
import { diffMarkdown } from '../report/diff-markdown.ts';
import { diffPretty } from '../report/diff-pretty.ts';
import { diffSarif } from '../report/diff-sarif.ts';
import type { DiffReport } from '../report/diff-wording.ts';
import { diffInFolder } from '../report/in-folder.ts';
import { replayPretty } from '../report/replay.ts';
import type { Io } from './io.ts';
import type { CommandOptions } from './options.ts';
import { paintFor } from './paint.ts';
import { fileLinks } from './publish-diff.ts';
import { VERSION } from './version.ts';
import { workspaceFolder } from './workspace.ts';

export interface DiffRendering {
  readonly format: string;
  /** Whether it goes to standard output. */
  readonly terminal: boolean;
  readonly io: Io;
  readonly options: CommandOptions;
  /** Texts of the head, for code frames. */
  readonly texts: FileTexts;
}

/** One of the formats of docs/formats.md. */
export function renderDiff(whole: DiffReport, { format, terminal, io, options, texts }: DiffRendering): string {
  if (format === 'json') return diffJson(whole);
  const report = { ...whole, diff: mergeAlike(whole.diff) };
  const folder = workspaceFolder(io.env) ?? '';
  switch (format) {
    case 'sarif':
      return diffSarif(diffInFolder(report, folder), { version: VERSION });
    case 'github':
      return diffGithub(diffInFolder(report, folder));
    case 'junit':
      return diffJunit(report);
    case 'markdown':
      return diffMarkdown(report, { version: VERSION, links: fileLinks(report, io.env) });
    default: {
      const color = paintFor(io, terminal ? 'out' : 'err', terminal ? options.color : 'never');
      const text = diffPretty(report, { color, width: io.width, texts });
      const { replay } = report;
      return replay === null || replay === undefined ? text : `${text.trimEnd()}\n\n${replayPretty(replay, color)}`;
    }
  }
}
