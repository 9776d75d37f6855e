import type { SourceDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';

/** Grammars that configuration files of other products are written in. */
export type ConfigFormat =
  'yaml' | 'json' | 'toml' | 'properties' | 'hcl' | 'nginx' | 'httpd' | 'haproxy' | 'ini' | 'env' | 'xml' | 'text';

/**
 * One document of a configuration file of another product: read as far as it can be read, because it is not ours to
 * refuse. Values that a template engine or an environment will fill in stay in place as texts with a placeholder.
 */
export interface ConfigDocument extends SourceDocument {
  readonly format: ConfigFormat;
  /** The whole file, as it is. */
  readonly text: string;
  /** Who is told when something inside it, a file in a ConfigMap for one, cannot be read whole. */
  readonly leaveOut?: LeaveOut;
}

/** Told of what is not read because it would cost too much, so that nobody takes silence for a pass. */
export type LeaveOut = (problem: Problem) => void;
