/**
 * MurmurHash3 x86 32-bit of an ASCII text as one writes it down from its description, its characters taken as bytes: the
 * yardstick's own, not the engine's.
 */
export function murmur3(text: string): number {
  const { length } = text;
  const blocks = length >> 2;
  let hash = 0;
  for (let at = 0; at < blocks * 4; at += 4) {
    hash ^= scramble(
      text.charCodeAt(at) |
        (text.charCodeAt(at + 1) << 8) |
        (text.charCodeAt(at + 2) << 16) |
        (text.charCodeAt(at + 3) << 24),
    );
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = length - 1; at >= blocks * 4; at--) tail = (tail << 8) | text.charCodeAt(at);
  hash ^= scramble(tail) ^ length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
