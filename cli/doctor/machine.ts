/** This machine: Node, the engine, its plugins, the raw disks. */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { imagesOf } from "../../components/images";
import { findRawDisk } from "../../provider/raw-disk";
import type { Cloud } from "../../facts/clouds";
import { NODE_RANGE, PEERS } from "../../facts/version";
import { ENGINE_VERSION, newEnough } from "../../tools/engine";
import { isSupported } from "../../tools/setup/node-version";
import { askEngine } from "../engine";
import { CLOUD_COMMANDS } from "../clouds";
import { projectFolder } from "../../facts/project";
import type { StackFile } from "../stack";
import { Area, type Checks, reasonOf } from "./check";

export function checkNode(version = process.versions.node): Checks {
  const area = new Area("machine");
  if (isSupported(version, NODE_RANGE)) area.ok("node", `Node ${version}`);
  else area.fail("node", `Node ${version} is not supported; install one of ${NODE_RANGE}`);
  return area.checks;
}

/** @returns also whether there is an engine for other checks to use */
export async function checkEngine(): Promise<{ readonly checks: Checks; readonly hasEngine: boolean }> {
  const area = new Area("machine");
  try {
    const version = (await askEngine(["version"])).trim();
    if (newEnough(version)) area.ok("engine", `pulumi ${version}`);
    else
      area.fail(
        "engine",
        `pulumi ${version} is on PATH, and ${ENGINE_VERSION} or newer is needed; update it, or take it off PATH, and one is fetched`,
      );
    return { checks: area.checks, hasEngine: true };
  } catch (error) {
    area.fail("engine", reasonOf(error));
    return { checks: area.checks, hasEngine: false };
  }
}

/** Resource classes and plugin of each cloud of the stack, and this project's own plugin. */
export async function checkPlugins(clouds: readonly Cloud[]): Promise<Checks> {
  const area = new Area("machine");
  const installed = JSON.parse(await askEngine(["plugin", "ls", "--json"])) as {
    name: string;
    version?: string;
  }[];
  for (const cloud of clouds) {
    const { package: name } = CLOUD_COMMANDS[cloud].init();
    if (name === undefined) continue;
    const plugin = name.replace("@pulumi/", "");
    const version = versionOf(name);
    if (version === undefined) {
      area.fail(
        `plugin ${plugin}`,
        `${name} is not installed; run: npm install ${name}@${PEERS[name] ?? ""}`,
      );
      continue;
    }
    const isHere = installed.some((one) => one.name === plugin && one.version === version);
    if (isHere || isOnPath(`pulumi-resource-${plugin}`)) area.ok(`plugin ${plugin}`, `${plugin} ${version}`);
    else if (process.env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION)
      area.fail(
        `plugin ${plugin}`,
        `the plugin ${plugin} ${version} is not here, and PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION forbids the engine to fetch it; ` +
          `run: imprimatur pulumi plugin install resource ${plugin} ${version}`,
      );
    else
      area.ok(
        `plugin ${plugin}`,
        `${plugin} ${version} is not here yet: the engine fetches it at the first preview`,
      );
  }
  return area.checks;
}

/** Version of a package as the project has it installed. */
function versionOf(name: string): string | undefined {
  const find = createRequire(path.join(projectFolder(), "index.js"));
  try {
    const { version } = JSON.parse(readFileSync(find.resolve(`${name}/package.json`), "utf8")) as {
      version: string;
    };
    return version;
  } catch {
    return undefined;
  }
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(path.delimiter).some((folder) => {
    if (folder === "" || !existsSync(path.join(folder, program))) return false;
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Raw disks of releases that `up` may have to upload. */
export function checkDisks({ config, imageFiles }: StackFile): Checks {
  const area = new Area("machine");
  for (const { version, state, imageFile: name } of config.releases) {
    const imageFile = imageFiles.get(name);
    if (imageFile === undefined || (state !== "staged" && state !== "published")) continue;
    for (const { architecture, image } of imagesOf({ imageFile })) {
      const check = `disk ${version}`;
      try {
        const disk = findRawDisk({ imageFile: name, architecture, size: image.size });
        area.ok(check, `${disk.name}, ${image.size} bytes as in its image file`);
      } catch (error) {
        // A release that is published already needs its disk no more.
        area.warn(check, reasonOf(error));
      }
    }
  }
  return area.checks;
}
