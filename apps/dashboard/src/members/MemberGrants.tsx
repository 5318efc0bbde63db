import { ActionIcon, Button, Group, List, NativeSelect, Stack, Text } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { type Member, useGrants, usePeopleMutations, useRoles } from "./use-people.ts";

/** Other roles than in the tenant, be they more or less: the most exact one decides. */
export function MemberGrants({ member }: { readonly member: Member }) {
  const grants = useGrants(member.userId);
  const { data: roles = [] } = useRoles();
  const { removeGrant } = usePeopleMutations();
  if (grants.isPending) return <SkeletonRows rows={1} />;
  if (grants.isError) return <ProblemPanel error={grants.error} onRetry={() => void grants.refetch()} />;
  const nameOf = (role: string | null) => roles.find(({ key }) => key === role)?.name ?? role;
  return (
    <Stack gap="xs" p="xs">
      {grants.data.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          The role in the tenant holds in every project.
        </Text>
      ) : (
        <List size="sm" aria-label={`Roles of ${member.name} by project`}>
          {grants.data.items.map(({ project, environment, role }) => (
            <List.Item key={`${project}/${environment}`}>
              <Group gap={4}>
                {nameOf(role)} in {environment === null ? project : `${project}/${environment}`}
                <Allowed permission="member.write">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size={24}
                    aria-label={`Take back ${nameOf(role)} in ${project}${environment === null ? "" : `/${environment}`}`}
                    onClick={() =>
                      removeGrant.mutate({
                        userId: member.userId,
                        project,
                        ...(environment !== null && { environment }),
                      })
                    }
                  >
                    <IconTrash size={14} />
                  </ActionIcon>
                </Allowed>
              </Group>
            </List.Item>
          ))}
        </List>
      )}
      {member.role === "owner" ? (
        <Text size="sm" c="dimmed">
          An owner may do everything everywhere; another role in a project would change nothing.
        </Text>
      ) : (
        <GrantForm member={member} />
      )}
    </Stack>
  );
}

function GrantForm({ member: { userId, name } }: { readonly member: Member }) {
  const trpc = useTRPC();
  const { data: projects = [] } = useQuery(trpc.projects.list.queryOptions());
  const { data: roles = [] } = useRoles();
  const { setGrant } = usePeopleMutations();
  const [project = projects[0]?.key ?? "", setProject] = useState<string>();
  const [environment, setEnvironment] = useState("");
  const [role, setRole] = useState("editor");
  const { data: environments = [] } = useQuery(
    trpc.environments.list.queryOptions({ project }, { enabled: project !== "" }),
  );
  return (
    <Group gap="xs" align="end">
      <NativeSelect
        label="Project"
        size="xs"
        data={projects.map(({ key, name: label }) => ({ value: key, label }))}
        value={project}
        onChange={({ currentTarget }) => {
          setProject(currentTarget.value);
          setEnvironment("");
        }}
      />
      <NativeSelect
        label="Environment"
        size="xs"
        data={[
          { value: "", label: "All of them" },
          ...environments.map(({ key, name: label }) => ({ value: key, label })),
        ]}
        value={environment}
        onChange={({ currentTarget }) => setEnvironment(currentTarget.value)}
      />
      <NativeSelect
        label="Role there"
        size="xs"
        data={roles
          .filter(({ key }) => key !== "owner")
          .map(({ key, name: label }) => ({ value: key, label }))}
        value={role}
        onChange={({ currentTarget }) => setRole(currentTarget.value)}
      />
      <Allowed permission="member.write">
        <Button
          size="xs"
          variant="default"
          aria-label={`Give ${name} this role there`}
          loading={setGrant.isPending}
          onClick={() =>
            setGrant.mutate({ userId, project, role, ...(environment !== "" && { environment }) })
          }
        >
          Give
        </Button>
      </Allowed>
    </Group>
  );
}
