/** Where directories find us. */
export const SCIM_PATH = "/scim/v2";
export const SCIM_TYPE = "application/scim+json; charset=utf-8";

/** Whether what is answered speaks SCIM, errors included. */
export function isScimPath(path: string): boolean {
  return path === SCIM_PATH || path.startsWith(`${SCIM_PATH}/`);
}
