/** What people paste: addresses by lines, commas, semicolons or blanks, each once. */
export function addressesIn(text: string): readonly string[] {
  const found = text.split(/[\s,;]+/).map((each) => each.replace(/^<|>$/g, "").toLowerCase());
  return [...new Set(found.filter((each) => /^[^@\s]+@[^@\s]+$/.test(each)))];
}
