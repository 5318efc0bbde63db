/** Whether somebody may do something somewhere, and which role decides that. */
import { Alert, Badge, NativeSelect, Select, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTRPC } from "../api/trpc.ts";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { SkeletonForm, SkeletonRows } from "../design/skeletons.tsx";
import { PeopleTabs } from "../members/PeopleTabs.tsx";
import { type Role, useMembers, useRoles } from "../members/use-people.ts";
import { permissionText } from "./permission-groups.ts";

type Permission = Role["permissions"][number];

export function AccessScreen() {
  const members = useMembers();
  const roles = useRoles();
  return (
    <>
      <ScreenTitle title="Who may do what" />
      <PeopleTabs />
      {members.isPending || roles.isPending ? (
        <SkeletonForm />
      ) : members.isError ? (
        <ProblemPanel error={members.error} onRetry={() => void members.refetch()} />
      ) : roles.isError ? (
        <ProblemPanel error={roles.error} onRetry={() => void roles.refetch()} />
      ) : (
        <Inspector
          people={members.data.pages
            .flatMap(({ items }) => items)
            .map(({ userId, name, email }) => ({ userId, name, email }))}
          permissions={roles.data.find(({ key }) => key === "owner")?.permissions ?? []}
          nameOf={(role) => roles.data.find(({ key }) => key === role)?.name ?? role}
        />
      )}
    </>
  );
}

interface InspectorProps {
  readonly people: readonly { readonly userId: string; readonly name: string; readonly email: string }[];
  readonly permissions: readonly Permission[];
  readonly nameOf: (role: string) => string;
}

function Inspector({ people, permissions, nameOf }: InspectorProps) {
  const trpc = useTRPC();
  const search = useSearch({ from: "/signed-in/t/$tenant/settings/access" });
  const navigate = useNavigate();
  const ask = (next: Partial<typeof search>) =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...next }), replace: true });
  const person = people.find(({ userId }) => userId === search.user) ?? people[0];
  const permission = permissions.find((each) => each === search.permission) ?? "toggle.write";
  const { data: projects = [] } = useQuery(trpc.projects.list.queryOptions());
  const { data: environments = [] } = useQuery(
    trpc.environments.list.queryOptions(
      { project: search.project ?? "" },
      { enabled: search.project !== undefined },
    ),
  );
  return (
    <Stack gap="lg" maw={860}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        <Select
          label="Person"
          searchable
          allowDeselect={false}
          data={people.map(({ userId, name, email }) => ({ value: userId, label: `${name} (${email})` }))}
          value={person?.userId ?? null}
          onChange={(user) => ask({ user: user ?? undefined })}
        />
        <Select
          label="Permission"
          searchable
          allowDeselect={false}
          data={permissions.map((each) => ({ value: each, label: permissionText(each) }))}
          value={permission}
          onChange={(each) => ask({ permission: each ?? undefined })}
        />
        <NativeSelect
          label="Project"
          data={[
            { value: "", label: "The tenant" },
            ...projects.map(({ key, name }) => ({ value: key, label: name })),
          ]}
          value={search.project ?? ""}
          onChange={({ currentTarget }) =>
            ask({ project: currentTarget.value || undefined, environment: undefined })
          }
        />
        <NativeSelect
          label="Environment"
          disabled={search.project === undefined}
          data={[
            { value: "", label: "All of them" },
            ...environments.map(({ key, name }) => ({ value: key, label: name })),
          ]}
          value={search.environment ?? ""}
          onChange={({ currentTarget }) => ask({ environment: currentTarget.value || undefined })}
        />
      </SimpleGrid>
      {person && (
        <Answer
          name={person.name}
          userId={person.userId}
          permission={permission}
          project={search.project}
          environment={search.environment}
          nameOf={nameOf}
        />
      )}
    </Stack>
  );
}

interface AnswerProps extends Pick<InspectorProps, "nameOf"> {
  readonly name: string;
  readonly userId: string;
  readonly permission: Permission;
  readonly project: string | undefined;
  readonly environment: string | undefined;
}

function Answer({ name, userId, permission, project, environment, nameOf }: AnswerProps) {
  const trpc = useTRPC();
  const place = {
    ...(project !== undefined && { project }),
    ...(environment !== undefined && { environment }),
  };
  const explained = useQuery(
    trpc.access.explain.queryOptions(
      { userId, permission, ...place },
      { placeholderData: (before) => before },
    ),
  );
  if (explained.isPending) return <SkeletonRows rows={2} />;
  if (explained.isError)
    return <ProblemPanel error={explained.error} onRetry={() => void explained.refetch()} />;
  const { isAllowed, bindings, words } = explained.data;
  const [deciding] = bindings;
  const where = project === undefined ? "the tenant" : [project, environment].filter(Boolean).join("/");
  const because = deciding ? `role ${nameOf(deciding.role)}, bound to the ${deciding.boundTo}` : "";
  return (
    <Stack gap="sm">
      <Alert
        color={isAllowed ? "green" : "red"}
        variant="light"
        icon={isAllowed ? <IconCheck /> : <IconX />}
        title={`${isAllowed ? "Yes" : "No"}: ${because}`}
        role="status"
      >
        Can {name} do {permission} in {where}? {isAllowed ? "Yes" : "No"}. {words}
      </Alert>
      <ScrolledTable label="Roles that were looked at" minWidth={420}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Role</Table.Th>
            <Table.Th>Bound to</Table.Th>
            <Table.Th>Has it</Table.Th>
            <Table.Th>Decides</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {bindings.map(({ role, boundTo, hasPermission, decides }) => (
            <Table.Tr key={boundTo}>
              <Table.Td>{nameOf(role)}</Table.Td>
              <Table.Td>the {boundTo}</Table.Td>
              <Table.Td>{hasPermission ? "yes" : "no"}</Table.Td>
              <Table.Td>
                {decides ? (
                  <Badge variant="light">decides</Badge>
                ) : (
                  <Text size="sm" c="dimmed">
                    not asked
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrolledTable>
    </Stack>
  );
}
