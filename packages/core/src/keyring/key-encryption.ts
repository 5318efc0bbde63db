/** Wraps data keys by a key that never comes to us: in a file of its own, or at a service for keys. */
export interface KeyEncryption {
  wrap(dataKey: Buffer, context: WrapContext): Promise<string>;
  /** Opens what {@link wrap} gave, in the same context only. */
  unwrap(wrapped: string, context: WrapContext): Promise<Buffer>;
}

export type WrapContext = Readonly<Record<"app" | "purpose" | "owner" | "dataKeyId", string>>;
