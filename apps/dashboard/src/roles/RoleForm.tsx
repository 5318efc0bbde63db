import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { type Role, usePeopleMutations } from "../members/use-people.ts";
import { FormProblem } from "../sign-in/FormProblem.tsx";
import { permissionText } from "./permission-groups.ts";

export interface RoleFormProps {
  /** Undefined for a new one. */
  readonly role: Role | undefined;
  readonly roles: readonly Role[];
  readonly onDone: () => void;
}

type Permission = Role["permissions"][number];
type Grantable = Parameters<
  ReturnType<typeof usePeopleMutations>["createRole"]["mutate"]
>[0]["permissions"][number];

/** Only owners have these. */
const OF_OWNERS: readonly Permission[] = [
  "owner.write",
  "tenant.delete",
  "single_sign_on.write",
  "scim.write",
];

/** A role of the tenant's own: begun from another one, with what it has more or fewer said beside it. */
export function RoleForm({ role, roles, onDone }: RoleFormProps) {
  const { createRole, updateRole } = usePeopleMutations();
  const [base, setBase] = useState("viewer");
  const [name, setName] = useState(role?.name ?? "");
  const [chosen, setChosen] = useState<ReadonlySet<Permission>>(
    new Set(role?.permissions ?? permissionsOf(roles, "viewer")),
  );
  const all = permissionsOf(roles, "owner").filter(isGrantable);
  const baseHas = new Set(permissionsOf(roles, base));
  const more = [...chosen].filter((each) => !baseHas.has(each));
  const fewer = [...baseHas].filter((each) => isGrantable(each) && !chosen.has(each));
  const set = (permission: Permission, has: boolean) => {
    const next = new Set(chosen);
    if (has) next.add(permission);
    else next.delete(permission);
    setChosen(next);
  };
  const save = () => {
    const permissions = all.filter((each) => chosen.has(each));
    if (role?.version != null)
      updateRole.mutate(
        { key: role.key, name, permissions, expectedVersion: role.version },
        { onSuccess: onDone },
      );
    else createRole.mutate({ key: keyOf(name), name, permissions }, { onSuccess: onDone });
  };
  return (
    <Paper withBorder p="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap="sm">
          <FormProblem error={createRole.error ?? updateRole.error} />
          <Group align="end">
            <TextInput
              label="Name"
              size="xs"
              required
              withAsterisk={false}
              autoFocus
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <NativeSelect
              label={role ? "Compared with" : "Begin with"}
              size="xs"
              data={roles
                .filter(({ key }) => key !== role?.key)
                .map(({ key, name: label }) => ({ value: key, label }))}
              value={base}
              onChange={({ currentTarget }) => {
                setBase(currentTarget.value);
                if (!role) setChosen(new Set(permissionsOf(roles, currentTarget.value).filter(isGrantable)));
              }}
            />
          </Group>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing={6} role="group" aria-label="Permissions">
            {all.map((permission) => (
              <Checkbox
                key={permission}
                size="xs"
                label={permissionText(permission)}
                checked={chosen.has(permission)}
                onChange={({ currentTarget }) => set(permission, currentTarget.checked)}
              />
            ))}
          </SimpleGrid>
          <Text size="sm" c="dimmed" role="status">
            {differenceText(base, more, fewer)}
          </Text>
          <Group>
            <Button type="submit" size="xs" loading={createRole.isPending || updateRole.isPending}>
              {role ? "Save the role" : "Make the role"}
            </Button>
            <Button size="xs" variant="default" onClick={onDone}>
              Cancel
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

function permissionsOf(roles: readonly Role[], key: string): readonly Permission[] {
  return roles.find((role) => role.key === key)?.permissions ?? [];
}

function isGrantable(permission: Permission): permission is Grantable {
  return !OF_OWNERS.includes(permission);
}

function differenceText(base: string, more: readonly string[], fewer: readonly string[]): string {
  if (more.length + fewer.length === 0) return `The same as ${base}.`;
  const parts = [
    more.length > 0 && `more than ${base}: ${more.map(permissionText).join(", ")}`,
    fewer.length > 0 && `fewer than ${base}: ${fewer.map(permissionText).join(", ")}`,
  ].filter((part) => part !== false);
  const text = parts.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function keyOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 64);
}
