import { z } from "zod";

const LONGEST_ORIGIN = 300;

/** An origin as browsers send it, and nothing that only looks like one: no path, no wildcard, no default port. */
export const originInput = z
  .string()
  .max(LONGEST_ORIGIN)
  .refine(isOrigin, "Give an exact origin as browsers send it, such as https://shop.example.com.");

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && origin === text && !text.includes("*");
}
