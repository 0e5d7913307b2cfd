import { lastWords } from "../../../cli/engine";

/** Engine 3.259's output to stderr. */
test.each([
  [
    "error: no Pulumi.yaml project file found (searching upwards from /srv). If you have not created a project yet, use `pulumi new` to do so: no project file found",
    "there is no Pulumi.yaml here; run this in the project's folder",
  ],
  [
    "error: no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one",
    "no stack is selected; name one with --stack, or run `pulumi stack select`",
  ],
  [
    "error: no stack named 'nosuch' found",
    "there is no stack nosuch in this backend; `pulumi stack ls` lists them, `pulumi stack init nosuch` makes it",
  ],
  ["warning: a\nerror: something else\n", "something else"],
  ["", "exit 255"],
])("%j is told as %j", (stderr, want) => {
  expect(lastWords({ status: 255, stdout: "", stderr })).toBe(want);
});

test.each([
  [
    "error: failed to load checkpoint: place 1: unexpected end of JSON input",
    /a full disk left the state half written: imprimatur recover mends it$/,
  ],
  ["error: failed to load checkpoint: EOF", /^failed to load checkpoint: EOF; .*imprimatur recover mends it/],
  [
    "warning: a\nPanic:            runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n\t/go/main.go:67 +0x6d\n",
    /^the engine crashed: runtime error: index out of range; run the same command again, which clears up after it\. /,
  ],
  [
    "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n",
    /^the engine crashed: all goroutines are asleep - deadlock!; .*github\.com\/pulumi\/pulumi\/issues$/,
  ],
  [
    "error: The Pulumi CLI encountered a snapshot integrity error. This is a bug!\n\nError:             snapshot integrity failure; refusing to use it: resource b's dependency a refers to missing resource\n\nStack Trace:\n\ngoroutine 1 [running]:\nmain.main()\n\t/go/main.go:67 +0x6d\n",
    /^the state is broken: resource b's dependency a refers to missing resource; imprimatur recover mends it/,
  ],
  [
    "error: resource missing required 'urn' field",
    /^the state is broken: .*'urn' field; imprimatur recover mends it/,
  ],
  ["error: getting secrets manager: incorrect passphrase", /set PULUMI_CONFIG_PASSPHRASE or /],
])("%j comes with what helps", (stderr, says) => {
  expect(lastWords({ status: 255, stdout: "", stderr })).toMatch(says);
});
