/** What was done to the share, by itself or by a person, and why. */
import { Code, Table, Text } from "@mantine/core";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import type { LogEntry, PlanWithLog } from "./plan.ts";
import { logText, shareText } from "./wording.ts";

export function PlanLog({ plan: { log, steps } }: { readonly plan: PlanWithLog }) {
  if (log.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing was done yet.
      </Text>
    );
  }
  return (
    <ScrolledTable label="History of the plan">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>What</Table.Th>
          <Table.Th>Share</Table.Th>
          <Table.Th>Why</Table.Th>
          <Table.Th>Version</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {log.toReversed().map((entry) => {
          const share = steps[entry.step - 1]?.share;
          return (
            <Table.Tr key={`${entry.run} ${entry.step} ${entry.settingVersion}`}>
              <Table.Td>
                <TimeAgo at={entry.at} />
              </Table.Td>
              <Table.Td>{logText(entry)}</Table.Td>
              <Table.Td>{share ? shareText(share) : "as before"}</Table.Td>
              <Table.Td>
                <Evidence entry={entry} />
              </Table.Td>
              <Table.Td>{entry.settingVersion}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </ScrolledTable>
  );
}

/** What the plan went on by, or what stopped it. */
function Evidence({ entry: { kind, evidence } }: { readonly entry: LogEntry }) {
  if (evidence === null) {
    return (
      <Text size="sm" c="dimmed">
        {kind !== "applied" ? "A person asked for it" : "Its time had come"}
      </Text>
    );
  }
  const texts = textsIn(evidence);
  return (
    <details>
      <summary>{texts[0] ?? "What it went by"}</summary>
      {texts.slice(1).map((text) => (
        <Text key={text} size="sm">
          {text}
        </Text>
      ))}
      <Code block mt={4} tabIndex={0}>
        {JSON.stringify(evidence, undefined, 2)}
      </Code>
    </details>
  );
}

/** The sentences that guards wrote into it, those of a breach first. */
function textsIn(evidence: object): readonly string[] {
  const found: { readonly text: string; readonly isBreach: boolean }[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("text" in value && typeof value.text === "string") {
      found.push({ text: value.text, isBreach: "verdict" in value && value.verdict === "breach" });
    }
    for (const each of Object.values(value)) look(each);
  };
  look(evidence);
  return [...found.filter(({ isBreach }) => isBreach), ...found.filter(({ isBreach }) => !isBreach)].map(
    ({ text }) => text,
  );
}
