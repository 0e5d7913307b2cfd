/** Text with faults in it, as an editor, a merge or a bad disk leaves them; or as an attacker writes them. */
import type { Random } from "../unit/guards/random";

const PIECES = [
  ...[
    "\t",
    "\r",
    "\n",
    "\n\n",
    " ",
    "  ",
    ":",
    ": ",
    "- ",
    "#",
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "*missing",
    "<<: *a",
  ],
  ...[
    "!!binary ",
    "!!js/function ",
    "%YAML 9.9\n---\n",
    "---\n",
    "...\n",
    "|\n",
    ">-\n",
    "? ",
    "\u0000",
    "\u0007",
    "\u001b[2J",
  ],
  ...[
    "\ufeff",
    "\ufffe",
    "\u2028",
    "\u0085",
    "é",
    "😀",
    "\ud800",
    "<<<<<<< HEAD\n",
    "=======\n",
    ">>>>>>> x\n",
    "~",
    "0x",
    "1e999",
  ],
  ...[
    "&a [*a, *a]",
    "&a {a: *a}",
    "x".repeat(20_000),
    "[".repeat(2000),
    "{a: ".repeat(500),
    "- ".repeat(3000),
  ],
];

/** The bytes of a text with one to six changes. */
export function mutatedText(text: string, random: Random, pieces: readonly string[] = PIECES): Buffer {
  let bytes: Buffer = Buffer.from(text);
  for (let left = random.one([1, 1, 2, 3, 6]); left > 0; left -= 1) bytes = mutated(bytes, random, pieces);
  return bytes;
}

function mutated(bytes: Buffer, random: Random, pieces: readonly string[]): Buffer {
  const place = () => Math.floor(random.next() * (bytes.length + 1));
  const [from, to] = [place(), place()].sort((a, b) => a - b) as [number, number];
  const near = Math.min(bytes.length, from + Math.floor(random.next() * 40));
  const join = (...parts: (Buffer | string)[]) =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string))) as Buffer;
  const line = lineAt(bytes, from);
  const other = lineAt(bytes, to);
  const ways: (() => Buffer)[] = [
    () => flipped(bytes, from, random),
    () => flipped(bytes, from, random),
    () => join(bytes.subarray(0, from), bytes.subarray(near)),
    () => bytes.subarray(0, from),
    () => join(bytes.subarray(0, from), random.one(pieces), bytes.subarray(from)),
    () => join(bytes.subarray(0, from), random.one(pieces), bytes.subarray(near)),
    () => join(bytes.subarray(0, line.start), random.one(pieces), bytes.subarray(line.start)),
    () => join(bytes.subarray(0, line.start), bytes.subarray(line.end)),
    () => join(bytes.subarray(0, line.end), bytes.subarray(line.start)),
    () =>
      join(bytes.subarray(0, line.start), bytes.subarray(other.start, other.end), bytes.subarray(line.start)),
    () =>
      join(bytes.subarray(0, line.start), " ".repeat(random.one([1, 2, 3, 8])), bytes.subarray(line.start)),
    () =>
      Buffer.from(bytes.toString("latin1").replaceAll("\n", random.one(["\r\n", "\r", "\n\n"])), "latin1"),
  ];
  return random.one(ways)();
}

function flipped(bytes: Buffer, at: number, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = copy[at]! ^ (1 << Math.floor(random.next() * 8));
  return copy;
}

/** Its newline is included. */
function lineAt(bytes: Buffer, at: number): { start: number; end: number } {
  const start = at === 0 ? 0 : bytes.lastIndexOf(10, at - 1) + 1;
  const end = bytes.indexOf(10, at);
  return { start, end: end < 0 ? bytes.length : end + 1 };
}
