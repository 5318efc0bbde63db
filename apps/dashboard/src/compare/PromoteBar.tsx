import { Button, Group, Menu, Paper, Text } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Outputs, useTRPC, useTRPCClient } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { ItemResults } from "../design/ItemResults.tsx";
import { type ItemResult, runEach } from "../design/run-each.ts";
import { type Environment, useProject } from "../shell/place.ts";
import { countedToggles } from "../toggles/counted-toggles.ts";
import { copiedSetting } from "./copy-setting.ts";
import { PromotePreview } from "./PromotePreview.tsx";

type Row = Outputs["settings"]["compare"]["items"][number];

export interface PromoteBarProps {
  /** Those that are selected. */
  readonly rows: readonly Row[];
  readonly source: Environment;
  readonly targets: readonly Environment[];
  readonly onDone: () => void;
}

/** Sets the selected toggles in another environment as they are in the source, one by one, and tells of each what came of it. */
export function PromoteBar({ rows, source, targets, onDone }: PromoteBarProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const [run, setRun] = useState<{ readonly title: string; readonly results: readonly ItemResult[] }>();

  async function promote(target: Environment) {
    const title = `Promote ${countedToggles(rows.length)} from ${source.name} to ${target.name}`;
    const isSure = await confirmDanger({
      title: `${title}?`,
      confirm: "Promote",
      typed: target.critical ? target.key : undefined,
      consequences: (
        <PromotePreview
          project={project}
          toggles={rows.map(({ key }) => key)}
          from={source.key}
          to={target.key}
        />
      ),
    });
    if (!isSure) return;
    // What is replaced is what was compared: whoever changed it meanwhile is not overwritten.
    const seen = new Map(
      rows.map(({ key, settings }) => [key, settings.find(({ environment }) => environment === target.key)]),
    );
    await runEach(
      rows.map(({ key }) => key),
      async (key) => {
        const to = seen.get(key);
        const toggle = await client.toggles.get.query({ project, environment: source.key, key });
        const from = toggle.settings.find(({ environment }) => environment === source.key);
        if (!from || !to) throw new Error("It is not set in both environments.");
        await client.settings.update.mutate({ project, ...copiedSetting(toggle, from, to) });
      },
      (results) => setRun({ title, results }),
    );
    onDone();
    await queryClient.invalidateQueries({ queryKey: trpc.settings.pathKey() });
    await queryClient.invalidateQueries({ queryKey: trpc.toggles.pathKey() });
  }

  return (
    <>
      {rows.length > 0 && (
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
              {countedToggles(rows.length)} selected
            </Text>
            <Menu position="top-end" shadow="md">
              <Menu.Target>
                <Button size="xs" leftSection={<IconArrowRight size={14} aria-hidden />}>
                  Promote to…
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {targets.map((target) => (
                  <Allowed key={target.key} permission="toggle.write" environment={target.key}>
                    <Menu.Item onClick={() => void promote(target)}>{target.name}</Menu.Item>
                  </Allowed>
                ))}
              </Menu.Dropdown>
            </Menu>
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
