/** Toggles over REST: changed by people, and read by people and by servers. */
import {
  archiveToggle,
  archiveToggleInput,
  type Caller,
  type ChangedToggleView,
  createToggle,
  createToggleInput,
  environmentScope,
  getToggle,
  getToggleInput,
  listToggles,
  listTogglesInput,
  parseInput,
  refuse,
  updateSetting,
  updateSettingInput,
  updateToggle,
  updateToggleInput,
} from "@burgee/core";
import { z } from "zod";
import type { MakeCaller } from "../access/callers.ts";
import { personalKey, trustedKey } from "../access/credential.ts";
import { BUDGET_MS, type EvaluateOne } from "../evaluations/evaluate.ts";
import { explainInput } from "../evaluations/explain-input.ts";
import type { ContextReader, RequestContext } from "../evaluations/read-context.ts";
import { type Answer, defineRoute, type Exchange, type Route } from "../http/define-route.ts";
import { goOn } from "../http/go-on.ts";
import { limitInQuery, noBody, type RawQuery, rawQuery } from "../http/inputs.ts";
import { expectedVersionOf, versionTag } from "../http/preconditions.ts";

const scopeQuery = z.strictObject(environmentScope);
type ScopeQuery = z.output<typeof scopeQuery>;

const explainQuery = z.object({ explain: explainInput });

const listQuery = listTogglesInput.extend({ limit: limitInQuery });

/** The toggle and its version are named by the address and by If-Match. */
const settingBody = updateSettingInput.omit({
  project: true,
  environment: true,
  toggle: true,
  expectedVersion: true,
});

const definitionBody = updateToggleInput.omit({
  project: true,
  environment: true,
  key: true,
  expectedVersion: true,
});

export interface ToggleRouteDeps {
  readonly makeCaller: MakeCaller;
  readonly readContext: ContextReader;
  readonly evaluateOne: EvaluateOne;
}

export function toggleRoutes({ makeCaller, readContext, evaluateOne }: ToggleRouteDeps): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/v1/toggles",
      access: personalKey,
      needs: { permission: "toggle.write", in: "environment" },
      query: scopeQuery,
      body: createToggleInput,
      handle: async ({ query, body, ...exchange }) => {
        demandAgreement(query, body);
        const view = await createToggle(makeCaller(exchange), { ...body, ...query });
        const location = `/v1/toggles/${encodeURIComponent(view.key)}${searchOf(query)}`;
        return { status: 201, headers: { location, etag: tagOf(view) }, body: view };
      },
    }),

    defineRoute({
      method: "GET",
      path: "/v1/toggles",
      access: personalKey,
      needs: { permission: "toggle.read", in: "environment" },
      query: listQuery,
      body: noBody,
      handle: async ({ query, ...exchange }) => {
        const page = await listToggles(makeCaller(exchange), query);
        return { headers: nextLink(query, page.nextCursor), body: page };
      },
    }),

    defineRoute({
      method: "GET",
      path: "/v1/toggles/:toggleKey",
      isHot: true,
      budgetMs: BUDGET_MS,
      access: trustedKey,
      needs: { permission: "toggle.read", in: "environment" },
      query: rawQuery,
      body: noBody,
      handle: (exchange) => {
        const { credential } = exchange;
        const { query, explain } = explainIn(exchange.query);
        const options = { explain, untilMs: exchange.arrivedMs + BUDGET_MS };
        return goOn<RequestContext, Answer>(readContext(query, exchange.request), (context) => {
          if (credential.kind === "person" && context.isEmpty && !explain) {
            return definition(makeCaller({ ...exchange, credential }), keyOf(exchange), query);
          }
          const text = evaluateOne(credential, query, keyOf(exchange), context, options);
          return goOn(text, (body) => ({ body }));
        });
      },
    }),

    defineRoute({
      method: "PUT",
      path: "/v1/toggles/:toggleKey",
      access: personalKey,
      needs: { permission: "toggle.write", in: "environment" },
      query: scopeQuery,
      body: settingBody,
      handle: async ({ query, body, ...exchange }) => {
        const expectedVersion = expectedVersionOf(exchange.request.headers["if-match"]);
        const { toggle } = parseInput(toggleName, { toggle: keyOf(exchange) });
        const input = { ...body, ...query, toggle, expectedVersion };
        return changed(await updateSetting(makeCaller(exchange), input));
      },
    }),

    defineRoute({
      method: "PATCH",
      path: "/v1/toggles/:toggleKey",
      access: personalKey,
      needs: { permission: "toggle.write", in: "whole project" },
      query: scopeQuery,
      body: definitionBody,
      handle: async ({ query, body, ...exchange }) => {
        const expectedVersion = expectedVersionOf(exchange.request.headers["if-match"]);
        const { toggle: key } = parseInput(toggleName, { toggle: keyOf(exchange) });
        return changed(await updateToggle(makeCaller(exchange), { ...body, ...query, key, expectedVersion }));
      },
    }),

    defineRoute({
      method: "DELETE",
      path: "/v1/toggles/:toggleKey",
      access: personalKey,
      needs: { permission: "toggle.write", in: "whole project" },
      query: scopeQuery,
      body: noBody,
      handle: async ({ query, ...exchange }) => {
        const expectedVersion = expectedVersionOf(exchange.request.headers["if-match"]);
        const input = parseInput(archiveToggleInput, { ...query, key: keyOf(exchange), expectedVersion });
        return changed(await archiveToggle(makeCaller(exchange), input));
      },
    }),
  ];
}

