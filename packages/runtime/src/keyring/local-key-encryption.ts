/** The key that wraps data keys, in a file: for who runs Burgee without a service for keys. */
import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, open, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

export interface LocalKeyEncryption {
  wrap(dataKey: Buffer, context: Readonly<Record<string, string>>): Promise<string>;
  unwrap(wrapped: string, context: Readonly<Record<string, string>>): Promise<Buffer>;
}

/** A file that can't be used as it is, or a wrapped key that its key does not open. `message` holds no secret. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
}

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_TEXT = /^[\w-]{43}\n?$/;
const WRAPPED = /^local1\|([0-9a-f]{16})\|([\w-]{16})\|([\w-]+)\|([\w-]{22})$/;
const OTHERS = 0o077;

/**
 * Opens the file, which is made where there is none and none is missed: 32 random bytes in base64url, mode 0600.
 * @param mayBeMade asked where there is no file: whether this is the very first start. No key that another file wrapped would open by a new one
 * @throws {KeyFileError} for a file that is missed, that others may read, or that holds no key
 */
export async function openLocalKeyEncryption(
  file: string,
  mayBeMade: () => Promise<boolean> = async () => true,
): Promise<LocalKeyEncryption> {
  if (!(await isThere(file))) await make(file, mayBeMade);
  const key = await readKey(file);
  const keyId = createHash("sha256").update("burgee-key-id|").update(key).digest("hex").slice(0, 16);

  return {
    wrap: async (dataKey, context) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(keyId, context));
      const ciphertext = Buffer.concat([cipher.update(dataKey), cipher.final()]);
      const parts = [iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString("base64url"));
      return ["local1", keyId, ...parts].join("|");
    },

    unwrap: async (wrapped, context) => {
      const [, wrappedBy, iv, ciphertext, tag] = WRAPPED.exec(wrapped) ?? [];
      if (iv === undefined || ciphertext === undefined || tag === undefined) {
        throw new KeyFileError("This is no data key that a key file wrapped.");
      }
      if (wrappedBy !== keyId) {
        throw new KeyFileError(
          `The data key was wrapped by the key ${wrappedBy}, and ${file} holds ${keyId}: put the right file back.`,
        );
      }
      const decipher = createDecipheriv(ALGORITHM, key, decode(iv), { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(keyId, context)).setAuthTag(decode(tag));
      try {
        return Buffer.concat([decipher.update(decode(ciphertext)), decipher.final()]);
      } catch (cause) {
        throw new KeyFileError("The data key was damaged, or belongs to another owner.", { cause });
      }
    },
  };
}

/** Processes that start together all find one file, whole: it gets its name only once it is written. */
async function make(file: string, mayBeMade: () => Promise<boolean>): Promise<void> {
  if (!(await mayBeMade())) {
    throw new KeyFileError(
      `There is no key file ${file}. One is made at the very first start alone, before anything is sealed: name the file by BURGEE_KEY_FILE, or put it back from its copy.`,
    );
  }
  const written = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(written, `${randomBytes(KEY_BYTES).toString("base64url")}\n`, { flag: "wx", mode: 0o600 });
  try {
    await link(written, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(written, { force: true });
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await (await open(file, "r")).close();
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw new KeyFileError(`The key file ${file} can't be read.`, { cause: error });
  }
}

/** What is looked at is what is read: the file may be exchanged between two looks at its name. */
async function readKey(file: string): Promise<Buffer> {
  const handle = await open(file, "r");
  try {
    const { mode } = await handle.stat();
    if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
      throw new KeyFileError(
        `Others may read the key file ${file} (mode ${(mode & 0o777).toString(8)}): make it 600, and think of its key as known.`,
      );
    }
    const text = await handle.readFile("utf8");
    if (!KEY_TEXT.test(text)) {
      throw new KeyFileError(`${file} holds no key: expected 32 bytes in base64url, on one line.`);
    }
    return decode(text.trim());
  } finally {
    await handle.close();
  }
}

function boundTo(keyId: string, context: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(["burgee", "local1", keyId, entries]));
}

function decode(text: string): Buffer {
  return Buffer.from(text, "base64url");
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
