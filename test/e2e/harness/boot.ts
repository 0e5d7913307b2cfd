import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd";

/**
 * Boots a raw disk in QEMU on UEFI firmware until `until` appears on its serial console, and ends the machine. The
 * disk is not written. Emulated, not KVM: half a minute on an idle machine, but the same wherever tests run (nested
 * KVM may be present and not work).
 *
 * @returns the console's output
 * @throws with the console's last lines when the machine stops, or does not print the text in time
 */
export async function bootUntil(disk: string, until: RegExp, seconds = 300): Promise<string> {
  const variables = `${disk}.vars`;
  fs.copyFileSync(path.join(path.dirname(FIRMWARE), "OVMF_VARS_4M.fd"), variables);
  const child = spawn("qemu-system-x86_64", [
    ...["-machine", "q35", "-m", "1024", "-smp", "2"],
    ...["-display", "none", "-serial", "stdio", "-monitor", "none", "-no-reboot", "-nic", "none"],
    ...["-drive", `if=pflash,format=raw,readonly=on,file=${FIRMWARE}`],
    ...["-drive", `if=pflash,format=raw,file=${variables}`],
    ...["-drive", `if=virtio,format=raw,snapshot=on,file=${disk}`],
  ]);
  let console = "";
  try {
    await new Promise<void>((done, fail) => {
      const tail = () => console.slice(-2000);
      const timer = setTimeout(
        () => fail(new Error(`no ${until} in ${seconds} s:\n${tail()}`)),
        seconds * 1000,
      );
      const look = (chunk: Buffer) => {
        console += chunk.toString();
        if (until.test(console)) done();
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.on("error", fail);
      child.on("close", (status) => {
        clearTimeout(timer);
        fail(new Error(`QEMU ended (${status}) before ${until}:\n${tail()}`));
      });
    });
  } finally {
    child.kill("SIGKILL");
    fs.rmSync(variables, { force: true });
  }
  return console;
}
