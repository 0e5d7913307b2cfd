import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Version of the package: the plugin tells it to the engine, and what it signs and checks tells it to readers. */
export const { version: VERSION } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")) as {
  version: string;
};
