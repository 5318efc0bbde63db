/** The little of it that tests use; it comes without types. */
declare module "s3rver" {
  interface S3rverOptions {
    readonly silent: boolean;
    readonly directory: string;
    readonly configureBuckets: readonly { readonly name: string; readonly configs: readonly string[] }[];
  }

  type Callback = (
    request: import("node:http").IncomingMessage,
    response: import("node:http").ServerResponse,
  ) => void;

  export default class S3rver {
    constructor(options: S3rverOptions);
    configureBuckets(): Promise<void>;
    /** For a server of one's own. */
    callback(): Callback;
  }
}
