import { MIB } from "../../facts/units";
import type { InspectedImage } from "../image";
import { type Finding, type Rule } from "../rule";
import { NotInspectable } from "../tree";

/** Header of a private key, with the first line of its body: programs that parse keys contain the header alone. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----\r?\n(?:[\w-]{1,30}: .{0,100}\r?\n|\r?\n){0,5}[A-Za-z0-9+/=]{16}/;
/** A hash in a field of shadow(5): crypt(5). */
const HASH = /[a-z_][\w-]{0,31}:\$(?:y|gy|7|6|5|2[aby])\$[^:\n\0]{20,200}:\d*:/;
/** Name of the secret, a fixed string in every instance, and the full expression. */
const SECRETS: readonly { what: string; sign: string; expression: RegExp }[] = [
  { what: "a private key", sign: "PRIVATE KEY", expression: PRIVATE_KEY },
  { what: "the hash of a password", sign: ":$", expression: HASH },
  {
    what: "a key of an AWS account",
    sign: "aws_secret_access_key",
    expression: /aws_secret_access_key\s*=\s*[A-Za-z0-9/+]{40}/,
  },
  { what: "a token of GitHub's", sign: "ghp_", expression: /\bghp_[A-Za-z0-9]{36}\b/ },
  { what: "a token of GitLab's", sign: "glpat-", expression: /\bglpat-[\w-]{20}/ },
];

interface Remains {
  /** Kind and location. */
  secrets: Map<string, Finding>;
  /** Non-zero bytes, by location. */
  sizes: Map<string, number>;
}

const known = new WeakMap<InspectedImage, Remains>();

/** All unused space, read once. */
function remainsOf(image: InspectedImage): Remains {
  if (!image.unused) throw new NotInspectable("the bytes of the disk are not at hand");
  let remains = known.get(image);
  if (!remains) {
    remains = { secrets: new Map(), sizes: new Map() };
    for (const { where, bytes, length } of image.unused()) {
      let count = 0;
      for (let at = 0; at < length; at++) if (bytes[at] !== 0) count++;
      remains.sizes.set(where, (remains.sizes.get(where) ?? 0) + count);
      for (const { what, sign, expression } of SECRETS) {
        if (!bytes.includes(sign) || !expression.test(bytes.toString("latin1"))) continue;
        remains.secrets.set(`${what} ${where}`, { message: `${what} is left`, where });
      }
    }
    known.set(image, remains);
  }
  return remains;
}

export const deletedSecrets: Rule = {
  id: "deleted-secrets",
  severity: "error",
  title: "No key or password in what was deleted",
  reason:
    "A file that the builder deleted is still in the free blocks: whoever has the image reads it with strings(1).",
  cure: "Zero the free blocks (zerofree, or fstrim and fallocate --dig-holes) before the disk is taken, and revoke the key.",
  limits:
    "Secrets that are compressed or binary, or cut by a block that is used again; tables of inodes and journals; boot code.",
  check: (image) => [...remainsOf(image).secrets.values()],
};

/** Tolerated bytes: packages' own scripts delete some files. */
const TOLERATED = 16 * MIB;

export const unusedSpace: Rule = {
  id: "unused-space",
  severity: "warning",
  title: "Where no file is, there is nothing",
  reason: "What was deleted is paid for and uploaded all the same, and anybody can read it.",
  cure: "Zero the free blocks (zerofree, or fstrim and fallocate --dig-holes) before the disk is taken.",
  limits:
    "Ends of blocks behind the end of a file; boot partitions without a file system; tables of inodes and journals.",
  check: (image) =>
    [...remainsOf(image).sizes]
      .filter(([, bytes]) => bytes > TOLERATED)
      .map(([where, bytes]) => ({ message: `${bytes} bytes that are not zero`, where })),
};
