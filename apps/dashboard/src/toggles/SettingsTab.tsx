import {
  Button,
  Card,
  Divider,
  Group,
  List,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../api/problem.ts";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { tell } from "../design/tell-undo.tsx";
import { useProject } from "../shell/place.ts";
import { useSetting, useToggle } from "./use-toggle.ts";

/** What a toggle is called and for how long it is needed, and its end. */
export function SettingsTab() {
  const { archived, createdAt } = useToggle();
  return (
    <Stack maw={640} gap="lg">
      <Text size="sm" c="dimmed">
        Created <TimeAgo at={createdAt} />
      </Text>
      {!archived && (
        <>
          <Description />
          <ExpectedEnd />
          <Archive />
        </>
      )}
    </Stack>
  );
}

function Description() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const { key, environment, ...toggle } = useToggle();
  const { version } = useSetting();
  const [name, setName] = useState(toggle.name);
  const [description, setDescription] = useState(toggle.description);
  const [tags, setTags] = useState<string[]>([...toggle.tags]);
  const update = useMutation(
    trpc.toggles.update.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.toggles.pathKey() });
        tell("Saved.");
      },
    }),
  );
  const issues = update.isError ? problemOf(update.error).issues : [];
  const issueOf = (field: string) => issues.find(({ pointer }) => pointer.startsWith(`/${field}`))?.message;
  const isChanged =
    name !== toggle.name ||
    description !== toggle.description ||
    tags.toSorted().join() !== toggle.tags.toSorted().join();
  return (
    <form
      aria-label="Name and description"
      onSubmit={(event) => {
        event.preventDefault();
        update.mutate({ project, environment, key, expectedVersion: version, name, description, tags });
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          maxLength={100}
          value={name}
          error={issueOf("name")}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxLength={2000}
          value={description}
          error={issueOf("description")}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        />
        <TagsInput
          label="Tags"
          value={tags}
          error={issueOf("tags")}
          onChange={(next) => setTags(next.map((tag) => tag.toLowerCase()))}
        />
        {update.isError && issues.length === 0 && <ProblemPanel error={update.error} />}
        <Group>
          <Allowed permission="toggle.write">
            <Button type="submit" disabled={!isChanged} loading={update.isPending}>
              Save
            </Button>
          </Allowed>
        </Group>
      </Stack>
    </form>
  );
}

function ExpectedEnd() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const { key, expectedEnd } = useToggle();
  const [day, setDay] = useState(expectedEnd ?? "");
  const set = useMutation(
    trpc.toggles.setExpectedEnd.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.toggles.pathKey() });
        tell("Saved.");
      },
    }),
  );
  return (
    <form
      aria-label="Expected end"
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate({ project, key, expectedEnd: day === "" ? null : day });
      }}
    >
      <Stack gap="xs">
        <TextInput
          type="date"
          label="Expected to be needed until"
          description="Nothing ends by itself: from the next day on it is called stale. Leave it empty for a permanent toggle."
          value={day}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
        />
        {set.isError && <ProblemPanel error={set.error} />}
        <Group>
          <Allowed permission="toggle.write">
            <Button
              type="submit"
              variant="default"
              disabled={day === (expectedEnd ?? "")}
              loading={set.isPending}
            >
              Save the day
            </Button>
          </Allowed>
        </Group>
      </Stack>
    </form>
  );
}

function Archive() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const { key, environment, settings } = useToggle();
  const { version } = useSetting();
  const on = settings.filter(({ enabled }) => enabled).map((each) => each.environment);
  const usage = useQuery(trpc.toggles.usage.queryOptions({ project, environment, key }));
  const evaluations = usage.data?.variants.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const archive = useMutation(
    trpc.toggles.archive.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.toggles.pathKey() }),
    }),
  );

  async function ask() {
    const isSure = await confirmDanger({
      title: `Archive ${key}?`,
      typed: key,
      confirm: "Archive",
      consequences:
        "SDKs no longer know it, in any environment, and callers get their fallbacks. Its history stays, and its key stays taken. This can't be undone.",
    });
    if (isSure) archive.mutate({ project, environment, key, expectedVersion: version });
  }

  return (
    <Card withBorder>
      <Title order={2} size="h5">
        Archive
      </Title>
      <Divider my="sm" />
      <List size="sm" mb="sm">
        <List.Item>
          {on.length === 0
            ? "It is off everywhere."
            : `It is on in ${on.join(", ")}: whoever gets it now gets their fallback.`}
        </List.Item>
        <List.Item>
          {evaluations === 0
            ? `No SDK evaluated it in ${environment} in the last day.`
            : `SDKs evaluated it ${evaluations.toLocaleString("en")} times in ${environment} in the last day: take it out of your code first.`}
        </List.Item>
        <List.Item>A toggle that others have as a prerequisite can't be archived.</List.Item>
      </List>
      {archive.isError && <ProblemPanel error={archive.error} />}
      <Group mt="sm">
        <Allowed permission="toggle.write">
          <Button color="red" variant="light" loading={archive.isPending} onClick={() => void ask()}>
            Archive toggle
          </Button>
        </Allowed>
      </Group>
    </Card>
  );
}
