import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MIB } from "../../../../facts/units";
import { start } from "../../../../rehearsal/azure";
import { download, qemuVhd, upload } from "./harness";

/** The stand-in in a separate process, which sends its port and environment. */
const SERVER = `
  const { start } = require(${JSON.stringify(join(__dirname, "../../../../rehearsal/azure"))});
  void start({ directory: process.argv[1], pace: 0 }).then((cloud) => process.send({ port: cloud.port, ...cloud.environment() }));
`;

test("killed with kill -9, the stand-in comes back with every resource, byte and link it had", async () => {
  const directory = mkdtempSync(join(tmpdir(), "azure-crash-"));
  const child = fork("-e", [SERVER, directory], { execArgv: ["--require", "tsx/cjs"], stdio: "ignore" });
  const reached = await new Promise<Record<string, string>>((resolve) =>
    child.once("message", resolve as never),
  );
  const root = `http://127.0.0.1:${reached.port}/subscriptions/${reached.AZURE_SUBSCRIPTION_ID}/resourceGroups/images`;
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${reached.ADMINISTRATOR_AZURE_TOKEN}` };
    const answer = await fetch(root + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    return text ? (JSON.parse(text) as Record<string, string>) : {};
  };
  const disk = "/providers/Microsoft.Compute/disks/d";
  const grant = (access: string) =>
    ask("POST", `${disk}/beginGetAccess?api-version=2024-03-02`, { access, durationInSeconds: 600 });

  const vhd = qemuVhd(24);
  await ask("PUT", "?api-version=2024-03-01", { location: "westeurope" });
  await ask("PUT", `${disk}?api-version=2024-03-02`, {
    location: "westeurope",
    properties: { creationData: { createOption: "Upload", uploadSizeBytes: 24 * MIB + 512 } },
  });
  await upload((await grant("Write")).accessSAS ?? "", vhd);
  await ask("POST", `${disk}/endGetAccess?api-version=2024-03-02`);
  const link = (await grant("Read")).accessSAS ?? "";
  child.kill("SIGKILL");

  const cloud = await start({ directory, pace: 0, port: Number(reached.port) });
  try {
    expect(cloud.port).toBe(Number(reached.port));
    expect((await ask("GET", `${disk}?api-version=2024-03-02`)).properties).toMatchObject({
      diskState: "ActiveSAS",
    });
    expect((await download(link)).equals(vhd)).toBe(true);
  } finally {
    await cloud.stop();
    rmSync(directory, { recursive: true, force: true });
  }
});
