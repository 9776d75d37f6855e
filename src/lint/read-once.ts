/**
 * Reads each text of a file once, however often it is asked for: two versions of a file that has not changed are one object.
 * What a text says hangs on the name of its file too, because everything read has a place in it.
 *
 * @param read a pure function
 */
export function readOnce<T>(read: (file: string, text: string) => T): (file: string, text: string) => T {
  const known = new Map<string, Map<string, T>>();
  return (file, text) => {
    const versions = known.get(file) ?? new Map<string, T>();
    known.set(file, versions);
    const before = versions.get(text);
    if (before !== undefined) return before;
    const reading = read(file, text);
    versions.set(text, reading);
    return reading;
  };
}
