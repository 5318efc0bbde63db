/** What each role may do, as one matrix, and the tenant's own roles beside the built-in ones. */
import { ActionIcon, Badge, Button, Group, NativeSelect, Stack, Table, Text } from "@mantine/core";
import { IconCheck, IconMinus, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { PeopleTabs } from "../members/PeopleTabs.tsx";
import { type Role, usePeopleMutations, useRoles } from "../members/use-people.ts";
import { permissionText } from "./permission-groups.ts";
import { RoleForm } from "./RoleForm.tsx";

export function RolesScreen() {
  const roles = useRoles();
  const [edited, setEdited] = useState<Role | "new">();
  return (
    <>
      <ScreenTitle
        title="Roles"
        actions={
          <Allowed permission="role.write">
            <Button
              size="xs"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => setEdited("new")}
            >
              New role
            </Button>
          </Allowed>
        }
      />
      <PeopleTabs />
      {roles.isPending ? (
        <SkeletonRows rows={12} height={36} />
      ) : roles.isError ? (
        <ProblemPanel error={roles.error} onRetry={() => void roles.refetch()} />
      ) : (
        <Stack gap="lg">
          {edited !== undefined && (
            <RoleForm
              key={edited === "new" ? "new" : edited.key}
              role={edited === "new" ? undefined : edited}
              roles={roles.data}
              onDone={() => setEdited(undefined)}
            />
          )}
          <Matrix roles={roles.data} onEdit={setEdited} />
        </Stack>
      )}
    </>
  );
}

interface MatrixProps {
  readonly roles: readonly Role[];
  readonly onEdit: (role: Role) => void;
}

function Matrix({ roles, onEdit }: MatrixProps) {
  const { base: asked } = useSearch({ from: "/signed-in/t/$tenant/settings/roles" });
  const navigate = useNavigate();
  const base = roles.find(({ key }) => key === asked);
  const rows = roles.find(({ key }) => key === "owner")?.permissions ?? [];
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Compare with"
        size="xs"
        w={220}
        data={[
          { value: "", label: "No role" },
          ...roles.map(({ key, name }) => ({ value: key, label: name })),
        ]}
        value={base?.key ?? ""}
        onChange={({ currentTarget }) =>
          void navigate({ to: ".", search: { base: currentTarget.value || undefined } })
        }
      />
      <ScrolledTable label="What each role may do" minWidth={220 + roles.length * 110} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Permission</Table.Th>
            {roles.map((role) => (
              <Table.Th key={role.key}>
                <RoleHead role={role} base={base} onEdit={onEdit} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((permission) => (
            <Table.Tr key={permission}>
              <Table.Th fw={400} scope="row">
                {permissionText(permission)}
              </Table.Th>
              {roles.map(({ key, permissions }) => (
                <Table.Td key={key}>
                  <Mark
                    has={permissions.includes(permission)}
                    baseHas={base && base.key !== key ? base.permissions.includes(permission) : undefined}
                  />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrolledTable>
    </Stack>
  );
}

interface RoleHeadProps {
  readonly role: Role;
  readonly base: Role | undefined;
  readonly onEdit: (role: Role) => void;
}

function RoleHead({ role, base, onEdit }: RoleHeadProps) {
  const { deleteRole } = usePeopleMutations();
  const { key, name, isBuiltIn, permissions, version } = role;
  const more = base ? permissions.filter((each) => !base.permissions.includes(each)).length : 0;
  const less = base ? base.permissions.filter((each) => !permissions.includes(each)).length : 0;
  return (
    <Stack gap={2}>
      <Group gap={4} wrap="nowrap">
        <Text size="sm" fw={600}>
          {name}
        </Text>
        {!isBuiltIn && (
          <>
            <Allowed permission="role.write">
              <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                aria-label={`Change the role ${name}`}
                onClick={() => onEdit(role)}
              >
                <IconPencil size={14} />
              </ActionIcon>
            </Allowed>
            <Allowed permission="role.write">
              <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                aria-label={`Delete the role ${name}`}
                onClick={async () => {
                  const isSure = await confirmDanger({
                    title: `Delete the role ${name}?`,
                    consequences: "It can only go while nobody has it.",
                    confirm: "Delete",
                  });
                  if (isSure && version !== null) deleteRole.mutate({ key, expectedVersion: version });
                }}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </Allowed>
          </>
        )}
      </Group>
      <Text size="xs" c="dimmed" fw={400}>
        {base && base.key !== key ? `${more} more, ${less} fewer` : isBuiltIn ? "built in" : "your own"}
      </Text>
    </Stack>
  );
}

/** Whether a role has it, and whether that differs from the role it is compared with: by words, not by colour alone. */
function Mark({ has, baseHas }: { readonly has: boolean; readonly baseHas: boolean | undefined }) {
  if (baseHas !== undefined && has !== baseHas) {
    return (
      <Badge size="sm" variant="light" color={has ? "green" : "red"} tt="none">
        {has ? "more" : "fewer"}
      </Badge>
    );
  }
  return has ? (
    <IconCheck size={16} role="img" aria-label="yes" aria-hidden={false} />
  ) : (
    <IconMinus size={16} role="img" aria-label="no" aria-hidden={false} color="var(--mantine-color-dimmed)" />
  );
}
