import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { Group, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import "./editor.css";

export interface SideBySideProps {
  readonly before: string;
  readonly after: string;
  readonly labels: readonly [before: string, after: string];
}

/** Two texts with what differs marked in both. */
export function SideBySide({ before, after, labels }: SideBySideProps) {
  const host = useRef<HTMLDivElement>(null);
  const [left, right] = labels;
  useEffect(() => {
    if (!host.current) return undefined;
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [
        EditorState.readOnly.of(true),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label }),
      ],
    });
    const view = new MergeView({
      parent: host.current,
      a: side(before, left),
      b: side(after, right),
      gutter: false,
      collapseUnchanged: { margin: 3, minSize: 6 },
    });
    return () => view.destroy();
  }, [before, after, left, right]);
  return (
    <div>
      <Group grow mb={4}>
        {labels.map((label) => (
          <Text key={label} size="xs" c="dimmed">
            {label}
          </Text>
        ))}
      </Group>
      <div ref={host} className="json-editor" />
    </div>
  );
}
