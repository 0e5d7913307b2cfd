import type { Ledger } from "../../../config/ledger";
import type { CheckCall } from "../../../plugin/resource";
import { ALLOW_VARIABLE } from "../../../config/allow";
import { lifecycle } from "../../../provider/lifecycle";

const V = "20261120.0";
const published: Ledger = {
  [V]: {
    state: "published",
    protected: true,
    digests: { x86_64: "a".repeat(64) },
    audience: { aws: { "eu-central-1": ["public"] } },
  },
};
const inputs = (releases: Ledger, allow: string[] = []) => ({ releases, allow });
const REGION = "eu-central-1";
const having = (releases: Ledger, has: string[], allow: string[] = []) => ({
  ...inputs(releases, allow),
  looks: 1,
  have: { images: { [V]: { aws: { [REGION]: { x86_64: { has } } } } } },
});

let shown: string[];
const call = (oldInputs = {}): CheckCall => ({
  urn: "urn:pulumi:debian::imprimatur::imprimatur:index:Lifecycle::debian-13",
  name: "debian-13",
  signal: new AbortController().signal,
  timeoutSeconds: 0,
  log: (severity, message) => void shown.push(`${severity}: ${message}`),
  status: () => undefined,
  oldInputs,
  randomSeed: new Uint8Array(),
});
const failures = (old: object, now: object) =>
  lifecycle.check!(now as never, call(old)).failures?.map(({ reason }) => reason);

