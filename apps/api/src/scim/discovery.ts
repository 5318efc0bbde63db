/** What a directory asks before anything else: what this service can, and what Users and Groups are here (RFC 7643, sections 5 to 7). */
import { GROUP_SCHEMA, LIMITS, USER_SCHEMA } from "@burgee/core";

const CONFIGURATION = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema";

interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly uniqueness: string;
  readonly subAttributes?: readonly Attribute[];
}

export type Discovered = Readonly<Record<string, unknown>> & { readonly id: string };

export function serviceProviderConfig(baseUrl: string) {
  return {
    schemas: [CONFIGURATION],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: LIMITS.pageSize },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "SCIM token",
        description: "A token that an owner of the tenant issued: Authorization: Bearer bg_scim_…",
        primary: true,
      },
    ],
    meta: { resourceType: "ServiceProviderConfig", location: `${baseUrl}/ServiceProviderConfig` },
  };
}

export function resourceTypes(baseUrl: string): readonly Discovered[] {
  const type = (name: "User" | "Group", schema: string) => ({
    schemas: [RESOURCE_TYPE],
    id: name,
    name,
    endpoint: `/${name}s`,
    description: name === "User" ? "Somebody in the tenant" : "People who have something in common",
    schema,
    meta: { resourceType: "ResourceType", location: `${baseUrl}/ResourceTypes/${name}` },
  });
  return [type("User", USER_SCHEMA), type("Group", GROUP_SCHEMA)];
}

export function schemas(baseUrl: string): readonly Discovered[] {
  const schema = (id: string, name: string, attributes: readonly Attribute[]) => ({
    schemas: [SCHEMA],
    id,
    name,
    description: `What is kept of a ${name}; other attributes are taken and not kept.`,
    attributes,
    meta: { resourceType: "Schema", location: `${baseUrl}/Schemas/${id}` },
  });
  return [schema(USER_SCHEMA, "User", userAttributes), schema(GROUP_SCHEMA, "Group", groupAttributes)];
}

function attribute(name: string, description: string, more: Partial<Attribute> = {}): Attribute {
  return {
    name,
    type: "string",
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: "readWrite",
    returned: "default",
    uniqueness: "none",
    ...more,
  };
}

const externalId = attribute("externalId", "The directory's own id.", { caseExact: true });

const userAttributes = [
  attribute("userName", "Who it is, once in a tenant.", { required: true, uniqueness: "server" }),
  externalId,
  attribute("displayName", "What others read."),
  attribute("name", "Its parts.", {
    type: "complex",
    subAttributes: [
      attribute("formatted", "As one text."),
      attribute("givenName", "The given name."),
      attribute("familyName", "The family name."),
    ],
  }),
  attribute("emails", "The primary one is kept, at a domain that the tenant proved.", {
    type: "complex",
    multiValued: true,
    subAttributes: [
      attribute("value", "The address, once in a tenant.", { uniqueness: "server" }),
      attribute("type", "Always work."),
      attribute("primary", "Whether it is the one that is kept.", { type: "boolean" }),
    ],
  }),
  attribute("active", "Whether they are a member of the tenant.", { type: "boolean" }),
  attribute("groups", "The groups that they are in; change these instead.", {
    type: "complex",
    multiValued: true,
    mutability: "readOnly",
    subAttributes: [attribute("value", "The group's id."), attribute("display", "Its displayName.")],
  }),
];

const groupAttributes = [
  attribute("displayName", "Its name, once in a tenant; roles are given by it.", {
    required: true,
    caseExact: true,
    uniqueness: "server",
  }),
  externalId,
  attribute("members", "Users of the tenant.", {
    type: "complex",
    multiValued: true,
    subAttributes: [
      attribute("value", "The User's id.", { caseExact: true, mutability: "immutable" }),
      attribute("display", "Their displayName.", { mutability: "readOnly" }),
      attribute("type", "Always User.", { mutability: "immutable" }),
    ],
  }),
];
