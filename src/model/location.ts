/** Places in the user's files. All lines and columns are 1-based; columns count UTF-16 code units, as editors do. */
export interface Location {
  /** Path as the user would type it, relative to the working directory, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function startOf(file: string): Location {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

/** `policies/orders.yaml:14:5` */
export function showLocation(at: Location): string {
  return `${at.file}:${at.line}:${at.column}`;
}

/** Orders by file, line, column: the order of every list the program prints. */
export function compareLocations(a: Location, b: Location): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** The folder of a file with its slash; empty for a file without one. */
export function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}
