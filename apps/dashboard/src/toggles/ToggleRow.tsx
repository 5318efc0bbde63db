import { Badge, Checkbox, Group, Switch, Table, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { memo } from "react";
import { Allowed } from "../design/Allowed.tsx";
import { AnchorLink } from "../design/links.tsx";
import { Sparkline } from "../design/Sparkline.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import type { Environment } from "../shell/place.ts";
import { outcomeText } from "./outcome-text.ts";
import type { FoundToggle } from "./toggle-search.ts";
import classes from "./toggle-table.module.css";

export interface ToggleRowProps {
  readonly toggle: FoundToggle;
  readonly index: number;
  readonly environments: readonly Environment[];
  readonly isSelected: boolean;
  readonly onSelect: (index: number, isRange: boolean) => void;
  readonly onSwitch: (toggle: FoundToggle, environment: Environment) => void;
}

const MOST_TAGS = 2;

export const ToggleRow = memo(function ToggleRow({
  toggle,
  index,
  environments,
  isSelected,
  onSelect,
  onSwitch,
}: ToggleRowProps) {
  const { tenant, project } = useParams({ from: "/signed-in/t/$tenant/p/$project/toggles" });
  const evaluations = toggle.days.reduce((sum, count) => sum + count, 0);
  return (
    <Table.Tr className={classes.row} aria-rowindex={index + 2} aria-selected={isSelected}>
      <Table.Td>
        <Checkbox
          aria-label={`Select ${toggle.key}`}
          checked={isSelected}
          onChange={() => undefined}
          onClick={({ shiftKey }) => onSelect(index, shiftKey)}
        />
      </Table.Td>
      <Table.Td className={classes.clipped}>
        <Group gap={6} wrap="nowrap">
          <AnchorLink
            to="/t/$tenant/p/$project/toggles/$toggle"
            params={{ tenant, project, toggle: toggle.key }}
            fw={550}
            size="sm"
            truncate
          >
            {toggle.key}
          </AnchorLink>
          {toggle.life?.staleSince && (
            <Badge size="xs" variant="light" color="yellow" c="var(--mantine-color-text)" tt="none">
              Stale
            </Badge>
          )}
        </Group>
        <Group gap={4} wrap="nowrap">
          {toggle.name && (
            <Text size="xs" c="dimmed" truncate>
              {toggle.name}
            </Text>
          )}
          {toggle.tags.slice(0, MOST_TAGS).map((tag) => (
            <Badge key={tag} size="xs" variant="default" tt="none" visibleFrom="sm" style={{ flexShrink: 0 }}>
              {tag}
            </Badge>
          ))}
          {toggle.tags.length > MOST_TAGS && (
            <Text size="xs" c="dimmed" visibleFrom="sm" title={toggle.tags.join(", ")}>
              +{toggle.tags.length - MOST_TAGS}
            </Text>
          )}
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="xl">
        <Text size="sm" c="dimmed">
          {toggle.kind}
        </Text>
      </Table.Td>
      {environments.map((environment, column) => (
        <Table.Td key={environment.key} visibleFrom={column === 0 ? undefined : "md"}>
          <SettingCell toggle={toggle} environment={environment} onSwitch={onSwitch} />
        </Table.Td>
      ))}
      <Table.Td visibleFrom="lg">
        <Sparkline
          values={toggle.days}
          label={`${evaluations.toLocaleString("en")} evaluations in ${environments[0]?.name ?? ""} in seven days`}
        />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" c="dimmed">
          <TimeAgo at={toggle.updatedAt} />
        </Text>
      </Table.Td>
    </Table.Tr>
  );
});

interface SettingCellProps extends Pick<ToggleRowProps, "onSwitch"> {
  readonly toggle: FoundToggle;
  readonly environment: Environment;
}

function SettingCell({ toggle, environment, onSwitch }: SettingCellProps) {
  const setting = toggle.settings.find((each) => each.environment === environment.key);
  if (!setting) return null;
  const outcome = outcomeText(setting);
  const isOn = setting.enabled;
  return (
    <Group gap="xs" wrap="nowrap">
      <Allowed permission="toggle.write" environment={environment.key}>
        <Switch
          size="sm"
          withThumbIndicator={false}
          onLabel="On"
          offLabel="Off"
          classNames={{ trackLabel: classes.switchLabel }}
          checked={isOn}
          disabled={toggle.archived}
          aria-label={`${toggle.key} in ${environment.name}`}
          onChange={() => onSwitch(toggle, environment)}
        />
      </Allowed>
      <Text size="xs" c="dimmed" truncate visibleFrom="sm" title={outcome}>
        {outcome}
      </Text>
    </Group>
  );
}
