import { parse } from "yaml";
import { protectedNames } from "../../../../config/protected-names";
import {
  engineLines,
  isUntouched,
  PLACEHOLDER,
  stackText,
  withRelease,
} from "../../../../rehearsal/guided/stack-text";

const FOLDER = "images/my-linux";
const release = (version: string) => ({
  product: "my-linux",
  version,
  imageFile: `${FOLDER}/${version}.json`,
});
const text = stackText(release("1.0"), { bootMode: "uefi" });
const SALT = "encryptionsalt: v1:abc=:v1:def\n";

interface Stack {
  config: {
    "imprimatur:azure": { definition?: object };
    "imprimatur:releases": { version: string }[];
    "imprimatur:allow": string[];
  };
}

test("the placeholder of the base forbids no name", () => expect(protectedNames(PLACEHOLDER)).toEqual([]));

test("Azure's definition is of generation 1 for a disk that starts by BIOS, and the default else", () => {
  const of = (bootMode: string) =>
    (parse(stackText(release("1.0"), { bootMode })) as Stack).config["imprimatur:azure"].definition;
  expect(of("legacy-bios")).toEqual({
    hyperVGeneration: "V1",
    securityType: "Standard",
    diskControllerTypes: "SCSI",
  });
  expect([of("uefi"), of("uefi-preferred")]).toEqual([undefined, undefined]);
});

test("a file that nobody edited is known, for any version and disk, with the engine's lines", () => {
  const bios = stackText(release("20261120.0"), { bootMode: "legacy-bios" });
  for (const written of [text, bios, text + SALT])
    expect(isUntouched(written, release("2.0"), FOLDER)).toBe(true);
  for (const edited of [text.replace("Me", "Us"), `${text}# mine\n`, "config: {}\n", ""])
    expect(isUntouched(edited, release("2.0"), FOLDER)).toBe(false);
  expect(engineLines(text + SALT)).toBe(SALT);
});

test("a release is added in front, and named as public; a file in another form is left alone", () => {
  const added = withRelease(text + SALT, release("2.0")) ?? "";
  const { config } = parse(added) as Stack;
  expect(config["imprimatur:releases"].map(({ version }) => version)).toEqual(["2.0", "1.0"]);
  expect(config["imprimatur:allow"]).toEqual(["make-public:2.0", "make-public:1.0"]);
  expect(added.endsWith(SALT)).toBe(true);
  expect(withRelease(text.replace(/allow:\n.*\n/, "allow: [make-public]\n"), release("2.0"))).toBeUndefined();
});
