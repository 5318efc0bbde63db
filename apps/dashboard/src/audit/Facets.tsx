import { Button, Group, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Outputs } from "../api/trpc.ts";
import { useTRPC } from "../api/trpc.ts";
import { useActorNames } from "../design/actor-names.ts";
import { type AuditSearch, filterOf, NAMES, saidFilters } from "./audit-search.ts";

export interface FacetsProps {
  readonly search: AuditSearch;
  readonly narrow: (next: Partial<AuditSearch>) => void;
  readonly onClear: () => void;
}

type Values = Outputs["audit"]["facets"]["values"];
type Choice = "actor" | "action" | "kind" | "project" | "environment";

/** What is asked for: chosen from what there is, with how often, or written. */
export function Facets({ search, narrow, onClear }: FacetsProps) {
  const trpc = useTRPC();
  const nameOf = useActorNames();
  const facets = useQuery(
    trpc.audit.facets.queryOptions(filterOf(search), { placeholderData: (before) => before }),
  );
  const values = facets.data?.values;
  const choices: readonly { readonly facet: Choice; readonly of: keyof Values }[] = [
    { facet: "actor", of: "actor" },
    { facet: "action", of: "action" },
    { facet: "kind", of: "objectKind" },
    { facet: "project", of: "project" },
    { facet: "environment", of: "environment" },
  ];
  const isNarrowed = saidFilters(search, nameOf).length > 0;
  return (
    <Stack gap="xs" role="search" aria-label="Filters of the log">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm">
        {choices.map(({ facet, of }) => (
          <Select
            key={facet}
            label={NAMES[facet]}
            size="xs"
            searchable
            clearable
            clearButtonProps={{ "aria-label": `Clear: ${NAMES[facet]}` }}
            placeholder="Any"
            data={optionsOf(values?.[of] ?? [], search[facet], facet === "actor" ? nameOf : undefined)}
            value={search[facet] ?? null}
            onChange={(value) => narrow({ [facet]: value ?? undefined })}
          />
        ))}
        <Written facet="key" search={search} narrow={narrow} />
        <Written facet="request" search={search} narrow={narrow} />
        <TextInput
          label={NAMES.from}
          size="xs"
          type="date"
          value={search.from ?? ""}
          onChange={({ currentTarget }) => narrow({ from: currentTarget.value || undefined })}
        />
        <TextInput
          label={NAMES.to}
          size="xs"
          type="date"
          value={search.to ?? ""}
          onChange={({ currentTarget }) => narrow({ to: currentTarget.value || undefined })}
        />
      </SimpleGrid>
      {isNarrowed && (
        <Group>
          <Button size="compact-xs" variant="subtle" onClick={onClear}>
            Clear filters
          </Button>
        </Group>
      )}
    </Stack>
  );
}

interface WrittenProps extends Pick<FacetsProps, "search" | "narrow"> {
  readonly facet: "key" | "request";
}

/** Asked for once it is left, or by Enter. */
function Written({ facet, search, narrow }: WrittenProps) {
  const value = search[facet] ?? "";
  const ask = (text: string) => text.trim() !== value && narrow({ [facet]: text.trim() || undefined });
  return (
    <TextInput
      key={value}
      label={NAMES[facet]}
      size="xs"
      defaultValue={value}
      onBlur={({ currentTarget }) => ask(currentTarget.value)}
      onKeyDown={({ key, currentTarget }) => key === "Enter" && ask(currentTarget.value)}
    />
  );
}

function optionsOf(
  found: Values[keyof Values],
  chosen: string | undefined,
  nameOf: (value: string) => string = (value) => value,
) {
  const options = found.map(({ value, count }) => ({ value, label: `${nameOf(value)} (${count})` }));
  const isThere = chosen === undefined || options.some(({ value }) => value === chosen);
  return isThere ? options : [{ value: chosen, label: nameOf(chosen) }, ...options];
}
