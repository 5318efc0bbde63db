import { Code, List, Stack, Text, VisuallyHidden } from "@mantine/core";
import { differencesOf, type Setting } from "./setting-texts.ts";

export interface DifferenceListProps {
  readonly before: Setting;
  readonly after: Setting;
}

/** What sets two settings apart, in sentences: taken away with a minus, added with a plus. */
export function DifferenceList({ before, after }: DifferenceListProps) {
  const differences = differencesOf(before, after);
  if (differences.length === 0) return <Text size="sm">They are set the same.</Text>;
  return (
    <Stack gap="sm">
      {differences.map(({ aspect, removed, added }) => (
        <div key={aspect}>
          <Text size="sm" fw={600}>
            {aspect}
          </Text>
          <List listStyleType="none" size="sm" spacing={2}>
            {removed.map((line) => (
              <Line key={`-${line}`} sign="−" said="Without" line={line} colour="red" />
            ))}
            {added.map((line) => (
              <Line key={`+${line}`} sign="+" said="With" line={line} colour="green" />
            ))}
          </List>
        </div>
      ))}
    </Stack>
  );
}

interface LineProps {
  readonly sign: string;
  readonly said: string;
  readonly line: string;
  readonly colour: "red" | "green";
}

function Line({ sign, said, line, colour }: LineProps) {
  return (
    <List.Item>
      <Code
        style={{
          background: `var(--mantine-color-${colour}-light)`,
          color: "var(--mantine-color-text)",
          whiteSpace: "pre-wrap",
          overflowWrap: "anywhere",
        }}
      >
        <span aria-hidden>{sign} </span>
        <VisuallyHidden>{said} </VisuallyHidden>
        {line}
      </Code>
    </List.Item>
  );
}
