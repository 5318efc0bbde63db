export interface Token {
  /** `quoted` is a name in backticks. */
  readonly type: "int" | "uint" | "double" | "string" | "bytes" | "name" | "quoted" | "symbol" | "end";
  /** As written, numbers without their suffix; of a string or bytes, the value; of a quoted name, the name. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
