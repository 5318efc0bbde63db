/**
 * The bounds of what people may write, each below what readers accept, and the same for everybody; what a tenant may have in all
 * is in `quotas.ts`. Sizes in characters unless named otherwise.
 */
export const LIMITS = {
  /** A setting is looked at by people; more rules than this belong into a list or a segment. */
  rulesPerSetting: 200,
  /** That a draft may ask beyond what its saved setting asks. */
  draftSegments: 100,
  variantsPerToggle: 50,
  tagsPerToggle: 20,
  variantValueLength: 1024,
  /** A JSON variant, written out, in bytes: an eighth of what readers take. */
  variantValueBytes: 8192,
  variantValueDepth: 20,
  /** A toggle's JSON Schema, in bytes and levels. */
  valueSchemaBytes: 16_384,
  valueSchemaDepth: 32,
  /** Its parts, those that are referred to counted each time. */
  valueSchemaSteps: 10_000,
  /** What checking a toggle's variants may take: the schema's parts times the values'; half a microsecond each. */
  valueSchemaChecks: 500_000,
  /** The tries of its patterns times the values' characters; some nanoseconds each. */
  valueSchemaLooks: 50_000_000,
  environmentsPerProject: 50,
  togglesPerProject: 10_000,
  contextAttributesPerProject: 500,
  /** Uploaded lists, those of earlier versions that were not swept yet among them. */
  segmentListsPerProject: 200,
  /** Their packed bytes together. */
  segmentListBytesPerProject: 1024 * 1024 * 1024,
  /** An uploaded list as text. */
  uploadBytes: 64 * 1024 * 1024,
  tenantsPerOwner: 20,
  /** Providers that sign people in, and the domains that lead to them. */
  connectionsPerTenant: 10,
  domainsPerTenant: 100,
  openInvitations: 500,
  /** By which directories come, those that ended left out. */
  scimTokensPerTenant: 10,
  scimUsersPerTenant: 10_000,
  scimGroupsPerTenant: 1_000,
  scimMembersPerGroup: 5_000,
  /** In all groups together: one answer may tell of all. */
  scimMembershipsPerTenant: 50_000,
  /** What groups give. */
  scimRolesPerTenant: 200,
  /** In one PATCH. */
  scimOperations: 1_000,
  /** Of one attribute of a User. */
  scimValues: 20,
  /** A filter, or a path of a PATCH. */
  scimFilterLength: 2_000,
  scimFilterComparisons: 50,
  scimFilterDepth: 10,
  /** Of one person in one tenant: one for each machine and program of theirs. */
  personalKeysPerPerson: 50,
  originsPerKey: 20,
  /** That a personal key is held to. */
  environmentsPerKey: 50,
  /** Of a tenant's own making. */
  rolesPerTenant: 100,
  /** They are read with each of the person's requests. */
  grantsPerPerson: 500,
  /** A setting's version: what fits a Postgres int, with room to count on. */
  version: 2_000_000_000,
  descriptionLength: 2000,
  /** Of a change. */
  commentLength: 2000,
  nameLength: 100,
  /** What is published for one environment, in bytes. Readers take twice as much. */
  rulesetBytes: 4 * 1024 * 1024,
  /** Of a setting and the segments it asks, that is analysed when it is saved: what takes some 100 ms. */
  analysedBytes: 256 * 1024,
  /** Of that analysis: some 100 ms. */
  analysisSteps: 500_000,
  /** Long jobs of a tenant that wait or run, and of these those that run at a time. */
  unfinishedJobs: 50,
  runningJobs: 2,
  /** Exports of a tenant's audit trail that are not done. */
  unfinishedAuditExports: 5,
  /** Of all its projects: each change looks at all of them. */
  webhooksPerTenant: 50,
  /** As they are written, and parts of one ramp. */
  rolloutSteps: 100,
  /** With the parts of ramps. */
  rolloutTicks: 300,
  /** Of a toggle in one environment, those that were made and not started. */
  pendingRollouts: 20,
  /** A year. */
  rolloutHoldMs: 365 * 24 * 60 * 60 * 1000,
  /** Evaluations. */
  rolloutSample: 1_000_000_000_000,
  /** What a notice says of what happened, as JSON; some more bytes say where, and receivers take 20 KB. */
  noticeBytes: 16 * 1024,
  /** That wait for one toggle in one environment. */
  scheduledChanges: 50,
  /** How far ahead one is planned: a year. */
  scheduledChangeDelayMs: 366 * 24 * 60 * 60 * 1000,
  guardsPerPlan: 10,
  guardQueryLength: 4_000,
  /** Below it nobody learns anything from a share. */
  guardLeastSample: 10,
  pageSize: 200,
  /** A search of toggles: its words and tags, and the environments it shows. */
  searchedWords: 10,
  searchedEnvironments: 3,
  /** That are laid beside each other. */
  comparedEnvironments: 5,
  /** Of those who need what somebody wants to end, as many as the answer names. */
  usersNamed: 20,
  /** Of a request's body: what an evaluation's context or a schema needs, and its surroundings. */
  jsonDepth: 40,
  /** An evaluation's context: a person's attributes, not a document. */
  contextAttributes: 1000,
  contextDepth: 20,
  /** Attributes and everything inside them: what conditions may walk is walked once for each toggle. */
  contextValues: 5_000,
  contextTextLength: 8192,
  /** A context in an address, as JSON: what proxies and caches let through. */
  contextParameterLength: 4096,
  /** Of what an SDK tells at once, in a body of at most 1 MiB. */
  countsPerBatch: 1_000,
  eventsPerBatch: 500,
  unknownKeysPerBatch: 100,
  /** Evaluations of one kind in one batch: a minute of a million a second. */
  usageCount: 1_000_000_000,
  /** What an event says of who it happened to, as JSON. */
  eventContextLength: 8192,
  togglesPerEvaluation: 1000,
  /** An explanation compiles its toggle anew, and may be a thousand times as long as the answer. */
  togglesExplained: 10,
} as const;
