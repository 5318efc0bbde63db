import { Alert, Button, Code, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import { CopyButton } from "../design/CopyButton.tsx";
import { FormProblem } from "../sign-in/FormProblem.tsx";

const LIVES = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "", label: "Never" },
];
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Makes a key, and shows it once. */
export function IssuePersonalKey({ onDone }: { readonly onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const place = useHome();
  const issue = useMutation(
    trpc.sdkKeys.issue.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.sdkKeys.listOwn.queryFilter()),
    }),
  );
  if (issue.data) return <Issued text={issue.data.key} onDone={onDone} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        issue.mutate({
          kind: "pat",
          name,
          ...place.chosen,
          ...(days !== "" && { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
        });
      }}
    >
      <Stack>
        <FormProblem error={issue.error} />
        <TextInput
          data-autofocus
          label="Name"
          description="What will send it, such as Deploy script."
          required
          withAsterisk={false}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Group grow>
          <Select
            label="Project"
            description="Meant where a request names none."
            data={place.projects}
            value={place.chosen.project ?? null}
            allowDeselect={false}
            onChange={place.setProject}
          />
          <Select
            label="Environment"
            description="Meant where a request names none."
            data={place.environments}
            value={place.chosen.environment ?? null}
            allowDeselect={false}
            onChange={place.setEnvironment}
          />
        </Group>
        <Select
          label="Ends"
          data={LIVES}
          value={days}
          allowDeselect={false}
          onChange={(value) => setDays(value ?? "")}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={issue.isPending} disabled={place.chosen.environment === undefined}>
            Make the key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Every key has a project and an environment of its own. */
function useHome() {
  const trpc = useTRPC();
  const [named, setNamed] = useState<{ readonly project?: string; readonly environment?: string }>({});
  const { data: projects = [] } = useQuery(trpc.projects.list.queryOptions());
  const project = named.project ?? projects[0]?.key;
  const { data: environments = [] } = useQuery(
    trpc.environments.list.queryOptions({ project: project ?? "" }, { enabled: project !== undefined }),
  );
  const environment = named.environment ?? environments[0]?.key;
  return {
    chosen: {
      ...(project !== undefined && { project }),
      ...(environment !== undefined && { environment }),
    },
    projects: projects.map(({ key, name }) => ({ value: key, label: name })),
    environments: environments.map(({ key, name }) => ({ value: key, label: name })),
    setProject: (key: string | null) => setNamed(key === null ? {} : { project: key }),
    setEnvironment: (key: string | null) => setNamed({ ...named, ...(key !== null && { environment: key }) }),
  };
}

function Issued({ text, onDone }: { readonly text: string; readonly onDone: () => void }) {
  return (
    <Stack>
      <Alert variant="light" color="indigo">
        This is the only time that the key is shown.
      </Alert>
      <Group gap={6} wrap="nowrap">
        <Code block style={{ flex: 1, overflowWrap: "anywhere", whiteSpace: "normal" }}>
          {text}
        </Code>
        <CopyButton value={text} label="Copy the key" />
      </Group>
      <Text size="sm" c="dimmed">
        Programs send it as: authorization: Bearer …
      </Text>
      <Group justify="flex-end">
        <Button onClick={onDone}>I have kept it</Button>
      </Group>
    </Stack>
  );
}
