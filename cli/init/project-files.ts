import { PEERS, VERSION } from "../../facts/version";
import { type Answers, yamlText } from "./answers";
import type { Section } from "./section";

/** Files of a new project that say nothing of a product, by their path in it. */
export function projectFiles(
  { product }: Answers,
  sections: readonly Section[],
  backend: string,
): Readonly<Record<string, string>> {
  const classes = Object.fromEntries(
    sections.flatMap(({ package: name }) => (name === undefined ? [] : [[name, PEERS[name]]])),
  );
  const manifest = {
    name: `${product.replaceAll(".", "-")}-images`,
    private: true,
    dependencies: { ...classes, imprimatur: `^${VERSION}` },
  };
  return {
    "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "Pulumi.yaml": `name: ${yamlText(`${product.replaceAll(".", "-")}-images`)}
description: Operating-system images as desired state
runtime:
  name: nodejs
  options:
    typescript: false
main: index.js
stackConfigDir: stacks
backend:
  # Where the state is kept: file://…, s3://…, gs://… or azblob://…
  url: ${yamlText(backend)}
plugins:
  providers:
    - name: imprimatur
      path: ./node_modules/imprimatur/provider
`,
    "index.js": `"use strict";

// The whole program: what it does is said by stacks/Pulumi.*.yaml.
module.exports = require("imprimatur/program");
`,
    ".gitignore": `node_modules/
.rehearsal/
# Disks are large, and an image file names each by its digest. Keys are nobody else's.
*.raw
*.pem
!*.pub.pem
imprimatur-*.jsonl
`,
  };
}
