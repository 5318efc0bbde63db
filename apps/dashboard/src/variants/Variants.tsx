/** What a toggle can serve, in every environment at once; where each is served. */

import type { JsonValue } from "@burgee/engine";
import {
  ActionIcon,
  Alert,
  Anchor,
  Badge,
  Button,
  Code,
  Group,
  Menu,
  Stack,
  Table,
  Text,
  Title,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";
import { variantColour } from "../design/variant-colour.ts";
import { isCritical } from "../shell/environment-colour.ts";
import { useIsAllowed } from "../shell/permissions.ts";
import { useEnvironment, useEnvironments, useProject, useTenant } from "../shell/place.ts";
import { type Toggle, useToggle } from "../toggles/use-toggle.ts";
import { type Use, usedIn } from "./used-in.ts";
import { VariantDialog } from "./VariantDialog.tsx";
import { shownVariant } from "./variant-text.ts";

export function Variants() {
  const toggle = useToggle();
  const [edited, setEdited] = useState<{ readonly key: string; readonly value: JsonValue } | "new">();
  const update = useUpdate(toggle);
  const uses = usedIn(toggle);
  const entries = Object.entries(toggle.variants);
  const isFixed = toggle.kind === "boolean" || toggle.archived;
  const save = async (key: string, value: JsonValue) => {
    if (!(await isSure(toggle.key, update.criticalServing(uses.get(key) ?? [])))) return;
    await update.save({ ...toggle.variants, [key]: value }).then(
      () => {
        tell(`${key} is published in every environment.`);
        setEdited(undefined);
      },
      () => undefined,
    );
  };
  const remove = async (key: string) => {
    const { [key]: _, ...others } = toggle.variants;
    const isMeant = await confirmDanger({
      title: `Delete the variant ${key}?`,
      consequences: "No rule serves it any more. Programs that still expect it get another one.",
      confirm: "Delete",
    });
    if (isMeant) await update.save(others).then(() => tell(`${key} is deleted.`), tellProblem);
  };
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <div>
          <Title order={2} size="h4">
            Variants
          </Title>
          <Text size="sm" c="dimmed">
            What this {toggle.kind} toggle can serve. They are the same in every environment.
          </Text>
        </div>
        {!isFixed && (
          <Allowed permission="toggle.write">
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEdited("new")}>
              Add a variant
            </Button>
          </Allowed>
        )}
      </Group>
      {toggle.kind === "boolean" && (
        <Alert variant="light" color="gray" p="sm">
          A boolean toggle serves true and false, by the variants on and off; there is nothing to change.
        </Alert>
      )}
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing="sm" aria-label="Variants">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Key</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Served in</Table.Th>
              <Table.Th w={48}>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map(([key, value], index) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <Group gap={8} wrap="nowrap">
                    <span
                      aria-hidden
                      style={{
                        flex: "none",
                        width: 10,
                        height: 10,
                        borderRadius: 2,
                        background: variantColour(index),
                      }}
                    />
                    <Text size="sm" fw={600}>
                      {key}
                    </Text>
                  </Group>
                </Table.Td>
                <Table.Td maw={320}>
                  <Code style={{ overflowWrap: "anywhere" }}>{shownVariant(value)}</Code>
                </Table.Td>
                <Table.Td>
                  <Uses uses={uses.get(key) ?? []} />
                </Table.Td>
                <Table.Td>
                  {!isFixed && (
                    <VariantMenu
                      variant={key}
                      isUsed={(uses.get(key) ?? []).length > 0}
                      onChange={() => setEdited({ key, value })}
                      onRemove={() => void remove(key)}
                    />
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {edited !== undefined && (
        <VariantDialog
          kind={toggle.kind}
          variant={edited === "new" ? undefined : edited}
          taken={Object.keys(toggle.variants)}
          isPending={update.isPending}
          error={update.error}
          onSave={(key, value) => void save(key, value)}
          onClose={() => {
            update.reset();
            setEdited(undefined);
          }}
        />
      )}
    </Stack>
  );
}

function useUpdate({ key, settings }: Toggle) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const environments = useEnvironments();
  const environment = useEnvironment()?.key ?? "";
  const { mutateAsync, isPending, error, reset } = useMutation(
    trpc.toggles.update.mutationOptions({
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries({ queryKey: trpc.toggles.pathKey() }),
          queryClient.invalidateQueries({ queryKey: trpc.settings.pathKey() }),
        ]),
    }),
  );
  const expectedVersion = settings.find((each) => each.environment === environment)?.version ?? 1;
  return {
    isPending,
    error,
    reset,
    save: (variants: Record<string, JsonValue>) =>
      mutateAsync({ project, environment, key, expectedVersion, variants }),
    criticalServing: (uses: readonly Use[]) => {
      const critical = environments.filter(isCritical).map((each) => each.key);
      return [...new Set(uses.map((use) => use.environment))].filter((each) => critical.includes(each));
    },
  };
}

/** A value that customers get changes for them at once. */
async function isSure(toggle: string, critical: readonly string[]): Promise<boolean> {
  if (critical.length === 0) return true;
  return confirmDanger({
    title: `Change what ${critical.join(" and ")} serves?`,
    consequences: "The variant is served there. Everyone who has it gets the new value within a second.",
    typed: toggle,
    confirm: "Change",
  });
}

function Uses({ uses }: { readonly uses: readonly Use[] }) {
  const { slug: tenant } = useTenant();
  const { key: project } = useProject();
  const { toggle = "" } = useParams({ strict: false });
  const environments = [...new Set(uses.map(({ environment }) => environment))];
  if (environments.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nowhere
      </Text>
    );
  }
  return (
    <Group gap="xs">
      {environments.map((environment) => {
        const places = uses.filter((use) => use.environment === environment);
        return (
          <Tooltip key={environment} label={places.map(({ where }) => where).join(", ")} multiline maw={320}>
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link
                  {...props}
                  to="/t/$tenant/p/$project/toggles/$toggle/targeting"
                  params={{ tenant, project, toggle }}
                  search={{ env: environment }}
                />
              )}
            >
              {environment}{" "}
              <Badge size="xs" variant="default" component="span">
                {places.length}
              </Badge>
            </Anchor>
          </Tooltip>
        );
      })}
    </Group>
  );
}

interface VariantMenuProps {
  readonly variant: string;
  readonly isUsed: boolean;
  readonly onChange: () => void;
  readonly onRemove: () => void;
}

function VariantMenu({ variant, isUsed, onChange, onRemove }: VariantMenuProps) {
  const isAllowed = useIsAllowed("toggle.write");
  const button = (
    <ActionIcon variant="subtle" color="gray" aria-label={`What to do with ${variant}`}>
      <IconDots size={18} />
    </ActionIcon>
  );
  if (!isAllowed) return <Allowed permission="toggle.write">{button}</Allowed>;
  return (
    <Menu position="bottom-end">
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onChange}>Change the value</Menu.Item>
        <Menu.Item color="red" disabled={isUsed} onClick={onRemove}>
          {isUsed ? "Delete (served somewhere)" : "Delete"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
