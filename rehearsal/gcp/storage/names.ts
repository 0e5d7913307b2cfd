import { GoogleError, invalid } from "../errors";

/** https://cloud.google.com/storage/docs/buckets#naming */
export function checkBucketName(name: string): void {
  const components = name.split(".");
  const good =
    /^[a-z0-9][a-z0-9._-]*[a-z0-9]$/.test(name) &&
    name.length >= 3 &&
    name.length <= (components.length > 1 ? 222 : 63) &&
    components.every((component) => component.length >= 1 && component.length <= 63) &&
    !/^\d{1,3}(\.\d{1,3}){3}$/.test(name) &&
    !name.startsWith("goog") &&
    !/g[o0]{2}g[l1]e/.test(name);
  if (!good) throw invalid(`Invalid bucket name: '${name}'`);
}

/** https://cloud.google.com/storage/docs/objects#naming */
export function checkObjectName(name: string): void {
  const length = Buffer.byteLength(name, "utf8");
  if (name === "") throw new GoogleError(400, "required", "Required");
  if (length > 1024)
    throw invalid(
      "The maximum object length is 1024 characters, but got a name with " +
        `${length} characters: ''${name.slice(0, 40)}...''`,
    );
  if (/[\r\n]/.test(name)) throw invalid("Disallowed unicode characters present in object name.");
  if (name === "." || name === ".." || name.startsWith(".well-known/acme-challenge/")) {
    throw invalid(`Invalid object name: '${name}'`);
  }
}
