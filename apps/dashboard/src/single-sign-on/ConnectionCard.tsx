/** One provider, from what it is asked for to the moment at which it is the only way in: step by step. */
import {
  Badge,
  Button,
  Code,
  Group,
  List,
  Paper,
  Stack,
  Table,
  Text,
  TextInput,
  ThemeIcon,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTRPCClient } from "../api/trpc.ts";
import { CopyButton } from "../design/CopyButton.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { ConnectionForm } from "./ConnectionForm.tsx";
import { type Connection, useConnectionMutations, useTriedRole } from "./use-connections.ts";

export interface ConnectionCardProps {
  readonly connection: Connection;
  /** Whether the person has just come back from trying it out. */
  readonly isTried: boolean;
}

export function ConnectionCard({ connection, isTried }: ConnectionCardProps) {
  const { singleSignOn } = useTRPCClient();
  const [isEditing, { open, close }] = useDisclosure(false);
  const { command, test } = useConnectionMutations();
  const { id, name, issuer, callbackPath, tested, enforced } = connection;
  const callback = `${window.location.origin}${callbackPath}`;
  const target = { connectionId: id };
  return (
    <Paper withBorder p="md" component="section" aria-label={name}>
      <Group justify="space-between" mb="sm">
        <Group gap="xs">
          <Title order={2} size="h4">
            {name}
          </Title>
          <Badge variant="light" color={enforced ? "green" : tested ? "blue" : "gray"} tt="none">
            {enforced ? "Enforced" : tested ? "Tried out" : "Not tried out"}
          </Badge>
        </Group>
        <Button
          size="compact-xs"
          variant="subtle"
          color="red"
          onClick={async () => {
            const isSure = await confirmDanger({
              title: `Remove ${name}?`,
              consequences: "Nobody signs in by it any more. Members stay, and sign in by a password.",
              typed: name,
              confirm: "Remove",
            });
            if (isSure) command.mutate(() => singleSignOn.remove.mutate(target));
          }}
        >
          Remove
        </Button>
      </Group>
      <Stack gap="md" component="ol" p={0} m={0} style={{ listStyle: "none" }}>
        <Step number={1} title="What the provider is asked for" isDone>
          {isEditing ? (
            <ConnectionForm connection={connection} onDone={close} />
          ) : (
            <Group gap="xs">
              <Text size="sm">
                Issuer <Code>{issuer}</Code>, client <Code>{connection.clientId}</Code>;{" "}
                {mappingText(connection)}
              </Text>
              <Button size="compact-xs" variant="default" onClick={open}>
                Change
              </Button>
            </Group>
          )}
        </Step>
        <Step
          number={2}
          title="Register this redirect address at the provider, to the letter"
          isDone={tested}
        >
          <Group gap={4}>
            <Code style={{ overflowWrap: "anywhere" }}>{callback}</Code>
            <CopyButton value={callback} label="Copy the redirect address" />
          </Group>
        </Step>
        <Step
          number={3}
          title="Domains whose people are sent there"
          isDone={connection.domains.some(({ proved }) => proved)}
        >
          <Domains connection={connection} />
        </Step>
        <Step number={4} title="Try it out" isDone={tested}>
          <TryOut
            connection={connection}
            isTried={isTried}
            onTry={() => test.mutate(id)}
            isTrying={test.isPending}
          />
        </Step>
        <Step number={5} title="Make it the only way in" isDone={enforced}>
          <Stack gap="xs" align="flex-start">
            <Text size="sm">
              A password alone then opens this tenant to nobody. An owner with a second factor still comes in
              by both, for when the provider is away, so you need one first.
            </Text>
            <Button
              size="xs"
              variant={enforced ? "default" : "filled"}
              disabled={!tested}
              loading={command.isPending}
              onClick={() =>
                command.mutate(() => singleSignOn.enforce.mutate({ ...target, enforced: !enforced }))
              }
            >
              {enforced ? "Let passwords in again" : "Enforce"}
            </Button>
            {!tested && (
              <Text size="sm" c="dimmed">
                Once it was tried out.
              </Text>
            )}
          </Stack>
        </Step>
      </Stack>
    </Paper>
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly isDone: boolean;
  readonly children: ReactNode;
}

function Step({ number, title, isDone, children }: StepProps) {
  return (
    <Group component="li" gap="sm" align="flex-start" wrap="nowrap">
      <ThemeIcon
        size={24}
        radius="xl"
        variant={isDone ? "filled" : "light"}
        color={isDone ? "green.9" : "gray"}
        aria-hidden
      >
        {isDone ? <IconCheck size={14} /> : <IconCircle size={14} />}
      </ThemeIcon>
      <Stack gap={6} style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {number}. {title}
        </Text>
        {children}
      </Stack>
    </Group>
  );
}

interface TryOutProps extends ConnectionCardProps {
  readonly onTry: () => void;
  readonly isTrying: boolean;
}

/** A sign-in by it that changes no session: it shows what the provider's answer would make of the person. */
function TryOut({ connection, isTried, onTry, isTrying }: TryOutProps) {
  const { tested } = connection;
  const { at, role } = useTriedRole(connection);
  return (
    <Stack gap="xs" align="flex-start">
      {tested ? (
        <Text size="sm" component="div" role={isTried ? "status" : undefined}>
          The provider&apos;s answer was accepted
          {at && (
            <>
              {" "}
              <TimeAgo at={at} />
            </>
          )}
          :{" "}
          {role === undefined ? (
            "its claims alone give no role; a directory does."
          ) : (
            <>
              by its claims you would be <strong>{role}</strong> here.
            </>
          )}
        </Text>
      ) : (
        <Text size="sm">
          {isTried
            ? "It did not work. The log has the reason; change what the provider is asked for, and try again."
            : "You are sent to the provider and back, as a person who signs in. Your session stays as it is."}
        </Text>
      )}
      <Button size="xs" variant={tested ? "default" : "filled"} loading={isTrying} onClick={onTry}>
        {tested ? "Try it again" : "Try the sign-in"}
      </Button>
    </Stack>
  );
}

function Domains({ connection: { id, domains } }: { readonly connection: Connection }) {
  const { singleSignOn } = useTRPCClient();
  const { command } = useConnectionMutations();
  const [domain, setDomain] = useState("");
  return (
    <Stack gap="xs">
      {domains.length > 0 && (
        <ScrolledTable label="Domains" minWidth={520}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Domain</Table.Th>
              <Table.Th>TXT record that proves it</Table.Th>
              <Table.Th>
                <Text span size="sm" c="dimmed">
                  More
                </Text>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {domains.map(({ domain: each, proved, record }) => (
              <Table.Tr key={each}>
                <Table.Td>{each}</Table.Td>
                <Table.Td>
                  {proved ? (
                    <Badge variant="light" color="green" tt="none">
                      Proved
                    </Badge>
                  ) : (
                    <List size="xs" listStyleType="none">
                      <List.Item>
                        <Code>{record.name}</Code>
                      </List.Item>
                      <List.Item>
                        <Group gap={4} wrap="nowrap">
                          <Code style={{ overflowWrap: "anywhere" }}>{record.value}</Code>
                          <CopyButton value={record.value} label={`Copy the record of ${each}`} />
                        </Group>
                      </List.Item>
                    </List>
                  )}
                </Table.Td>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    {!proved && (
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={`Look for the record of ${each}`}
                        onClick={() =>
                          command.mutate(() => singleSignOn.proveDomain.mutate({ domain: each }))
                        }
                      >
                        Look for it
                      </Button>
                    )}
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="red"
                      aria-label={`Remove the domain ${each}`}
                      onClick={() => command.mutate(() => singleSignOn.removeDomain.mutate({ domain: each }))}
                    >
                      Remove
                    </Button>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrolledTable>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          command.mutate(() => singleSignOn.addDomain.mutate({ connectionId: id, domain }), {
            onSuccess: () => setDomain(""),
          });
        }}
      >
        <Group gap="xs" align="end">
          <TextInput
            label="Domain"
            size="xs"
            placeholder="example.com"
            value={domain}
            onChange={({ currentTarget }) => setDomain(currentTarget.value)}
          />
          <Button type="submit" size="xs" variant="default" disabled={domain.trim() === ""}>
            Add
          </Button>
        </Group>
      </form>
    </Stack>
  );
}

function mappingText({ roleClaim, roles, defaultRole }: Connection): string {
  const rest = defaultRole === null ? "everybody else stays out" : `everybody else is ${defaultRole}`;
  if (roleClaim === null) return `${rest.replace("everybody else", "everybody")}.`;
  const parts = Object.entries(roles).map(([value, role]) => `${value} is ${role}`);
  return `by ${roleClaim}, ${[...parts, rest].join(", ")}.`;
}