const before = { CI: process.env.CI, [ALLOW_VARIABLE]: process.env[ALLOW_VARIABLE] };
beforeEach(() => {
  shown = [];
  delete process.env.CI;
  delete process.env[ALLOW_VARIABLE];
});
afterAll(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const UNNAMED = new RegExp(
  `^stacks/Pulumi\\.debian\\.yaml: ${V} becomes public on aws in eu-central-1, and nothing names that\\. ` +
    `Add "make-public:${V}" to imprimatur:allow, or run \`npx imprimatur up --allow make-public:${V}\`$`,
);

test("what must be named and is not: a person is warned in the preview, and up refuses", async () => {
  const now = inputs(published);
  expect(failures({}, now)).toEqual([]);
  await lifecycle.plan!(undefined, now, call());
  expect(shown).toEqual([
    expect.stringMatching(/^warning: .* becomes public .*`up` will refuse this unless it is named/),
  ]);
  await expect(lifecycle.create(now, call())).rejects.toThrow(UNNAMED);
  await expect(
    lifecycle.update!("debian-13", { inputs: inputs({}), outputs: inputs({}) }, now, call()),
  ).rejects.toThrow(UNNAMED);
});

test("where it refuses, nothing is closed either: what the last up left open is told", async () => {
  const open = ["AMI demo-1 in us-east-1 is still open for everyone: no answer; `imprimatur up` tries again"];
  const now = { ...inputs(published), open };
  await expect(lifecycle.create(now, call())).rejects.toThrow(`left by the last up: ${open[0]}`);
  process.env.CI = "true";
  expect(failures({}, now)).toEqual([expect.stringMatching(UNNAMED), `left by the last up: ${open[0]}`]);
  expect(failures({}, { ...inputs({}), open })).toEqual([]);
});

test("a refresh asks with what users had as the last up began, and shows no change of it", () => {
  const kept = having(published, []);
  expect(lifecycle.diff({ inputs: kept, outputs: kept }, kept, call()).changes).toEqual({});
  const { inputs: looked } = lifecycle.check!(kept, call(kept));
  expect(looked).toEqual({ ...kept, looks: 2 });
});

test("what an up that failed has not shared must be named again, though the ledger has it", async () => {
  const old = { inputs: inputs(published), outputs: inputs(published) };
  const now = having(published, []);
  expect(Object.keys(lifecycle.diff(old, now, call()).changes)).toEqual([`have.images["${V}"]`]);
  await expect(lifecycle.update!("debian-13", old, now, call())).rejects.toThrow(UNNAMED);
  await lifecycle.plan!(old, now, call());
  expect(shown).toEqual([expect.stringContaining("becomes public")]);
  process.env.CI = "true";
  expect(failures(inputs(published), now)).toEqual([expect.stringMatching(UNNAMED)]);
  const named = having(published, [], ["make-public"]);
  expect(failures(inputs(published), named)).toEqual([]);
  expect(await lifecycle.update!("debian-13", old, named, call())).toEqual({ ...named, begun: {} });
});

test("what users have is no difference where it is what is wanted", () => {
  const old = { inputs: having(published, []), outputs: having(published, []) };
  expect(lifecycle.diff(old, having(published, ["public"]), call()).changes).toEqual({});
});

test("a region that a release comes to is kept until it is there", async () => {
  const both = { ...published[V]!, audience: { aws: { [REGION]: ["public"], "us-east-1": ["public"] } } };
  const now = having({ [V]: both }, ["public"], ["make-public", "new-region"]);
  const old = { inputs: inputs(published), outputs: inputs(published) };
  expect(await lifecycle.update!("debian-13", old, now, call())).toEqual({
    begun: {},
    ...now,
    coming: { [V]: { aws: ["us-east-1"] } },
  });
});

test("what images are to be made anew from is kept until they are", async () => {
  const made = (name: string): Ledger => ({ [V]: { ...published[V]!, made: { aws: { x86_64: { name } } } } });
  const named = (wanted: string, seen: string, formerly?: object) => ({
    ...inputs(made(wanted), ["delete-published"]),
    have: {
      images: { [V]: { aws: { [REGION]: { x86_64: { has: ["public"] } } } } },
      made: { [V]: { aws: { x86_64: { name: [seen] } } } },
      ...(formerly && { formerly }),
    },
  });
  const formerly = { [V]: { aws: { x86_64: { name: ["a"] } } } };
  const old = { inputs: named("a", "a"), outputs: {} };
  expect(await lifecycle.update!("id", old, named("b", "a"), call())).toMatchObject({ formerly });
  // It failed, and is undone: nothing has to be named, and there is no former name left to keep.
  const back = { ...named("a", "a", formerly), allow: [] };
  const after = await lifecycle.update!("id", { inputs: named("b", "a"), outputs: {} }, back, call());
  expect(after).not.toHaveProperty("formerly");
});

test("where nobody reads warnings, the preview refuses it", () => {
  process.env.CI = "true";
  expect(failures({}, inputs(published))).toEqual([expect.stringMatching(UNNAMED)]);
  expect(failures({}, inputs(published, [`make-public:${V}`]))).toEqual([]);
  expect(failures(inputs(published), inputs(published))).toEqual([]);
});

test("the command line names changes too", async () => {
  process.env[ALLOW_VARIABLE] = "make-public, delete-published";
  expect((await lifecycle.create(inputs(published), call())).id).toBe("debian-13");
  process.env[ALLOW_VARIABLE] = "make-pubic";
  expect(failures({}, inputs(published))).toEqual([
    expect.stringMatching(/^IMPRIMATUR_ALLOW: "make-pubic" is not one of make-public, /),
  ]);
});

test("an illegal jump is refused in every preview, with file and cure", () => {
  expect(failures(inputs(published), inputs({}))).toEqual([
    expect.stringMatching(
      /^stacks\/Pulumi\.debian\.yaml: the line of 20261120\.0 is gone, .* `state: withdrawn`/,
    ),
  ]);
});

test("a preview shows which member of which release changed", () => {
  const old = { inputs: inputs(published), outputs: inputs(published) };
  const withdrawn: Ledger = {
    [V]: { ...published[V]!, state: "withdrawn", audience: { aws: { "eu-central-1": [] } } },
  };
  expect(Object.keys(lifecycle.diff(old, inputs(withdrawn), call()).changes)).toEqual([
    `releases["${V}"].state`,
    `releases["${V}"].audience`,
  ]);
  expect(lifecycle.diff(old, inputs(published, ["make-public"]), call()).changes).toEqual({});
});

test("a closing that begins is written down, until the state says how it ended", async () => {
  const KEY = "imprimatur:aws:ImageClosing demo";
  const seen = (closings: number, may: string[]) => ({ images: {}, closings: { [KEY]: { closings, may } } });
  const wanting = (keep: string[], have: object) => ({ ...inputs({}), have, closings: { [KEY]: keep } });
  const updated = (begun: object, now: ReturnType<typeof wanting>) =>
    lifecycle.update!("debian-13", { inputs: inputs({}), outputs: { ...inputs({}), begun } }, now, call());
  const taking = { [KEY]: { closings: 1, from: ["public"] } };
  expect(await updated({}, wanting(["a"], seen(1, ["a", "public"])))).toMatchObject({ begun: taking });
  // Undone after a kill, and killed once more before the closing knew of it.
  expect(await updated(taking, wanting(["a", "public"], seen(1, ["a", "public"])))).toMatchObject({
    begun: taking,
  });
  expect(await updated(taking, wanting(["a"], seen(2, ["a"])))).toMatchObject({ begun: {} });
});
