export interface Token {
  readonly type: "int" | "double" | "string" | "name" | "symbol" | "end";
  /** As written; of a string, its value. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
