/** What comes of `work`, or of `late` where it takes longer; a failure that comes later is nobody's. */
export async function within<T>(work: Promise<T>, withinMs: number, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<"passed">((resolve) => {
    timer = setTimeout(() => resolve("passed"), withinMs);
  });
  try {
    const first = await Promise.race([work.then((value) => ({ value })), passed]);
    return first === "passed" ? late() : first.value;
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
