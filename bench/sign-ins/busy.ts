/** Takes a core, and the memory beside it as a hash does, with as little priority as hashes have. */
import { setPriority } from "node:os";

const AS_HASHES = 10;
const MEMORY_BYTES = 19 * 1024 * 1024;

setPriority(AS_HASHES);
const memory = new Uint32Array(MEMORY_BYTES / Uint32Array.BYTES_PER_ELEMENT);
for (let turn = 1; ; turn += 1) {
  for (let at = 0; at < memory.length; at += 1) memory[at] = (memory[(at * turn) % memory.length] ?? 0) ^ at;
}
