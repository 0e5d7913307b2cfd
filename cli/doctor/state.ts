/** Where the state is kept, and what encrypts its secrets. */
import { copyFileSync } from "node:fs";
import path from "node:path";
import { backendUrl } from "../backend-folder";
import { askEngine, NoSuchStack } from "../engine";
import { withPrivateFolder } from "../saved-plan";
import { Area, type Checks, reasonOf } from "./check";

/** @returns also the stack's state, if it could be read */
export async function checkState(
  stack: string,
  file: string,
): Promise<{ readonly checks: Checks; readonly state?: string }> {
  const area = new Area("state");
  let url: string;
  try {
    url = await backendUrl();
    area.ok("backend", url);
  } catch (error) {
    area.fail("backend", reasonOf(error));
    area.skip("stack", "the backend has to be reached first");
    area.skip("secrets", "the backend has to be reached first");
    return { checks: area.checks };
  }
  let state: string | undefined;
  try {
    state = await askEngine(["stack", "export", "--stack", stack]);
    area.ok("stack", `${stack} is in ${url}`);
  } catch (error) {
    const isMissing = error instanceof NoSuchStack || /no stack named/.test(reasonOf(error));
    area.fail(
      "stack",
      isMissing
        ? `there is no stack ${stack} in ${url}; run: imprimatur pulumi stack init ${stack}`
        : reasonOf(error),
    );
    area.skip("secrets", "the stack has to be there first");
    return { checks: area.checks };
  }
  await checkSecrets(area, stack, file);
  return { checks: area.checks, state };
}

/**
 * Encrypts a value with the stack's provider, into a copy of its file: the only way to know that the passphrase is right,
 * or that the key in a KMS may be used. Nothing is stored.
 */
async function checkSecrets(area: Area, stack: string, file: string): Promise<void> {
  try {
    await withPrivateFolder(async (folder) => {
      const copy = path.join(folder, "stack.yaml");
      copyFileSync(file, copy);
      await askEngine([
        ...["config", "set", "--stack", stack, "--config-file", copy],
        ...["--secret", "imprimatur:doctor", "tried"],
      ]);
    });
    area.ok("secrets", "a value was encrypted with the stack's secrets provider");
  } catch (error) {
    area.fail("secrets", reasonOf(error));
  }
}
