import { Button, Group, Menu, Paper, Text } from "@mantine/core";
import { IconArchive, IconSwitchHorizontal, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { ItemResults } from "../design/ItemResults.tsx";
import { type ItemResult, runEach } from "../design/run-each.ts";
import { type Environment, useProject } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { countedToggles } from "./counted-toggles.ts";
import type { FoundToggle } from "./toggle-search.ts";

export interface BulkBarProps {
  /** Those that are selected. */
  readonly toggles: readonly FoundToggle[];
  readonly environments: readonly Environment[];
  readonly onDone: () => void;
}

/** What can be done to many toggles at once; it tells of each what came of it. */
export function BulkBar({ toggles, environments, onDone }: BulkBarProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const [run, setRun] = useState<{ readonly title: string; readonly results: readonly ItemResult[] }>();
  const count = toggles.length;
  useShortcut({ keys: "Escape", does: "Select nothing", section: "Toggles", run: onDone }, count > 0);

  async function forEach(title: string, work: (toggle: FoundToggle) => Promise<unknown>) {
    const byKey = new Map(toggles.map((toggle) => [toggle.key, toggle]));
    await runEach(
      toggles.map(({ key }) => key),
      async (key) => {
        const toggle = byKey.get(key);
        if (toggle) await work(toggle);
      },
      (results) => setRun({ title, results }),
    );
    onDone();
    await queryClient.invalidateQueries({ queryKey: trpc.toggles.pathKey() });
  }

  async function switchAll({ key: environment, name, critical }: Environment, enabled: boolean) {
    const title = `Turn ${countedToggles(count)} ${enabled ? "on" : "off"} in ${name}`;
    if (critical) {
      const consequences = `${name} is a critical environment, and SDKs hear of each within milliseconds.`;
      const confirm = enabled ? "Turn on" : "Turn off";
      if (!(await confirmDanger({ title: `${title}?`, consequences, typed: environment, confirm }))) return;
    }
    await forEach(title, async ({ key: toggle, settings }) => {
      const setting = settings.find((each) => each.environment === environment);
      if (!setting || setting.enabled === enabled) return;
      const expectedVersion = setting.version;
      await client.settings.setEnabled.mutate({ project, environment, toggle, expectedVersion, enabled });
    });
  }

  async function archiveAll() {
    const title = `Archive ${countedToggles(count)}`;
    const isSure = await confirmDanger({
      title: `${title}?`,
      consequences:
        "SDKs no longer know them, in any environment, and callers get their fallbacks. Their keys stay taken.",
      typed: "archive",
      confirm: "Archive",
    });
    if (!isSure) return;
    await forEach(title, async ({ key, settings: [setting] }) => {
      if (!setting) throw new Error("It has no setting in an environment that is shown.");
      const { environment, version: expectedVersion } = setting;
      await client.toggles.archive.mutate({ project, environment, key, expectedVersion });
    });
  }

  return (
    <>
      {count > 0 && (
        <Paper
          withBorder
          shadow="md"
          p="xs"
          pos="sticky"
          bottom={16}
          mt="md"
          role="region"
          aria-label="Selected toggles"
          style={{ zIndex: 2 }}
        >
          <Group justify="space-between" gap="xs">
            <Text size="sm" fw={550} role="status">
              {countedToggles(count)} selected
            </Text>
            <Group gap="xs">
              <Menu position="top-end" shadow="md">
                <Menu.Target>
                  <Button
                    size="xs"
                    variant="default"
                    leftSection={<IconSwitchHorizontal size={14} aria-hidden />}
                  >
                    Switch
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  {environments.flatMap((environment) =>
                    [true, false].map((enabled) => (
                      <Menu.Item
                        key={`${environment.key} ${enabled}`}
                        onClick={() => void switchAll(environment, enabled)}
                      >
                        Turn {enabled ? "on" : "off"} in {environment.name}
                      </Menu.Item>
                    )),
                  )}
                </Menu.Dropdown>
              </Menu>
              <Allowed permission="toggle.write">
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconArchive size={14} aria-hidden />}
                  onClick={() => void archiveAll()}
                >
                  Archive
                </Button>
              </Allowed>
              <Button
                size="xs"
                variant="subtle"
                color="gray"
                leftSection={<IconX size={14} aria-hidden />}
                onClick={onDone}
              >
                Clear
              </Button>
            </Group>
          </Group>
        </Paper>
      )}
      <ItemResults
        title={run?.title ?? ""}
        what="Toggle"
        results={run?.results}
        onClose={() => setRun(undefined)}
      />
    </>
  );
}
