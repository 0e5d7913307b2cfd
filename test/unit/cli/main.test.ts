import { runCli } from "./run-cli";

it("answers with help, and no error, when nothing is asked", async () => {
  const { code, out, err } = await runCli([]);
  expect(out).toContain("inspect");
  expect(out).toContain("Exit codes:");
  expect({ code, err }).toEqual({ code: 0, err: "" });
});

it("prints the version of the package", async () => {
  const { version } = jest.requireActual<{ version: string }>("../../../package.json");
  expect(await runCli(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

it.each([
  [["inspct"], "imprimatur: unknown command 'inspct'\n(Did you mean inspect?)\nSee 'imprimatur --help'.\n"],
  [["--jso"], "imprimatur: unknown option '--jso'\nSee 'imprimatur --help'.\n"],
  [
    ["inspect", "--product", "demo", "--version", "1"],
    "imprimatur: missing required argument 'disk'\nSee 'imprimatur inspect --help'.\n",
  ],
  [
    ["inspect", "x.raw", "--version", "1"],
    "imprimatur: --product is missing: whose image file is this to be?\n",
  ],
  [
    ["inspect", "x.raw", "--product", "Demo", "--version", "1..0"],
    'imprimatur: --product needs 1 to 40 characters of a-z, 0-9, . and -, with a letter or digit first and last, but has "Demo".\n' +
      'imprimatur: --version needs 1 to 40 letters and digits, in parts joined by . _ or -, but has "1..0".\n',
  ],
])("calls %j wrong usage", async (argv, err) => {
  expect(await runCli(argv)).toEqual({ code: 2, out: "", err });
});

it("shows a stack only with --debug", async () => {
  const argv = ["inspect", "/nowhere.raw", "--product", "demo", "--version", "1"];
  const line = "imprimatur: /nowhere.raw: there is no such file. Check the path.\n";
  expect(await runCli(argv)).toEqual({ code: 1, out: "", err: line });
  for (const debug of [
    ["--debug", ...argv],
    [...argv, "--debug"],
  ]) {
    const { code, err } = await runCli(debug);
    expect(code).toBe(1);
    expect(err).toMatch(/^imprimatur: .*\nDiskProblem: [^]*\n    at [^]*caused by Error: ENOENT/);
  }
});

it("gives scripts the problem as JSON on stdout", async () => {
  const { code, out } = await runCli([
    "inspect",
    "/nowhere.raw",
    "--product",
    "demo",
    "--version",
    "1",
    "--json",
  ]);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({
    schemaVersion: 1,
    problems: ["/nowhere.raw: there is no such file. Check the path."],
  });
});
