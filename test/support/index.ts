export { freePort } from "../../launcher/free-port.mjs";
export { eventually } from "./eventually.ts";
export { Installation } from "./installation.ts";
export { OwnPostgres } from "./own-postgres.ts";
export { filesIn, keptIn, startEdge, storeIn, type TestEdge } from "./start-edge.ts";
export { type Ending, type StartedProcess, startProcess } from "./started-process.ts";
export { createCertificate, type TestCertificate } from "./test-certificate.ts";
export { createDatabase, type TestDatabase } from "./test-database.ts";
export { type TestRedis, withRedis } from "./test-redis.ts";
