/** CodeMirror, loaded when an expression is first edited. */

import { parseCondition, print } from "@burgee/engine/language";
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { linter, lintKeymap } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, placeholder } from "@codemirror/view";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { Known } from "../conditions/known.ts";
import { completionsFrom, diagnosticsOf, meaningOf } from "./cel-help.ts";
import { celLanguage } from "./cel-language.ts";
import "./editor.css";

export interface ExpressionEditorProps {
  readonly label: string;
  readonly value: string;
  readonly known: Known;
  readonly onChange: (text: string) => void;
}

export function ExpressionEditor({ label, value, known, onChange }: ExpressionEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(onChange);
  latest.current = onChange;
  const help = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes later is told to it below
  useEffect(() => {
    if (!host.current) return undefined;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          history(),
          bracketMatching(),
          closeBrackets(),
          celLanguage,
          // Tab goes on to the next control, as everywhere.
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...historyKeymap,
            ...lintKeymap,
            ...defaultKeymap,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
          placeholder("region == 'IN' && age >= 18"),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current(update.state.doc.toString());
          }),
          help.current.of(helpFrom(known)),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => {
    view.current?.dispatch({ effects: help.current.reconfigure(helpFrom(known)) });
  }, [known]);
  useEffect(() => {
    const { current } = view;
    if (!current || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);

  const parsed = parseCondition(value, known.options);
  return (
    <Stack gap={4}>
      <div ref={host} className="expression-editor" />
      <Group justify="space-between" gap="xs">
        <Text size="xs" c={parsed.ok ? "dimmed" : "red"} role="status">
          {parsed.ok
            ? (parsed.warnings[0]?.message ?? "It is a condition. Ctrl+Space completes.")
            : `Line ${parsed.error.line}, column ${parsed.error.column}: ${parsed.error.message}`}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          disabled={!parsed.ok}
          onClick={() => parsed.ok && onChange(print(parsed.expression))}
        >
          Format
        </Button>
      </Group>
    </Stack>
  );
}

function helpFrom(known: Known) {
  return [
    linter((shown) => diagnosticsOf(shown.state.doc, known.options)),
    autocompletion({ override: [completionsFrom(known)] }),
    hoverTooltip((shown, position) => {
      const word = shown.state.wordAt(position);
      const meaning = word && meaningOf(shown.state.sliceDoc(word.from, word.to), known);
      if (!word || !meaning) return null;
      return {
        pos: word.from,
        end: word.to,
        create: () => {
          const dom = document.createElement("div");
          dom.className = "expression-hover";
          dom.textContent = meaning;
          return { dom };
        },
      };
    }),
  ];
}
