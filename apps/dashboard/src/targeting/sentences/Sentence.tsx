import { Code, Text } from "@mantine/core";
import { createElement, type ReactNode } from "react";
import type { Part, Phrase } from "./phrase.ts";

/** A sentence; names stand apart from its words. */
export function Sentence({ phrase }: { readonly phrase: Phrase }) {
  return createElement("span", { style: { overflowWrap: "anywhere" } }, ...phrase.map(shown));
}

function shown(part: Part): ReactNode {
  if (typeof part === "string") return part;
  if ("code" in part) return <Code>{part.code}</Code>;
  return (
    <Text span inherit fw={650}>
      {part.variant}
    </Text>
  );
}
