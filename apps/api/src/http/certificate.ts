/** The certificate of a node that ends TLS itself: in two files, which are read again when they change. */
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { type Logger, onceWhileItLasts, repeat } from "@burgee/runtime";

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** In PEM; the certificate followed by those that signed it. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

export interface Certificate {
  readonly current: CertificatePair;
  /** Calls back with each later one. */
  follow(onRenewed: (pair: CertificatePair) => void): void;
}

/** Files that can't be used as they are. `message` holds nothing of the key. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

interface CertificateOptions {
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
}

/** Files are asked for what they hold, and not watched: a link that is moved tells no watcher. */
const LOOK_EVERY_MS = 10_000;

/**
 * Reads both files, and looks for others until `signal`. Files that don't fit each other, as between the writing of one and of the other,
 * change nothing: the pair that was read last stays.
 * @throws {CertificateError} at the start
 */
export async function openCertificate(
  files: CertificateFiles,
  { log, signal, everyMs = LOOK_EVERY_MS }: CertificateOptions,
): Promise<Certificate> {
  let current = await readPair(files);
  const listeners: ((pair: CertificatePair) => void)[] = [];
  const look = async () => {
    const found = await readPair(files);
    if (found.cert === current.cert && found.key === current.key) return;
    current = found;
    for (const onRenewed of listeners) onRenewed(found);
    log.info(
      { certFile: files.certFile },
      "The certificate was renewed; new connections are served with it.",
    );
  };
  const onError = onceWhileItLasts((err) => log.error({ err }, "The last certificate that was good stays."));
  void repeat(look, { everyMs, signal, onError });

  return {
    get current() {
      return current;
    },
    follow: (onRenewed) => {
      listeners.push(onRenewed);
    },
  };
}

async function readPair({ certFile, keyFile }: CertificateFiles): Promise<CertificatePair> {
  const [cert, key] = await Promise.all([readText(certFile), readText(keyFile)]);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CertificateError(
      `${certFile} and ${keyFile} are no certificate and its key, both in PEM: ${reason}`,
      { cause },
    );
  }
  return { cert, key };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CertificateError(`${file} can't be read: ${reason}`, { cause });
  }
}
