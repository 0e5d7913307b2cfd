import { parse } from "yaml";
import { applyProposals } from "../../../config/edit";
import type { Proposal } from "../../../config/retention";

const FILE = `# the product of the year
config:
  imprimatur:product: { name: demo } # short
  imprimatur:releases:
    # the newest
    - version: "3.0"
      state: published # since the summer
      imageFile: images/3.json

    # fixes CVE-2026-1
    - version: "2.0"
      state: published
      deprecateOn: "2030-01-01T00:00:00Z"
      imageFile: images/2.json
    - { version: "1.0", state: deprecated, imageFile: images/1.json }
  imprimatur:aws:
    homeRegion: eu-central-1 # Frankfurt
`;
const propose = (version: string, to: Proposal["to"], dates: Proposal["dates"] = {}): Proposal => ({
  version,
  from: "published",
  to,
  dates,
  because: "",
});
const lines = (text: string) => text.split("\n");

test("a state and its dates change, and not a character besides", () => {
  const edited = applyProposals(FILE, [
    propose("3.0", "deprecated", { deprecateOn: "2026-11-24T00:00:00Z", endOfLife: "2027-01-01T00:00:00Z" }),
    propose("2.0", "deprecated", { deprecateOn: "2026-11-24T00:00:00Z" }),
    propose("1.0", "withdrawn"),
  ]);
  expect(lines(edited).filter((line) => !lines(FILE).includes(line))).toEqual([
    "      state: deprecated # since the summer",
    '      endOfLife: "2027-01-01T00:00:00Z"',
    '      deprecateOn: "2026-11-24T00:00:00Z"',
    "      state: deprecated",
    '      deprecateOn: "2026-11-24T00:00:00Z"',
    '    - { version: "1.0", state: withdrawn, imageFile: images/1.json }',
  ]);
  expect(lines(FILE).filter((line) => !lines(edited).includes(line))).toHaveLength(4);
});

test.each([
  { gone: "1.0", kept: ["3.0", "2.0"], without: ['version: "1.0"'] },
  { gone: "2.0", kept: ["3.0", "1.0"], without: ["CVE-2026-1", "images/2.json"] },
  { gone: "3.0", kept: ["2.0", "1.0"], without: ["images/3.json", "since the summer"] },
])(
  "the line of $gone goes with the comment that speaks of it, and the deletion is named",
  ({ gone, kept, without }) => {
    const edited = applyProposals(FILE, [propose(gone, "removed")]);
    const { config } = parse(edited) as { config: Record<string, unknown> };
    expect((config["imprimatur:releases"] as { version: string }[]).map(({ version }) => version)).toEqual(
      kept,
    );
    expect(config["imprimatur:allow"]).toEqual([`delete-published:${gone}`]);
    for (const word of without) expect(edited).not.toContain(word);
    for (const comment of ["# the product of the year", "# short", "# the newest", "# Frankfurt"])
      expect(edited).toContain(comment);
  },
);

test.each([
  ["a list", "  imprimatur:allow:\n    - make-public # for good\n", ["make-public", "delete-published:1.0"]],
  ["a list in brackets", '  imprimatur:allow: ["make-public"]\n', ["make-public", "delete-published:1.0"]],
  ["an empty list", "  imprimatur:allow: []\n", ["delete-published:1.0"]],
  ["a list that says so already", "  imprimatur:allow: [delete-published]\n", ["delete-published"]],
])("a deletion is named in %s", (_name, allow, want) => {
  const edited = applyProposals(FILE + allow, [propose("1.0", "removed")]);
  expect((parse(edited) as { config: Record<string, unknown> }).config["imprimatur:allow"]).toEqual(want);
});

test("the last line leaves an empty list", () => {
  const edited = applyProposals(
    FILE,
    ["1.0", "2.0", "3.0"].map((version) => propose(version, "removed")),
  );
  const { config } = parse(edited) as { config: Record<string, unknown> };
  expect(config["imprimatur:releases"]).toEqual([]);
  expect(config["imprimatur:aws"]).toEqual({ homeRegion: "eu-central-1" });
  expect(config["imprimatur:allow"]).toHaveLength(3);
});

test.each([
  ["9.9", FILE, /there is no release 9\.9/],
  [
    "1.0",
    FILE.replace(
      / {2}imprimatur:releases:[^]*/,
      '  imprimatur:releases: [{version: "1.0", state: staged}]\n',
    ),
    /by hand/,
  ],
])("what cannot be done is said: %s", (version, text, says) => {
  expect(() => applyProposals(text, [propose(version, "removed")])).toThrow(says);
});

const RELEASES = "config:\n  imprimatur:releases:";
const dated = { deprecateOn: "2026-05-20T00:00:00Z" };

test.each([
  [
    "the file ends without a newline",
    `${RELEASES}\n    - version: "1.0"\n      state: published`,
    propose("1.0", "deprecated", dated),
    `${RELEASES}\n    - version: "1.0"\n      state: deprecated\n      deprecateOn: "2026-05-20T00:00:00Z"`,
  ],
  [
    "lines end as on Windows",
    `${RELEASES}\r\n    - version: "1.0"\r\n      state: published\r\n`,
    propose("1.0", "deprecated", dated),
    `${RELEASES}\r\n    - version: "1.0"\r\n      state: deprecated\r\n      deprecateOn: "2026-05-20T00:00:00Z"\r\n`,
  ],
  [
    "a comment with a colon stands beside the key of the list",
    `${RELEASES} # all builds: newest last\n    - version: "1.0"\n      state: withdrawn\n`,
    propose("1.0", "removed"),
    'config:\n  imprimatur:allow:\n    - "delete-published:1.0"\n  imprimatur:releases: [] # all builds: newest last\n',
  ],
])("is right though %s", (_name, text, proposal, want) => {
  expect(applyProposals(text, [proposal])).toBe(want);
});

test.each([
  [
    "a state that another release shares",
    `${RELEASES}\n    - { version: "1.0", state: &s published }\n    - { version: "2.0", state: *s }\n`,
    propose("1.0", "deprecated", dated),
    'set state: deprecated and deprecateOn: "2026-05-20T00:00:00Z" by hand',
  ],
  [
    "a release that another one is merged from",
    `${RELEASES}\n    - &r\n      version: "1.0"\n      state: withdrawn\n    - <<: *r\n      version: "2.0"\n`,
    propose("1.0", "removed"),
    'remove it and add "delete-published:1.0" to imprimatur:allow by hand',
  ],
  [
    "a dash with a comment that has another",
    `${RELEASES}\n    - version: "2.0"\n      state: published\n    -\n      # second - build\n      version: "1.0"\n      state: withdrawn\n`,
    propose("1.0", "removed"),
    "by hand",
  ],
])("%s is left to a person", (_name, text, proposal, says) => {
  expect(() => applyProposals(text, [proposal])).toThrow(says);
});
