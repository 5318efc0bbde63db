/** A sentence with names in it, which the page sets apart from its words. */
export type Phrase = readonly Part[];
export type Part = string | { readonly code: string } | { readonly variant: string };

export function plain(phrase: Phrase): string {
  return phrase
    .map((part) => (typeof part === "string" ? part : "code" in part ? part.code : part.variant))
    .join("");
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly Phrase[], word = "and"): Phrase {
  return items.flatMap((item, index) => {
    if (index === 0) return item;
    return [index === items.length - 1 ? ` ${word} ` : ", ", ...item];
  });
}

const percent = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });

/** Of a number from 0 to 100. */
export function percentText(value: number): string {
  return `${percent.format(value)} %`;
}

export function variantPart(variant: string): Part {
  return { variant };
}

export function capitalised(phrase: Phrase): Phrase {
  const [first, ...rest] = phrase;
  return typeof first === "string" ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : phrase;
}
