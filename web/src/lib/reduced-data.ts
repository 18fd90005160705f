/** Whether the viewer asks for little to be loaded: nothing is that is only nice to have. */

/** Not every browser tells, and the types do not know those that do. */
interface Connection {
  saveData?: boolean;
}

export function wantsReducedData(): boolean {
  const { connection } = navigator as Navigator & { connection?: Connection };
  return connection?.saveData === true || matchMedia("(prefers-reduced-data: reduce)").matches;
}
