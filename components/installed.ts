import * as pulumi from "@pulumi/pulumi";
import { CLOUD_LABELS, type Cloud } from "../facts/clouds";

/**
 * Loads what opens a cloud. Each cloud's resource classes are a package of its own, an optional peer of this one: a
 * project installs those of the clouds that it publishes to.
 *
 * @throws `pulumi.RunError` when that package is not installed, with the command that installs it
 */
export function loadCloud<T>(cloud: Cloud, load: () => T): T {
  try {
    return load();
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) throw error;
    throw new pulumi.RunError(
      `imprimatur:${cloud}: publishing to ${CLOUD_LABELS[cloud]} needs the package ${missing}, which is not installed; ` +
        `run: npm install ${missing}`,
    );
  }
}

/** The package of a cloud's resource classes that Node did not find. */
function missingPackage(error: unknown): string | undefined {
  const { code, message = "" } = error as { code?: string; message?: string };
  if (code !== "MODULE_NOT_FOUND") return undefined;
  return /^Cannot find module '(@pulumi\/(?!pulumi)[a-z-]+)/.exec(message)?.[1];
}
