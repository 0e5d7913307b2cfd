import { programFiles } from "../../../cli/engine-folder";

test.each<[NodeJS.Platform, NodeJS.ProcessEnv, string[]]>([
  ["linux", { PATH: "/usr/bin::/opt/b" }, ["/usr/bin/pulumi", "/opt/b/pulumi"]],
  ["darwin", { PATH: "/opt/homebrew/bin" }, ["/opt/homebrew/bin/pulumi"]],
  [
    "win32",
    { PATH: "C:\\Program Files\\Pulumi;D:\\b", PATHEXT: ".COM;.EXE" },
    [
      "C:\\Program Files\\Pulumi\\pulumi.com",
      "C:\\Program Files\\Pulumi\\pulumi.exe",
      "D:\\b\\pulumi.com",
      "D:\\b\\pulumi.exe",
    ],
  ],
  ["win32", { PATH: "C:\\b" }, ["C:\\b\\pulumi.exe", "C:\\b\\pulumi.cmd"]],
  ["linux", {}, []],
])("on %s with %j a program is looked for under its names there", (platform, env, want) => {
  expect(programFiles("pulumi", env, platform)).toEqual(want);
});
