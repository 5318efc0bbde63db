import { Badge, Code, Collapse, Group, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";
import type { Outputs } from "../api/trpc.ts";
import { CopyButton } from "../design/CopyButton.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { WhoName } from "../design/WhoName.tsx";
import { changesBetween } from "./changes-between.ts";

export type Entry = Outputs["audit"]["list"]["items"][number];

export interface EntryRowProps {
  readonly entry: Entry;
  readonly isOpenFirst?: boolean;
  readonly linkTo: (entry: number) => string;
}

/** One entry: who did what to which thing; opened, what changed by it, and where it came from. */
export function EntryRow({ entry, isOpenFirst = false, linkTo }: EntryRowProps) {
  const [isOpen, setOpen] = useState(isOpenFirst);
  const id = useId();
  const { seq, actor, action, object, at, project, environment } = entry;
  return (
    <Stack gap={0} component="li" style={{ borderBottom: "1px solid var(--mantine-color-default-border)" }}>
      <UnstyledButton
        py="xs"
        px={4}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <Group gap="sm" wrap="nowrap" align="flex-start">
          {isOpen ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
          <Group gap="xs" style={{ flex: 1, minWidth: 0 }}>
            <Text size="sm" fw={600}>
              <WhoName actor={actor} />
            </Text>
            <Badge variant="light" tt="none">
              {action}
            </Badge>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {object}
            </Text>
            {environment !== null && (
              <Text size="sm" c="dimmed">
                in {environment}
              </Text>
            )}
          </Group>
          <Text size="sm" c="dimmed" component="span" style={{ whiteSpace: "nowrap" }}>
            <TimeAgo at={at} />
          </Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={isOpen} id={id}>
        {isOpen && <Details entry={entry} project={project} link={linkTo(seq)} />}
      </Collapse>
    </Stack>
  );
}

interface DetailsProps {
  readonly entry: Entry;
  readonly project: string | null;
  readonly link: string;
}

function Details({ entry, project, link }: DetailsProps) {
  const { seq, before, after, actor, revision, requestId, address, userAgent } = entry;
  const changes = changesBetween(before, after);
  const facts = [
    ["Entry", String(seq)],
    ["Actor", actor],
    ["Project", project],
    ["Revision", revision === null ? null : String(revision)],
    ["Address", address],
    ["Program", userAgent],
  ] as const;
  return (
    <Stack gap="xs" pl={32} pb="sm">
      {changes.length > 0 && (
        <ScrolledTable label={`What changed by entry ${seq}`} minWidth={420}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Where</Table.Th>
              <Table.Th>Before</Table.Th>
              <Table.Th>After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map(({ path, before: was, after: is }) => (
              <Table.Tr key={path}>
                <Table.Td>{path}</Table.Td>
                <Table.Td>{was === undefined ? <Absent /> : <Code>{was}</Code>}</Table.Td>
                <Table.Td>{is === undefined ? <Absent /> : <Code>{is}</Code>}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrolledTable>
      )}
      <Group gap="md">
        {facts.map(
          ([name, value]) =>
            value && (
              <Text key={name} size="xs">
                <Text span c="dimmed">
                  {name}
                </Text>{" "}
                {value}
              </Text>
            ),
        )}
        {requestId && (
          <Group gap={4}>
            <Text size="xs">
              <Text span c="dimmed">
                Request
              </Text>{" "}
              {requestId}
            </Text>
            <CopyButton value={requestId} label="Copy the request id" />
          </Group>
        )}
        <Group gap={4}>
          <Text size="xs" c="dimmed">
            Link
          </Text>
          <CopyButton value={link} label="Copy a link to this entry" />
        </Group>
      </Group>
    </Stack>
  );
}

function Absent() {
  return (
    <Text size="sm" c="dimmed">
      not there
    </Text>
  );
}
