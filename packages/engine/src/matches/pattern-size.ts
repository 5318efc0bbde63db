/** What a pattern of RE2 takes, read off its text: nothing of it is compiled for that. */

/** A quoted text, an escape, a class, flags, a repetition, or any other unit. */
const ITEM =
  /\\Q(?:.*?\\E|.*)|\\(?:x\{[^}]*\}?|[pP](?:\{[^}]*\}?|.)|.)|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]?|\(\?[a-zA-Z-]*\)|\{(\d+)(?:,(\d*))?\}|./gsu;

/** How many items a pattern has once its repetitions are written out. */
export function patternSize(pattern: string): number {
  return writtenOut(pattern, lengthOf);
}

/** The weight of a pattern's items with its repetitions written out: those inside one another count times one another. */
function writtenOut(pattern: string, weigh: (item: string) => number): number {
  /** Of the groups around, outermost first, and of the last part of the innermost, which a repetition repeats. */
  const outer: number[] = [];
  let weight = 0;
  let last = 0;
  for (const [item, least, most] of pattern.matchAll(ITEM)) {
    if (least !== undefined) {
      const repeated = last * Math.max(Number(most || least), 1);
      weight += repeated - last;
      last = repeated;
    } else if (item === "(") {
      outer.push(weight);
      weight = weigh(item);
      last = 0;
    } else if (item === ")") {
      last = weight + weigh(item);
      weight = (outer.pop() ?? 0) + last;
    } else if (/^(?:[*+?]|\(\?)/.test(item)) {
      // A repetition behind one without a count, or behind flags, is one of what stands before them.
      weight += weigh(item);
    } else {
      last = weigh(item);
      weight += last;
    }
  }
  return outer.reduce((sum, part) => sum + part, weight);
}

/** Each unit of a quoted text is an item. */
function lengthOf(item: string): number {
  return item.startsWith("\\Q") ? item.length : 1;
}

/** A class that Unicode names: it has hundreds of ranges, and more where case is ignored. */
const NAMED_CLASS = /\\p/gi;
const NAMED_CLASS_UNITS = 1_500;
const REPEATED_CLASS_UNITS = 75;
const IGNORES_CASE = /\(\?\w*i/;
/** The end of a range beyond ASCII. Where case is ignored each letter up to it may be looked up. */
const RANGE_END = /-(?:\\x\{([\da-f]+)|([\u{80}-\u{10ffff}]))/giu;
const LAST_LETTER = 0x1_ffff;

/** Units of compiling a pattern: some 10 ms are 60,000. */
export function compileUnits(pattern: string): number {
  let units = 150 + 4 * pattern.length + NAMED_CLASS_UNITS * namedClasses(pattern);
  units += writtenOut(pattern, itemUnits);
  if (!IGNORES_CASE.test(pattern)) return units;
  for (const [, hexadecimal, letter] of pattern.matchAll(RANGE_END)) {
    const end = letter?.codePointAt(0) ?? Number.parseInt(`0${hexadecimal}`, 16);
    units += Math.min(end, LAST_LETTER) >> 3;
  }
  return units;
}

/** Each copy of a class has all its ranges. */
function itemUnits(item: string): number {
  if (!/^(?:\[|\\p)/i.test(item)) return 6 * lengthOf(item);
  return 6 + (item.length >> 3) + REPEATED_CLASS_UNITS * namedClasses(item);
}

function namedClasses(text: string): number {
  return text.match(NAMED_CLASS)?.length ?? 0;
}
