import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { start } from "../../rehearsal/azure";

const PYTHON = process.env.IMPRIMATUR_PYTHON ?? "python3";
const CLIENTS = "azure-mgmt-compute azure-mgmt-resource azure-storage-blob";

/** Microsoft's Python clients are nobody's dependency here: whoever has them runs the judge. */
function hasClients(): boolean {
  try {
    const modules = "azure.mgmt.compute, azure.mgmt.resource.resources, azure.storage.blob";
    execFileSync(PYTHON, ["-c", `import ${modules}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const judged = hasClients() ? test : test.skip;
if (judged === test.skip) {
  process.stderr.write(
    `skipped: ${PYTHON} lacks ${CLIENTS} (pip install ${CLIENTS}; IMPRIMATUR_PYTHON names the interpreter)\n`,
  );
}

judged(
  "Microsoft's own Python clients find the stand-in Azure as the real one",
  async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "azure-judge-"));
    const cloud = await start({ directory, pace: 0.3 });
    try {
      await cloud.fault?.({ kind: "replication", region: "eastus2" });
      const { status, output } = await run(
        path.join(__dirname, "../judges/azure_judge.py"),
        cloud.environment(),
      );
      expect({ status, output }).toMatchObject({ status: 0 });
      expect(output).toContain("ok - a stranger makes a disk of it, and reads the bytes that were published");
      expect(output).toContain("ok - everything can be deleted");
      expect(await cloud.inventory()).toEqual([]);
    } finally {
      await cloud.stop();
      fs.rmSync(directory, { recursive: true, force: true });
    }
  },
  300_000,
);

function run(
  script: string,
  environment: Record<string, string>,
): Promise<{ status: number | null; output: string }> {
  const child = spawn(PYTHON, [script], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, output }));
  });
}
