import { createHmac, hkdfSync, type KeyObject } from "node:crypto";

const PURPOSE = "burgee-pseudonym-v1";
const SECRET_BYTES = 32;
const NO_SALT = "";

/**
 * What stands for an identifier where nobody is to read who it is: HMAC-SHA-256 by a secret that is derived from a data key (HKDF, RFC
 * 5869), for this purpose alone. Without that key nobody can try identifiers out; with another one the same identifier has another
 * pseudonym.
 */
export function pseudonymBy(key: KeyObject, identifier: string): Buffer {
  const secret = Buffer.from(hkdfSync("sha256", key, NO_SALT, PURPOSE, SECRET_BYTES));
  const pseudonym = createHmac("sha256", secret).update(identifier).digest();
  secret.fill(0);
  return pseudonym;
}
