/** A ruleset as it came: its text, and the seal that came beside it, which says what it is and who signed it. */
export interface Sent {
  readonly text: string;
  readonly seal: string | undefined;
}
