/** Structured values with a fault in one place or a few. */
import type { Random } from "../unit/guards/random";

type Path = readonly (string | number)[];
type Holder = Record<string | number, unknown>;

const WORDS = [
  ...[
    "",
    " ",
    "0",
    "-1",
    "1e400",
    "NaN",
    "null",
    "true",
    "yes",
    "~",
    "=",
    "{}",
    "[]",
    "*a",
    "&a",
    "!!x y",
    "%",
    "@",
    "`",
  ],
  ...[
    "tomorrow",
    "2026-11-20",
    "2026-02-30T00:00:00Z",
    "2026-11-20T24:00:60Z",
    "9999-12-31T23:59:59Z",
    "+275760-09-13",
  ],
  ...[
    "2026-11-20T00:00:00+25:00",
    "2026-11-20 00:00:00 +0000 UTC",
    "0000-00-00T00:00:00Z",
    "1970-01-01T00:00:00.000000001Z",
  ],
  ...[
    "é–",
    "\u202egnp.exe",
    "a\u0000b",
    "\u001b[31mred",
    "line\nline",
    "\ud800",
    "\ufeff",
    "😀".repeat(30),
    "x".repeat(70_000),
  ],
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "length",
    "imprimatur:aws",
    "../../etc/passwd",
  ],
  ...[
    "/etc/passwd.json",
    "a\\b.json",
    "C:x.json",
    "{product}",
    "{architecture}{version}{nothing}",
    "{{}}",
    "${x}",
    "%s%n",
  ],
  ...[
    "us-east-1",
    "us-eest-1",
    "US-EAST-1",
    "cn-north-1",
    "westus",
    "West Europe",
    "PUBLISHED",
    "Public",
    "allUsers",
    "all",
  ],
  ...[
    "AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
    "111111111111",
    "0111111111",
  ],
  ...[
    "https://a.example/?sig=x",
    "http://[::1",
    "awskms:///arn:aws:kms:::",
    "gcpkms://",
    "azurekms://a/b/c",
    "a".repeat(41),
  ],
];
const NUMBERS = [
  0,
  -0,
  -1,
  1,
  1.5,
  512,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e300,
  5e-324,
  20261120.0,
  NaN,
  Infinity,
];
const KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "",
  " ",
  "0",
  "Name",
  "naem",
  "a.b",
  "a[0]",
  "imprimatur:aws",
  "é",
  "\u0000",
  "x".repeat(5000),
];

/** A copy of the value with one to four changes. Nearly every result can be written as JSON or YAML. */
export function mutatedValue(value: unknown, random: Random): unknown {
  const root = { value: structuredClone(value) };
  for (let left = random.one([1, 1, 1, 2, 2, 4]); left > 0; left -= 1) mutate(root, random);
  return root.value;
}

function mutate(root: { value: unknown }, random: Random): void {
  const path = random.one(pathsOf(root.value));
  const [holder, key] = holderOf(root, ["value", ...path]);
  const old = holder[key];
  const others = pathsOf(root.value).map((other) => holderOf(root as Holder, ["value", ...other]));
  const isTop = path.length === 0;
  const ways: (() => unknown)[] = [
    () => take(holder, key),
    () => take(holder, key),
    () => set(holder, key, random.one(WORDS)),
    () => set(holder, key, random.one(NUMBERS)),
    () => set(holder, key, random.one([null, true, false, [], {}, [null], [[]], { "": {} }])),
    () => set(holder, key, near(old, random)),
    () => set(holder, key, near(old, random)),
    () => {
      const [from, other] = random.one(others);
      set(holder, key, structuredClone(from[other]));
    },
    () => add(old, random.one(KEYS), random.one([old, {}, "x", 1, null])),
    () => rename(holder, key, random.one([String(key).toUpperCase(), `${String(key)} `, ...KEYS])),
    () => Array.isArray(old) && old.push(...(structuredClone(old) as unknown[])),
    () => Array.isArray(old) && old.push(random.one(WORDS)),
    () => set(holder, key, deep(old, random.one([3, 100, 1000]))),
    () =>
      set(
        holder,
        key,
        Array.from({ length: random.one([2, 30, 300]) }, () => structuredClone(old)),
      ),
    () => set(holder, key, wide(random.one([30, 300]), old)),
    () => set(holder, key, { secure: "v1:ImaP94IzvBY=:AAAA" }),
  ];
  // Replacing the whole value is one case, not half of them.
  if (!isTop || random.chance(0.1)) random.one(ways)();
  else mutate(root, random);
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== "object" || path.length > 12) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? Array.from(value)
        .slice(0, 20)
        .map((inner: unknown, index) => [index, inner])
    : Object.entries(value).slice(0, 60);
  return [path, ...entries.flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function holderOf(root: Holder, path: Path): [Holder, string | number] {
  let holder = root;
  for (const step of path.slice(0, -1)) holder = holder[step] as Holder;
  return [holder, path.at(-1) ?? ""];
}

function take(holder: Holder, key: string | number): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

/** As a parsed file has it: `__proto__` is a key like any other. */
function set(holder: Holder, key: string | number, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function add(value: unknown, key: string, inner: unknown): void {
  if (value !== null && typeof value === "object") set(value as Holder, key, structuredClone(inner));
}

function rename(holder: Holder, key: string | number, name: string): void {
  if (Array.isArray(holder)) return;
  const value = holder[key];
  delete holder[key];
  set(holder, name, value);
}

/** A similar value. */
function near(value: unknown, random: Random): unknown {
  if (typeof value === "boolean") return random.one([!value, String(value), Number(value)]);
  if (typeof value === "number")
    return random.one([value + 1, value - 1, -value, value * 1024, String(value), value + 0.5]);
  if (typeof value !== "string") return random.one([[value], JSON.stringify(value), { value }]);
  const at = Math.floor(random.next() * (value.length + 1));
  const letter = random.one([..."aZ09.-_/:{}[]%*&!|>'\"#@` \t\n\u0007é", "\u2028", "\ud83d", "😀"]);
  return random.one([
    value.slice(0, at) + letter + value.slice(at),
    value.slice(0, at) + letter + value.slice(at + 1),
    value.slice(0, at),
    value.toUpperCase(),
    ` ${value}`,
    value.repeat(random.one([2, 50, 500])),
    [value],
    { [value]: value },
  ]);
}

function deep(value: unknown, levels: number): unknown {
  let found = value;
  for (let level = 0; level < levels; level += 1) found = level % 2 === 0 ? [found] : { a: found };
  return found;
}

function wide(keys: number, value: unknown): unknown {
  return Object.fromEntries(
    Array.from({ length: keys }, (_, index) => [`key-${index}`, structuredClone(value)]),
  );
}
