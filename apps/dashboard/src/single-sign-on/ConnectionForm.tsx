import {
  ActionIcon,
  Button,
  Group,
  NativeSelect,
  PasswordInput,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { FormProblem } from "../sign-in/FormProblem.tsx";
import { type Connection, type NewConnection, useConnectionMutations } from "./use-connections.ts";

export interface ConnectionFormProps {
  /** Undefined for a new one. */
  readonly connection: Connection | undefined;
  readonly onDone: () => void;
}

type MappedRole = "viewer" | "editor" | "admin";

const ROLES: readonly { readonly value: MappedRole; readonly label: string }[] = [
  { value: "viewer", label: "Viewer" },
  { value: "editor", label: "Editor" },
  { value: "admin", label: "Admin" },
];

/** What a provider of OpenID Connect is asked for, and which role what it says becomes. */
export function ConnectionForm({ connection, onDone }: ConnectionFormProps) {
  const { create, update } = useConnectionMutations();
  const [form, setForm] = useState({
    name: connection?.name ?? "",
    issuer: connection?.issuer ?? "",
    clientId: connection?.clientId ?? "",
    clientSecret: "",
    roleClaim: connection?.roleClaim ?? "",
    defaultRole: connection?.defaultRole ?? "viewer",
  });
  const [roles, setRoles] = useState(
    Object.entries(connection?.roles ?? {}).map(([value, role]) => ({ id: nextId(), value, role })),
  );
  const set = (fields: Partial<typeof form>) => setForm({ ...form, ...fields });
  const save = () => {
    const { clientSecret, roleClaim, defaultRole, ...rest } = form;
    const settings = {
      ...rest,
      roleClaim: roleClaim.trim() === "" ? null : roleClaim.trim(),
      roles: Object.fromEntries(
        roles
          .filter(({ value }) => value.trim() !== "")
          .map(({ value, role }) => [value.trim(), roleOf(role) ?? "viewer"]),
      ),
      defaultRole: roleOf(defaultRole),
      ...(connection && { scopes: [...connection.scopes] }),
    } satisfies Omit<NewConnection, "clientSecret">;
    const options = { onSuccess: onDone };
    if (!connection) create.mutate({ ...settings, clientSecret }, options);
    else
      update.mutate(
        {
          ...settings,
          connectionId: connection.id,
          version: connection.version,
          ...(clientSecret !== "" && { clientSecret }),
        },
        options,
      );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack gap="sm">
        <FormProblem error={create.error ?? update.error} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput
            label="Name"
            description="What people see on the button."
            required
            withAsterisk={false}
            value={form.name}
            onChange={({ currentTarget }) => set({ name: currentTarget.value })}
          />
          <TextInput
            label="Issuer"
            description="The address beneath which /.well-known/openid-configuration lies."
            placeholder="https://login.example.com"
            required
            withAsterisk={false}
            value={form.issuer}
            onChange={({ currentTarget }) => set({ issuer: currentTarget.value })}
          />
          <TextInput
            label="Client id"
            required
            withAsterisk={false}
            autoComplete="off"
            value={form.clientId}
            onChange={({ currentTarget }) => set({ clientId: currentTarget.value })}
          />
          <PasswordInput
            label="Client secret"
            description={connection ? "Left empty, it stays." : undefined}
            required={!connection}
            withAsterisk={false}
            autoComplete="off"
            value={form.clientSecret}
            onChange={({ currentTarget }) => set({ clientSecret: currentTarget.value })}
          />
          <TextInput
            label="Claim that says the role"
            description="Such as groups; left empty, everybody gets the role beside it."
            value={form.roleClaim}
            onChange={({ currentTarget }) => set({ roleClaim: currentTarget.value })}
          />
          <NativeSelect
            label="Role of everybody else"
            description="Of whom the claim says nothing."
            data={[{ value: "", label: "None: they don't come in" }, ...ROLES]}
            value={form.defaultRole ?? ""}
            onChange={({ currentTarget }) => set({ defaultRole: currentTarget.value })}
          />
        </SimpleGrid>
        {form.roleClaim.trim() !== "" && (
          <Stack gap="xs" role="group" aria-label="Roles by the claim's values">
            {roles.map(({ id, value, role }, index) => (
              <Group key={id} gap="xs" align="end">
                <TextInput
                  label={`Value ${index + 1} of ${form.roleClaim}`}
                  size="xs"
                  value={value}
                  onChange={({ currentTarget }) =>
                    setRoles(
                      roles.map((each) => (each.id === id ? { ...each, value: currentTarget.value } : each)),
                    )
                  }
                />
                <NativeSelect
                  label="becomes"
                  size="xs"
                  data={[...ROLES]}
                  value={role}
                  onChange={({ currentTarget }) =>
                    setRoles(
                      roles.map((each) => (each.id === id ? { ...each, role: currentTarget.value } : each)),
                    )
                  }
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={30}
                  aria-label={`Remove value ${index + 1}`}
                  onClick={() => setRoles(roles.filter((each) => each.id !== id))}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Group>
            ))}
            <Group>
              <Button
                size="compact-xs"
                variant="default"
                leftSection={<IconPlus size={12} aria-hidden />}
                onClick={() => setRoles([...roles, { id: nextId(), value: "", role: "viewer" }])}
              >
                Add a value
              </Button>
            </Group>
          </Stack>
        )}
        {connection && (
          <Text size="sm" c="dimmed">
            After a change it has to be tried out again, and is not enforced until then.
          </Text>
        )}
        <Group>
          <Button type="submit" size="xs" loading={create.isPending || update.isPending}>
            {connection ? "Save the provider" : "Add the provider"}
          </Button>
          <Button size="xs" variant="default" onClick={onDone}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function roleOf(text: string | null): MappedRole | null {
  return ROLES.find(({ value }) => value === text)?.value ?? null;
}

let lastId = 0;
function nextId(): number {
  lastId += 1;
  return lastId;
}
