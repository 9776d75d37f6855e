/**
 * Works side by side: what fails in one ends the others, and all have ended before anything else is done.
 *
 * @param stop aborted with the first fault; every work watches it
 * @throws the first fault
 */
export async function together(works: readonly Promise<unknown>[], stop: AbortController): Promise<void> {
  const faults: unknown[] = [];
  await Promise.all(
    works.map((work) =>
      work.catch((error: unknown) => {
        faults.push(error);
        stop.abort(error);
      }),
    ),
  );
  if (faults.length > 0) throw faults[0];
}
