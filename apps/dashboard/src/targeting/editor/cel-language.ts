/** Colours for expressions. What they mean, and whether they are any, is the engine's to say. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const WORD = /^[A-Za-z_]\w*/;
const KEYWORDS: ReadonlySet<string> = new Set(["in", "true", "false", "null", "now"]);

const language = StreamLanguage.define({
  name: "cel",
  token: (stream) => {
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match(/^[rb]{0,2}("([^"\\]|\\.)*"?|'([^'\\]|\\.)*'?)/i)) return "string";
    if (stream.match(/^\d[\w.]*/)) return "number";
    if (stream.match(/^`[^`]*`?/)) return "variableName";
    const word = stream.match(WORD);
    if (word && typeof word !== "boolean") {
      if (KEYWORDS.has(word[0])) return "keyword";
      return stream.match(/^\s*\(/, false) ? "function" : "variableName";
    }
    if (stream.match(/^[=!<>&|?:+\-*/%]+/)) return "operator";
    stream.next();
    return null;
  },
  tokenTable: { function: tags.function(tags.variableName) },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--cel-function)" },
  { tag: [tags.bool, tags.null], color: "var(--cel-keyword)" },
  { tag: tags.string, color: "var(--cel-string)" },
  { tag: tags.number, color: "var(--cel-number)" },
  { tag: tags.keyword, color: "var(--cel-keyword)", fontWeight: "600" },
  { tag: tags.function(tags.variableName), color: "var(--cel-function)" },
  { tag: tags.comment, color: "var(--mantine-color-dimmed)" },
]);

export const celLanguage = [language, syntaxHighlighting(colours)];

/** The same colours for JSON. */
export const jsonColours = syntaxHighlighting(colours);
