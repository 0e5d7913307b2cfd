import { spawnSync } from "node:child_process";
import { USER_DATA } from "../../../../inspection/boot/report";

test("the guest's script is one that a POSIX shell takes, and holds no secret", () => {
  expect(spawnSync("sh", ["-n"], { input: USER_DATA, encoding: "utf8" })).toMatchObject({
    status: 0,
    stderr: "",
  });
  expect(USER_DATA).not.toMatch(/password|ssh-/);
});
