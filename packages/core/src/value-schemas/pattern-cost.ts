/**
 * Patterns of a schema run on JavaScript's regular expressions, which go back and try again. Only those are taken whose
 * number of tries is known beforehand.
 */
export type PatternCost =
  | { readonly ok: true; readonly tries: number }
  | { readonly ok: false; readonly fault: string };

/** How many characters a pattern may have. */
const PATTERN_LENGTH = 200;

/** An escaped character, a class, a group's beginning or end, a quantifier, or any other character. */
const TOKEN = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(\?[:=!<]?[=!]?|[*+?]|\{\d+(?:,\d*)?\}|[\s\S]/g;
const REPEAT = /^\{(\d+)(,?)(\d*)\}$/;

/** At most how many times a character of the text is looked at, or why nobody can tell. */
export function patternCost(pattern: string): PatternCost {
  if (pattern.length > PATTERN_LENGTH) return refuse(`it has more than ${PATTERN_LENGTH} characters`);
  if (!isPattern(pattern)) return refuse("it is no regular expression");

  const groups = [1];
  let tries = 1;
  let unbounded = 0;
  let before = "";
  for (const [token] of pattern.matchAll(TOKEN)) {
    if (/^\\[1-9k]/.test(token)) return refuse("it refers back to a group");
    if (token.startsWith("(?") && token !== "(?:")
      return refuse("it looks ahead or behind, or names a group");
    if (token.startsWith("(")) groups.push(1);
    else if (token === "|") groups.push((groups.pop() ?? 1) + 1);
    else if (token === ")") tries *= groups.pop() ?? 1;
    else if (isQuantifier(token) && !isQuantifier(before)) {
      const choices = choicesOf(token);
      if (before === ")" && token !== "?") return refuse("it repeats a group");
      if (choices === Number.POSITIVE_INFINITY) unbounded += 1;
      else tries *= choices;
    }
    before = token;
  }
  const alternatives = groups[0] ?? 1;
  const isAnchored = pattern.startsWith("^") && alternatives === 1;
  if (unbounded > 1) return refuse("it has more than one of *, + and {n,}");
  if (unbounded === 1 && !isAnchored)
    return refuse("it has one of *, + and {n,} without a ^ before everything");
  return { ok: true, tries: tries * alternatives };
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

function isQuantifier(token: string): boolean {
  return token === "*" || token === "+" || token === "?" || REPEAT.test(token);
}

function choicesOf(quantifier: string): number {
  if (quantifier === "?") return 2;
  const [, least, comma, most] = REPEAT.exec(quantifier) ?? [];
  if (least === undefined) return Number.POSITIVE_INFINITY;
  if (!comma) return 1;
  return most ? Number(most) - Number(least) + 1 : Number.POSITIVE_INFINITY;
}

function refuse(fault: string): PatternCost {
  return { ok: false, fault };
}
