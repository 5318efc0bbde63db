import {
  Button,
  Card,
  Code,
  Grid,
  Group,
  SegmentedControl,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { codeOf, problemOf } from "../api/problem.ts";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { CopyButton } from "../design/CopyButton.tsx";
import { AnchorLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { tellProblem } from "../design/tell-undo.tsx";
import { NoEnvironment } from "../environments/NoEnvironment.tsx";
import { useEnvironment, useProject } from "../shell/place.ts";
import { LIVES, type Life, lastDayOf } from "./expected-life.ts";
import { keyFromName } from "./key-from-name.ts";
import { snippetOf } from "./snippet.ts";
import { useKeyCheck } from "./use-key-check.ts";
import { VariantFields } from "./VariantFields.tsx";
import { type DraftVariants, firstVariants, readVariants } from "./variant-draft.ts";

/** One screen, which a name and Mod+Enter are enough for. */
export function CreateToggle() {
  const project = useProject();
  return (
    <>
      <ScreenTitle
        title="Create a toggle"
        description={`In the project ${project.name}, off in every environment`}
      />
      {useEnvironment() ? <Form /> : <NoEnvironment />}
    </>
  );
}

type Kind = "boolean" | "string" | "number" | "json";
const KINDS: readonly { readonly value: Kind; readonly label: string }[] = [
  { value: "boolean", label: "Boolean" },
  { value: "string", label: "Text" },
  { value: "number", label: "Number" },
  { value: "json", label: "JSON" },
];

function Form() {
  const { tenant, project } = useParams({ from: "/signed-in/t/$tenant/p/$project/new-toggle" });
  const environment = useEnvironment()?.key ?? "";
  const trpc = useTRPC();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [ownKey, setOwnKey] = useState<string>();
  const [kind, setKind] = useState<Kind>("boolean");
  const [draft, setDraft] = useState<DraftVariants>(firstVariants("string"));
  const [description, setDescription] = useState("");
  const [tags, setTags] = useState<string[]>([]);
  const [life, setLife] = useState<Life>("release");
  const key = ownKey ?? keyFromName(name);
  const check = useKeyCheck(key);
  const read = readVariants(kind, draft);
  const setEnd = useMutation(trpc.toggles.setExpectedEnd.mutationOptions());
  const create = useMutation(trpc.toggles.create.mutationOptions());
  const issues = create.isError ? problemOf(create.error).issues : [];
  const issueOf = (field: string) => issues.find(({ pointer }) => pointer.startsWith(`/${field}`))?.message;
  const isReady =
    key !== "" && check.error === undefined && (kind === "boolean" || read.problem === undefined);

  async function save() {
    if (!isReady || create.isPending) return;
    await create.mutateAsync({
      ...{ project, environment, key, name, description, tags, kind, enabled: false },
      ...(kind === "boolean"
        ? { default: true, off: false }
        : { variants: read.variants, default: read.default, off: read.off }),
    });
    const expectedEnd = lastDayOf(life);
    // The toggle is there already: without its end it is as good, and its settings have a field for it.
    if (expectedEnd !== null) await setEnd.mutateAsync({ project, key, expectedEnd }).catch(tellProblem);
    await queryClient.invalidateQueries({ queryKey: trpc.toggles.pathKey() });
    await navigate({ to: "/t/$tenant/p/$project/toggles/$toggle", params: { tenant, project, toggle: key } });
  }

  const saveNow = () => void save().catch(() => undefined);
  return (
    <form
      aria-label="Create a toggle"
      // On its way in, for the field of tags has a use of its own for Enter.
      onKeyDownCapture={({ key: pressed, ctrlKey, metaKey }) => {
        if (pressed === "Enter" && (ctrlKey || metaKey)) saveNow();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        saveNow();
      }}
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <TextInput
              label="Name"
              description="What people call it."
              data-autofocus
              autoFocus
              maxLength={100}
              value={name}
              error={issueOf("name")}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <TextInput
              label="Key"
              description="What programs ask for. It is for good."
              required
              value={key}
              spellCheck={false}
              error={check.error ?? issueOf("key")}
              rightSectionWidth={90}
              rightSection={
                <Text size="xs" c="dimmed" role="status">
                  {check.said}
                </Text>
              }
              onChange={({ currentTarget }) => setOwnKey(currentTarget.value)}
            />
            <Stack gap={6} role="group" aria-labelledby="kind-label">
              <Text size="sm" fw={500} id="kind-label">
                Type
              </Text>
              <SegmentedControl
                aria-labelledby="kind-label"
                data={[...KINDS]}
                value={kind}
                onChange={(chosen) => {
                  const next = KINDS.find(({ value }) => value === chosen)?.value ?? "boolean";
                  setKind(next);
                  setDraft(firstVariants(next));
                }}
              />
              <Text size="xs" c="dimmed">
                {kind === "boolean"
                  ? "Serves true while it is on, and false while it is off."
                  : "Serves one of the values below. The type is for good; values can change."}
              </Text>
            </Stack>
            {kind !== "boolean" && (
              <VariantFields kind={kind} draft={draft} problem={read.problem} onChange={setDraft} />
            )}
            <Stack gap={6} role="group" aria-labelledby="life-label">
              <Text size="sm" fw={500} id="life-label">
                Expected life
              </Text>
              <SegmentedControl
                aria-labelledby="life-label"
                data={LIVES.map(({ value, label }) => ({ value, label }))}
                value={life}
                onChange={(chosen) =>
                  setLife(LIVES.find(({ value }) => value === chosen)?.value ?? "release")
                }
              />
              <Text size="xs" c="dimmed">
                {LIVES.find(({ value }) => value === life)?.means}
              </Text>
            </Stack>
            <TagsInput
              label="Tags"
              description="By which it is found, such as tag:web."
              placeholder={tags.length === 0 ? "web, payments" : ""}
              value={tags}
              error={issueOf("tags")}
              onChange={(next) => setTags(next.map((tag) => tag.toLowerCase()))}
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
            {create.isError && codeOf(create.error) !== "toggle_key_taken" && (
              <ProblemPanel error={create.error} />
            )}
            <Group>
              <Allowed permission="toggle.write">
                <Button type="submit" loading={create.isPending} disabled={!isReady}>
                  Create toggle
                </Button>
              </Allowed>
              <AnchorLink size="sm" to="/t/$tenant/p/$project/toggles" params={{ tenant, project }}>
                Cancel
              </AnchorLink>
            </Group>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Preview kind={kind} toggleKey={key === "" ? "new-checkout" : key} />
        </Grid.Col>
      </Grid>
    </form>
  );
}

function Preview({ kind, toggleKey }: { readonly kind: Kind; readonly toggleKey: string }) {
  const snippet = snippetOf(kind, toggleKey);
  return (
    <Card withBorder pos="sticky" top={80}>
      <Group justify="space-between" mb="xs">
        <Text fw={600} size="sm">
          In your code
        </Text>
        <CopyButton value={snippet} label="Copy the code" />
      </Group>
      <Code block tabIndex={0}>
        {snippet}
      </Code>
      <Text size="xs" c="dimmed" mt="xs">
        {kind === "boolean"
          ? "It is false while Burgee was never heard."
          : "The second value is what your program gets while Burgee was never heard."}
      </Text>
    </Card>
  );
}
