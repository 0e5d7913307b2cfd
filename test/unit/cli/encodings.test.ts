import fs from "node:fs";
import path from "node:path";
import { projectName } from "../../../cli/backend-folder";
import { readExpectation } from "../../../cli/policy";
import { readStackFile } from "../../../cli/stack";
import { type Image, writeImageFile } from "../../../config/image-file";
import { readText } from "../../../facts/read-file";
import { assembleStack } from "../../../stacks/load";
import { build } from "../components/builds";
import { goodValues } from "../config/stack-values";
import { temporaryFolder } from "../disk/sparse-file";

const home = process.cwd();
const project = temporaryFolder();
const STACK_FILE = "stacks/Pulumi.demo.yaml";
const IMAGE_FILE = "images/demo/20261120.0.json";
const values = goodValues();
const stack = `# société
${JSON.stringify(
  { config: Object.fromEntries(Object.entries(values).map(([key, value]) => [`imprimatur:${key}`, value])) },
  null,
  2,
)}\n`;
const { images } = build({}, ["x86_64", "arm64"]).imageFile;
const named = (image: Image): Image => {
  const guid = (last: number) => `0fc63daf-8483-4772-8e79-3d69d8477de${last}`;
  const partitions = [
    { number: 1, start: 20_480, length: 4096, typeGuid: guid(4), guid: guid(5), name: "Système" },
  ];
  return { ...image, partitionTable: { ...image.partitionTable, partitions } as Image["partitionTable"] };
};
const image = writeImageFile({
  product: "demo",
  version: "20261120.0",
  images: { ...images, x86_64: named(images.x86_64 as Image) },
});

beforeAll(() => {
  process.chdir(project);
  for (const folder of ["stacks", "images/demo"]) fs.mkdirSync(folder, { recursive: true });
});
afterAll(() => process.chdir(home));
beforeEach(() => {
  fs.writeFileSync(STACK_FILE, stack);
  fs.writeFileSync(IMAGE_FILE, image);
});

const KINDS = {
  "a stack file": {
    file: STACK_FILE,
    text: stack,
    read: () => readStackFile("demo").config.product.publisher,
    gives: "Imprimatur",
  },
  "an image file": {
    file: IMAGE_FILE,
    text: image,
    read: () => readStackFile("demo").imageFiles.get(IMAGE_FILE)?.images.x86_64?.partitionTable.partitions[0],
    gives: expect.objectContaining({ name: "Système" }) as unknown,
  },
  "what --expect names": {
    file: "expect.yaml",
    text: "# déclaré\nwithout:\n  - swap-partitions\n",
    read: () => readExpectation("expect.yaml").without,
    gives: ["swap-partitions"],
  },
  "the project's file": {
    file: "Pulumi.yaml",
    text: "name: my-images\ndescription: système\n",
    read: projectName,
    gives: "my-images",
  },
};

const bom = (text: string) => Buffer.from(`\ufeff${text}`);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
const TAKEN: [string, (text: string) => Buffer][] = [
  ["UTF-8 with a byte order mark", bom],
  ["CRLF", (text) => Buffer.from(text.replaceAll("\n", "\r\n"))],
  ["both", (text) => bom(text.replaceAll("\n", "\r\n"))],
];
const REFUSED: [string, (text: string) => Buffer, RegExp][] = [
  ["UTF-16, little-endian", utf16, /looks like UTF-16 \(little-endian\); .*iconv -f UTF-16 -t UTF-8 /],
  [
    "UTF-16, big-endian",
    (text) => utf16(text).swap16(),
    /looks like UTF-16 \(big-endian\); .*iconv -f UTF-16 -t UTF-8 /,
  ],
  [
    "UTF-16 without a mark",
    (text) => Buffer.from(text, "utf16le"),
    /looks like UTF-16 \(little-endian\); .*iconv -f UTF-16LE -t UTF-8 /,
  ],
  ["latin-1", (text) => Buffer.from(text, "latin1"), /looks like ISO 8859-1 .*iconv -f ISO-8859-1 -t UTF-8 /],
  [
    "Windows-1252",
    (text) => Buffer.from(text.replace(/é|è/, "\x93"), "latin1"),
    /looks like Windows-1252; .*iconv -f WINDOWS-1252 -t UTF-8 /,
  ],
  [
    "broken UTF-8",
    (text) => Buffer.concat([Buffer.from(text), Buffer.from("\n# é"), Buffer.from([0xc3])]),
    /bytes that are none, first in line \d+; .*iconv -c -f UTF-8 -t UTF-8 /,
  ],
];

describe.each(Object.entries(KINDS))("%s", (_kind, { file, text, read, gives }) => {
  test.each(TAKEN)("in %s is taken", (_what, encode) => {
    fs.writeFileSync(file, encode(text));
    expect(read()).toEqual(gives);
  });

  test.each(REFUSED)("in %s is refused in a line with the command", (_what, encode, says) => {
    fs.writeFileSync(file, encode(text));
    const refusal = refusalOf(read);
    expect(refusal).toMatch(says);
    expect(refusal.split(file)).toHaveLength(4);
    expect(refusal).toMatch(new RegExp(`^${file.replaceAll(".", "\\.")}: `));
    expect(refusal).not.toContain("\n");
  });
});

test("the program says of an image file what it is encoded in, beside its other problems", () => {
  fs.writeFileSync(IMAGE_FILE, utf16(image));
  const assembled = assembleStack(values, (file) => readText(path.resolve(file), { shown: file }));
  expect(assembled.stack === undefined && assembled.problems).toEqual([
    expect.objectContaining({
      given: `${IMAGE_FILE}, which is not UTF-8, and looks like UTF-16 (little-endian)`,
      cure: `make it UTF-8: iconv -f UTF-16 -t UTF-8 ${IMAGE_FILE} > new && mv new ${IMAGE_FILE}`,
    }),
  ]);
});

function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
