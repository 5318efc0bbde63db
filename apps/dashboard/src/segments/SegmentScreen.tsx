/** One segment: who belongs to it, and what asks it. */
import { Button, Grid, List, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { CopyButton } from "../design/CopyButton.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { AnchorLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { SkeletonForm, SkeletonRows } from "../design/skeletons.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";
import { useProject } from "../shell/place.ts";
import { SegmentForm } from "./SegmentForm.tsx";
import { useSegmentMutations } from "./use-segments.ts";

export function NewSegmentScreen() {
  const { key: project } = useProject();
  const { tenant = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const { create } = useSegmentMutations();
  const [key, setKey] = useState("");
  return (
    <>
      <ScreenTitle title="New segment" />
      <Stack maw={720} gap="md">
        <TextInput
          label="Key"
          description="Rules ask it by this, and it never changes."
          required
          withAsterisk={false}
          autoFocus
          maw={280}
          value={key}
          onChange={({ currentTarget }) => setKey(currentTarget.value)}
        />
        <SegmentForm
          segment={undefined}
          isSaving={create.isPending}
          error={create.error}
          onSave={(written) =>
            create.mutate(
              { project, key, ...written },
              {
                onSuccess: () =>
                  void navigate({
                    to: "/t/$tenant/p/$project/segments/$segment",
                    params: { tenant, project, segment: key },
                  }),
              },
            )
          }
        />
      </Stack>
    </>
  );
}

export function SegmentScreen() {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const { tenant = "", segment: key = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const { update, archive } = useSegmentMutations();
  const segment = useQuery(trpc.segments.get.queryOptions({ project, key }));
  const askToArchive = async (expectedVersion: number) => {
    const isSure = await confirmDanger({
      title: `Archive ${key}?`,
      consequences: "SDKs no longer know it. It can only go while nothing asks it; its history stays.",
      typed: key,
      confirm: "Archive",
    });
    if (!isSure) return;
    archive.mutate(
      { project, key, expectedVersion },
      {
        onSuccess: () => void navigate({ to: "/t/$tenant/p/$project/segments", params: { tenant, project } }),
        onError: tellProblem,
      },
    );
  };
  return (
    <>
      <ScreenTitle
        title={key}
        actions={
          segment.data &&
          !segment.data.archived && (
            <Allowed permission="segment.write">
              <Button
                size="xs"
                variant="subtle"
                color="red"
                onClick={() => void askToArchive(segment.data.version)}
              >
                Archive
              </Button>
            </Allowed>
          )
        }
      >
        {key} <CopyButton value={`segment('${key}')`} label="Copy how a rule asks it" />
      </ScreenTitle>
      {segment.isPending ? (
        <SkeletonForm />
      ) : segment.isError ? (
        <ProblemPanel error={segment.error} onRetry={() => void segment.refetch()} />
      ) : (
        <Grid gap="xl">
          <Grid.Col span={{ base: 12, md: 8 }}>
            {segment.data.archived && <Text mb="sm">This segment is archived, and no longer changes.</Text>}
            <SegmentForm
              key={segment.data.version}
              segment={segment.data}
              isSaving={update.isPending}
              error={update.error}
              onSave={(written) =>
                update.mutate(
                  { project, key, expectedVersion: segment.data.version, ...written },
                  {
                    onSuccess: ({ version, warnings }) =>
                      tell(
                        [
                          `Version ${version} of ${key} is on its way to SDKs.`,
                          ...warnings.map(({ message }) => message),
                        ].join(" "),
                      ),
                  },
                )
              }
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 4 }}>
            <Uses segment={key} />
          </Grid.Col>
        </Grid>
      )}
    </>
  );
}

function Uses({ segment }: { readonly segment: string }) {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const { tenant = "" } = useParams({ strict: false });
  const uses = useQuery(trpc.segments.uses.queryOptions({ project, key: segment }));
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        Asked by
      </Title>
      {uses.isPending ? (
        <SkeletonRows rows={3} height={28} />
      ) : uses.isError ? (
        <ProblemPanel error={uses.error} onRetry={() => void uses.refetch()} />
      ) : uses.data.settings.length + uses.data.segments.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing: it can be archived.
        </Text>
      ) : (
        <List size="sm" spacing={4}>
          {uses.data.settings.map(({ toggle, environment }) => (
            <List.Item key={`${toggle} ${environment}`}>
              <AnchorLink
                to="/t/$tenant/p/$project/toggles/$toggle"
                params={{ tenant, project, toggle }}
                search={{ env: environment }}
                size="sm"
              >
                {toggle}
              </AnchorLink>{" "}
              in {environment}
            </List.Item>
          ))}
          {uses.data.segments.map((other) => (
            <List.Item key={other}>
              the segment{" "}
              <AnchorLink
                to="/t/$tenant/p/$project/segments/$segment"
                params={{ tenant, project, segment: other }}
                size="sm"
              >
                {other}
              </AnchorLink>
            </List.Item>
          ))}
          {uses.data.isCut && <List.Item>and more</List.Item>}
        </List>
      )}
    </Stack>
  );
}
