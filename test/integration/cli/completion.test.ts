/** Completion in the shells that are on this machine; bash is always asked. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../../unit/disk/sparse-file";
import { runCli } from "../../unit/cli/run-cli";

const folder = temporaryFolder();
const script = async (shell: string) => (await runCli(["completion", shell])).out;

/** What bash offers after these words. */
function offered(completion: string, ...words: string[]): string[] {
  const asked = `${completion}
COMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")}); COMP_CWORD=${words.length - 1}; _imprimatur; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync("bash", ["--noprofile", "--norc", "-c", asked], { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean);
}

test("bash completes commands, options and subcommands", async () => {
  const completion = await script("bash");
  expect(offered(completion, "imprimatur", "re")).toEqual(["recover", "retention"]);
  expect(offered(completion, "imprimatur", "plan", "--m")).toEqual(["--markdown"]);
  expect(offered(completion, "imprimatur", "verify", "a")).toEqual(["aws", "azure"]);
  expect(offered(completion, "imprimatur", "doctor", "--")).toEqual(["--stack", "--json", "--transcript"]);
});

test.each(["zsh", "fish"])("%s takes its script, if it is here", async (shell) => {
  const completion = await script(shell);
  expect(completion).toContain("doctor");
  if (spawnSync(shell, ["--version"]).error) return;
  const file = path.join(folder, shell);
  writeFileSync(file, completion);
  const { status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  if (shell !== "fish") return;
  const asked = `source ${file}; complete -C "imprimatur verify a"`;
  const { stdout } = spawnSync(shell, ["--no-config", "-c", asked], { encoding: "utf8" });
  expect(stdout.split("\n")).toEqual(expect.arrayContaining(["aws", "azure"]));
});

test("another shell is refused; help names a command as --help does", async () => {
  expect(await runCli(["completion", "csh"])).toMatchObject({ code: 2 });
  const { out } = await runCli(["plan", "--help"]);
  expect(await runCli(["help", "plan"])).toMatchObject({ code: 0, out });
  expect((await runCli(["help"])).out).toContain("completion");
});