/** @throws {AppError} "invalid_input" where the query and the body each name another place */
function demandAgreement(query: ScopeQuery, body: ScopeQuery): void {
  const issues = (["project", "environment"] as const).flatMap((name) => {
    if (query[name] === undefined || body[name] === undefined || query[name] === body[name]) return [];
    const message = `The query names ${query[name]}, and the body ${body[name]}; name the ${name} once.`;
    return [{ pointer: `/${name}`, code: "contradiction", message }];
  });
  if (issues.length > 0) throw refuse(issues);
}

const toggleName = updateSettingInput.pick({ toggle: true });

/** The whole toggle; its ETag is the version of the setting that the request's scope means. */
async function definition(caller: Caller, toggleKey: string, query: RawQuery): Promise<Answer> {
  const scope = parseInput(scopeQuery, { ...query });
  const body = await getToggle(caller, parseInput(getToggleInput, { ...scope, key: toggleKey }));
  return { headers: { etag: tagOf(body) }, body };
}

/** What a query says of explanations, and what is left of it. @throws {AppError} "invalid_input" */
function explainIn(query: RawQuery): { readonly query: RawQuery; readonly explain: boolean } {
  if (query.explain === undefined) return { query, explain: false };
  const { explain, ...rest } = query;
  return { query: rest, ...parseInput(explainQuery, { explain }) };
}

function changed(view: ChangedToggleView): Answer {
  return { headers: { etag: tagOf(view) }, body: view };
}

function tagOf({ settings, environment }: Pick<ChangedToggleView, "settings" | "environment">): string {
  return versionTag(settings.find((setting) => setting.environment === environment)?.version ?? 0);
}

function keyOf({ params }: Pick<Exchange, "params">): string {
  return params.toggleKey ?? "";
}

function nextLink(
  query: z.output<typeof listTogglesInput>,
  nextCursor: string | null,
): Readonly<Record<string, string>> {
  if (nextCursor === null) return {};
  const { project, environment, limit } = query;
  const search = searchOf({ project, environment, limit: String(limit), cursor: nextCursor });
  return { link: `</v1/toggles${search}>; rel="next"` };
}

function searchOf(parameters: ScopeQuery & Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, value);
  return search.size === 0 ? "" : `?${search}`;
}
