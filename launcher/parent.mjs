const EVERY_MS = 250;

/**
 * Calls `onGone` once the process that started us is gone. It may be killed without a word, and a system has no event
 * for that; but then another process becomes our parent.
 */
export function watchParent(/** @type {() => void} */ onGone) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, EVERY_MS);
  timer.unref();
}
