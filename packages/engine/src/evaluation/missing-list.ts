/** In a note and in an explanation: which list a segment could not look into. */
export function missingList(hash: string): string {
  return `the list ${hash} is not there`;
}
