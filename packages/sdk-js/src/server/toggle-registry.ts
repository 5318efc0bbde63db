/**
 * The toggles that a program knows, by key, with the types of their values. Empty, every key is a text and a fallback says the type; a program that
 * fills it gets both checked.
 *
 * @example
 * declare module "@burgee/sdk" {
 *   interface ToggleRegistry {
 *     new_checkout_ui: boolean;
 *     cart_limits: { maxItems: number };
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: programs fill it
export interface ToggleRegistry {}

/** The keys that may be asked for: those of {@link ToggleRegistry}, or any where it is empty. */
export type ToggleKey = keyof ToggleRegistry extends never ? string : RegisteredKey;

/** None where the registry is empty. */
export type RegisteredKey = Extract<keyof ToggleRegistry, string>;

/** None where the registry has some: then only those may be asked for. */
export type AnyKey = keyof ToggleRegistry extends never ? string : never;
