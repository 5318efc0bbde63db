/**
 * Shows work as it is done: one line a step, with its time.
 * On a terminal the line is there while the step runs; elsewhere, once it is over.
 *
 * @param {NodeJS.WriteStream} [out]
 */
export function showSteps(out = process.stdout) {
  const colours = out.isTTY && !process.env.NO_COLOR;
  const paint = (/** @type {string} */ code, /** @type {string} */ text) =>
    colours ? `\u001b[${code}m${text}\u001b[0m` : text;

  /**
   * Runs one step. `describe` may name the outcome once it is known.
   *
   * @template T
   * @param {string} title
   * @param {() => Promise<T> | T} work
   * @param {(value: T) => string} [describe]
   * @returns {Promise<T>}
   */
  async function step(title, work, describe = () => title) {
    const started = performance.now();
    if (out.isTTY) out.write(`  ${title} …`);
    const end = (/** @type {string} */ mark, /** @type {string} */ text) => {
      const line = `${mark} ${text.padEnd(52)} ${paint("2", duration(performance.now() - started).padStart(8))}`;
      out.write(`${out.isTTY ? "\r\u001b[2K" : ""}${line}\n`);
    };

    try {
      const value = await work();
      end(paint("32", "✓"), describe(value));
      return value;
    } catch (error) {
      // Someone asked to stop: no fault of the step.
      const isStopped = error instanceof Error && error.name === "AbortError";
      end(isStopped ? "–" : paint("31", "✗"), title);
      throw error;
    }
  }

  return { step, bold: (/** @type {string} */ text) => paint("1", text) };
}

/** @typedef {ReturnType<typeof showSteps>} Steps */

/** A time a person can read: "87 ms", "1.3 s". */
export function duration(/** @type {number} */ ms) {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
