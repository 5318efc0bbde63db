import { Text } from "@mantine/core";

/** JSON to be read, in a box that scrolls. */
export function JsonText({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <Text
      component="pre"
      size="xs"
      ff="monospace"
      role="region"
      aria-label={label}
      tabIndex={0}
      m={0}
      p="sm"
      style={{
        maxHeight: 320,
        overflow: "auto",
        background: "var(--mantine-color-default-hover)",
        borderRadius: "var(--mantine-radius-sm)",
      }}
    >
      {text}
    </Text>
  );
}
