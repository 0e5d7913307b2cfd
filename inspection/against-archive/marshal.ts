/** Python's own form of code, marshal of version 4 as CPython 3.8 to 3.13 write it (Python/marshal.c). */
import { createHash } from "node:crypto";

const REFERRED = 0x80;
/** MAX_MARSHAL_STACK_DEPTH. */
const DEEPEST = 2000;
const SET_LIKE = "<>";
/** Of one value each, or none: r_object counts no reference to them. */
const SINGLE = "0NFTS.";

/** Fields of a code object in their order: how many numbers, then how many objects before and after its first line. */
interface CodeForm {
  readonly numbers: number;
  readonly before: number;
  readonly after: number;
}

function codeForm(minor: number): CodeForm {
  if (minor >= 11) return { numbers: 5, before: 8, after: 2 };
  return { numbers: 6, before: 8, after: 1 };
}

/**
 * Digest of a code object by what it means: two texts of the same code differ in which of its strings are shared, by
 * what the interpreter had compiled before.
 *
 * @param minor of the Python 3 that wrote it
 * @throws {RangeError} when it is damaged, or of another form
 */
export function codeDigest(bytes: Buffer, minor: number): string {
  const form = codeForm(minor);
  const known: string[] = [];
  let at = 0;
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new RangeError("it is cut off");
    return bytes.subarray(at, (at += length));
  };
  const number = () => take(4).readInt32LE(0);

  function next(depth: number): string {
    if (depth > DEEPEST) throw new RangeError("it is too deep");
    const code = take(1)[0]!;
    const kind = String.fromCharCode(code & ~REFERRED);
    if (kind === "r") {
      const shared = known[number()];
      if (shared === undefined) throw new RangeError("it refers to what is not there");
      return shared;
    }
    const isReferred = (code & REFERRED) !== 0;
    if (isReferred && SINGLE.includes(kind)) throw new RangeError("it refers to what has no place");
    const place = isReferred ? known.push("") - 1 : undefined;
    const value = valueOf(kind, depth);
    if (place !== undefined) known[place] = value;
    return value;
  }

  function valueOf(kind: string, depth: number): string {
    switch (kind) {
      case "0":
      case "N":
      case "F":
      case "T":
      case "S":
      case ".":
        return kind;
      case "i":
        return `i${number()}`;
      case "l": {
        const digits = number();
        return `l${digits} ${take(2 * Math.abs(digits)).toString("hex")}`;
      }
      case "g":
        return `g${take(8).toString("hex")}`;
      case "y":
        return `y${take(16).toString("hex")}`;
      case "s":
        return digestOf("s", [take(number()).toString("hex")]);
      // Text, in one byte a character or as UTF-8, shared or not.
      case "t":
      case "u":
        return textOf(take(number()));
      case "a":
      case "A":
        return textOf(ascii(take(number())));
      case "z":
      case "Z":
        return textOf(ascii(take(take(1)[0]!)));
      case "(":
        return digestOf("(", several(number(), depth));
      case ")":
        return digestOf("(", several(take(1)[0]!, depth));
      case "<":
      case ">":
        return digestOf(SET_LIKE, several(number(), depth).sort());
      case "c": {
        const numbers = take(4 * form.numbers).toString("hex");
        const before = several(form.before, depth);
        const line = number();
        return digestOf("c", [numbers, ...before, `${line}`, ...several(form.after, depth)]);
      }
      default:
        throw new RangeError(`it has a value of the kind ${JSON.stringify(kind)}`);
    }
  }

  function several(count: number, depth: number): string[] {
    if (count < 0 || count > bytes.length) throw new RangeError("it is cut off");
    return Array.from({ length: count }, () => next(depth + 1));
  }

  const digest = next(0);
  if (at !== bytes.length) throw new RangeError("it has something behind its code");
  return digest;
}

function textOf(bytes: Buffer): string {
  return digestOf("u", [bytes.toString("hex")]);
}

/** Beyond it a byte is another character than in UTF-8. */
function ascii(bytes: Buffer): Buffer {
  if (bytes.some((byte) => byte > 0x7f)) throw new RangeError("it has a text that is not ASCII");
  return bytes;
}

function digestOf(kind: string, parts: readonly string[]): string {
  return createHash("sha256")
    .update(`${kind}\0${parts.join("\0")}`)
    .digest("hex");
}
