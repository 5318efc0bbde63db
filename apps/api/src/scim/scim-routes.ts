/** SCIM 2.0 (RFC 7644) for a tenant's directory: Users, Groups, and what can be asked of them. */
import {
  type AnnounceKey,
  createScimGroup,
  createScimUser,
  type DirectoryCaller,
  deleteScimGroup,
  deleteScimUser,
  getScimGroup,
  getScimUser,
  listScimGroups,
  listScimUsers,
  patchScimGroup,
  patchScimUser,
  replaceScimGroup,
  replaceScimUser,
  type ScimGroupView,
  type ScimPage,
  type ScimUserView,
} from "@burgee/core";
import type { Database, SystemDatabase } from "@burgee/db";
import type { z } from "zod";
import type { DirectoryCredential } from "../access/credential.ts";
import { scimTokenOf } from "../access/scim-token.ts";
import { TransportError } from "../errors/api-error.ts";
import {
  type Answer,
  defineRoute,
  type Method,
  type Route,
  type RouteRequest,
} from "../http/define-route.ts";
import { foreignBody, noBody, type RawQuery, rawQuery } from "../http/inputs.ts";
import { originOf } from "../http/origin-of.ts";
import { publicOriginOf } from "../sessions/same-origin.ts";
import { type Discovered, resourceTypes, schemas, serviceProviderConfig } from "./discovery.ts";
import { isWanted, projectionOf } from "./projection.ts";
import { SCIM_PATH, SCIM_TYPE } from "./scim-path.ts";
import { readScimQuery, type ScimQuery } from "./scim-query.ts";

export interface ScimDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly announceKey: AnnounceKey;
  readonly publicUrl: string | undefined;
}

const LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const BODY_TYPE = /^application\/(scim\+)?json\s*(;|$)/i;

/** A request of a directory, with what every answer to it needs. */
interface Asked {
  readonly caller: DirectoryCaller;
  readonly query: ScimQuery;
  readonly body: unknown;
  readonly id: string;
  readonly target: { readonly id: string; readonly ifMatch: string | undefined };
}

type Handle = (asked: Asked) => Promise<Answer>;

export function scimRoutes(deps: ScimDeps): readonly Route[] {
  const access = scimTokenOf(deps.system);
  const route = (method: Method, path: string, handle: Handle, body: z.ZodType<unknown> = noBody): Route =>
    defineRoute({
      method,
      path: `${SCIM_PATH}${path}`,
      access,
      needs: "SCIM token",
      mediaType: BODY_TYPE,
      query: rawQuery,
      body,
      handle: async (request) => {
        const { headers, ...answer } = await handle(askedOf(deps, request));
        return { ...answer, headers: { "content-type": SCIM_TYPE, ...headers } };
      },
    });

  return [
    route("GET", "/ServiceProviderConfig", async ({ caller }) => ({
      body: serviceProviderConfig(caller.baseUrl),
    })),
    route("GET", "/ResourceTypes", async ({ caller }) => listed(resourceTypes(caller.baseUrl))),
    route("GET", "/ResourceTypes/:id", async ({ caller, id }) => oneOf(resourceTypes(caller.baseUrl), id)),
    route("GET", "/Schemas", async ({ caller }) => listed(schemas(caller.baseUrl))),
    route("GET", "/Schemas/:id", async ({ caller, id }) => oneOf(schemas(caller.baseUrl), id)),

    route("GET", "/Users", async ({ caller, query }) => paged(await listScimUsers(caller, query), query)),
    route("GET", "/Users/:id", async ({ caller, query, id }) => one(await getScimUser(caller, id), query)),
    route(
      "POST",
      "/Users",
      async ({ caller, query, body }) => created(await createScimUser(caller, body), query),
      foreignBody,
    ),
    route(
      "PUT",
      "/Users/:id",
      async ({ caller, query, target, body }) => one(await replaceScimUser(caller, target, body), query),
      foreignBody,
    ),
    route(
      "PATCH",
      "/Users/:id",
      async ({ caller, query, target, body }) => one(await patchScimUser(caller, target, body), query),
      foreignBody,
    ),
    route("DELETE", "/Users/:id", async ({ caller, target }) => {
      await deleteScimUser(caller, target);
      return { status: 204 };
    }),

    route("GET", "/Groups", async ({ caller, query }) =>
      paged(await listScimGroups(caller, query, membersIn(query)), query),
    ),
    route("GET", "/Groups/:id", async ({ caller, query, id }) =>
      one(await getScimGroup(caller, id, membersIn(query)), query),
    ),
    route(
      "POST",
      "/Groups",
      async ({ caller, query, body }) => created(await createScimGroup(caller, body), query),
      foreignBody,
    ),
    route(
      "PUT",
      "/Groups/:id",
      async ({ caller, query, target, body }) => one(await replaceScimGroup(caller, target, body), query),
      foreignBody,
    ),
    route(
      "PATCH",
      "/Groups/:id",
      async ({ caller, query, target, body }) => one(await patchScimGroup(caller, target, body), query),
      foreignBody,
    ),
    route("DELETE", "/Groups/:id", async ({ caller, target }) => {
      await deleteScimGroup(caller, target);
      return { status: 204 };
    }),
  ];
}

function askedOf(
  { db, system, announceKey, publicUrl }: ScimDeps,
  {
    request,
    requestId,
    credential,
    params,
    query,
    body,
  }: RouteRequest<DirectoryCredential, RawQuery, unknown>,
): Asked {
  const id = params.id ?? "";
  return {
    caller: {
      db: db.withOrigin(originOf(request)),
      system,
      announceKey,
      directory: { tenantId: credential.scope.tenantId, scimTokenId: credential.keyId },
      requestId,
      baseUrl: `${publicOriginOf(request, publicUrl)}${SCIM_PATH}`,
    },
    query: readScimQuery(query),
    body,
    id,
    target: { id, ifMatch: request.headers["if-match"] },
  };
}

function membersIn(query: ScimQuery) {
  return { members: isWanted(query, "members") };
}

function one(resource: ScimUserView | ScimGroupView, query: ScimQuery): Answer {
  const { location, version } = resource.meta;
  return { headers: { etag: version, "content-location": location }, body: projectionOf(query)(resource) };
}

function created(resource: ScimUserView | ScimGroupView, query: ScimQuery): Answer {
  const { headers, body } = one(resource, query);
  return { status: 201, headers: { ...headers, location: resource.meta.location }, body };
}

function paged(
  { total, startIndex, resources }: ScimPage<ScimUserView | ScimGroupView>,
  query: ScimQuery,
): Answer {
  const shown = resources.map(projectionOf(query));
  return listOf(shown, { total, startIndex });
}

function listed(resources: readonly Discovered[]): Answer {
  return listOf(resources, { total: resources.length, startIndex: 1 });
}

function listOf(
  resources: readonly object[],
  { total, startIndex }: { readonly total: number; readonly startIndex: number },
): Answer {
  const itemsPerPage = resources.length;
  const counts = { totalResults: total, startIndex, itemsPerPage };
  return { body: { schemas: [LIST_SCHEMA], ...counts, Resources: resources } };
}

function oneOf(resources: readonly Discovered[], id: string): Answer {
  const found = resources.find((each) => each.id === id);
  if (found) return { body: found };
  throw new TransportError("route_not_found", `There is nothing of the name ${id.slice(0, 200)}.`);
}
