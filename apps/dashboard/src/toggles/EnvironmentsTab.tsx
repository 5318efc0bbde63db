import { Badge, Button, Menu, Stack, Table, Text } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { CopySettingDialog } from "../compare/CopySettingDialog.tsx";
import { type Setting, textsOf } from "../compare/setting-texts.ts";
import { Allowed } from "../design/Allowed.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { type Environment, useEnvironments } from "../shell/place.ts";
import classes from "./environments-tab.module.css";
import { useToggle } from "./use-toggle.ts";

interface Column {
  readonly environment: Environment;
  readonly setting: Setting;
}

/** How one toggle is set in each environment, beside each other; what is otherwise than in the reference is marked. */
export function EnvironmentsTab() {
  const toggle = useToggle();
  const environments = useEnvironments();
  const [copied, setCopied] = useState<{ readonly from: string; readonly to: string }>();
  const columns = environments.flatMap((environment): readonly Column[] => {
    const setting = toggle.settings.find((each) => each.environment === environment.key);
    return setting ? [{ environment, setting }] : [];
  });
  const reference = columns.find(({ environment }) => environment.critical) ?? columns[0];
  if (!reference) return null;
  const aspects = textsOf(reference.setting);
  return (
    <>
      <Table.ScrollContainer
        minWidth={240 + columns.length * 180}
        scrollAreaProps={{
          viewportProps: { tabIndex: 0, role: "region", "aria-label": "Settings by environment" },
        }}
      >
        <Table withColumnBorders className={classes.table} verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Td className={classes.first} />
              {columns.map(({ environment }) => (
                <Table.Th key={environment.key} scope="col">
                  {environment.name}
                  {environment === reference.environment && columns.length > 1 && (
                    <Text size="xs" c="dimmed" fw={400}>
                      The others are compared with it
                    </Text>
                  )}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {aspects.map(({ aspect, lines }, row) => (
              <Table.Tr key={aspect}>
                <Table.Th scope="row" className={classes.first}>
                  {aspect}
                </Table.Th>
                {columns.map(({ environment, setting }) => {
                  const here = textsOf(setting)[row]?.lines ?? [];
                  return (
                    <Table.Td key={environment.key} valign="top">
                      <Lines lines={here} />
                      {!isSame(here, lines) && (
                        <Badge
                          size="sm"
                          variant="light"
                          color="yellow"
                          c="var(--mantine-color-text)"
                          tt="none"
                          mt={4}
                        >
                          ≠ differs from {reference.environment.name}
                        </Badge>
                      )}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Th scope="row" className={classes.first}>
                Last change
              </Table.Th>
              {columns.map(({ environment, setting }) => (
                <Table.Td key={environment.key}>
                  <Text size="sm" c="dimmed">
                    <TimeAgo at={setting.updatedAt} />, version {setting.version}
                  </Text>
                </Table.Td>
              ))}
            </Table.Tr>
            {columns.length > 1 && !toggle.archived && (
              <Table.Tr>
                <Table.Th scope="row" className={classes.first}>
                  Copy
                </Table.Th>
                {columns.map(({ environment }) => (
                  <Table.Td key={environment.key}>
                    <CopyTo
                      from={environment}
                      others={columns.map((each) => each.environment).filter((each) => each !== environment)}
                      onChoose={(to) => setCopied({ from: environment.key, to })}
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            )}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {copied && <CopySettingDialog toggle={toggle} {...copied} onClose={() => setCopied(undefined)} />}
    </>
  );
}

interface CopyToProps {
  readonly from: Environment;
  readonly others: readonly Environment[];
  readonly onChoose: (to: string) => void;
}

function CopyTo({ from, others, onChoose }: CopyToProps) {
  return (
    <Menu shadow="md">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconCopy size={14} aria-hidden />}>
          Copy {from.name} to…
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {others.map(({ key, name }) => (
          <Allowed key={key} permission="toggle.write" environment={key}>
            <Menu.Item onClick={() => onChoose(key)}>{name}</Menu.Item>
          </Allowed>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0)
    return (
      <Text size="sm" c="dimmed">
        None
      </Text>
    );
  return (
    <Stack gap={4}>
      {lines.map((line) => (
        <Text key={line} size="sm" style={{ overflowWrap: "anywhere" }}>
          {line}
        </Text>
      ))}
    </Stack>
  );
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
