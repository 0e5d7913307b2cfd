import { fieldsOf } from "../../../facts/deb822";
import { paragraphs } from "../../dpkg";
import { bytesAt, type Context, controlText, packagedText, textAt } from "../context";

/** systemd 252, src/libsystemd/sd-journal/catalog.c: header and item, little-endian. */
const MAGIC = "RHHHKSLP";
const SOURCES = /^\/usr\/lib\/systemd\/catalog\/[^/]+\.catalog$/;

/** journalctl(1)'s binary form of packages' messages: each line of it is in one of their files. */
export function messageCatalogue(path: string, context: Context): string | undefined {
  const bytes = bytesAt(context, path) ?? Buffer.alloc(0);
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) return "it is no catalogue of journalctl";
  const number = (at: number) => Number(bytes.readBigUInt64LE(at));
  const start = number(16) + number(24) * number(32);
  if (start > bytes.length) return "it has texts behind its end";
  const texts = bytes.toString("utf8", start);
  const known = new Set(
    [...context.expected.keys()]
      .filter((each) => SOURCES.test(each))
      .flatMap((each) =>
        packagedText(context, each)
          .split("\n")
          .map((line) => line.trimEnd()),
      ),
  );
  const stray = texts.split(/[\0\n]/).find((line) => line.trimEnd() !== "" && !known.has(line.trimEnd()));
  return stray === undefined ? undefined : `no package has its line ${JSON.stringify(stray.slice(0, 80))}`;
}

/** Fields of a question that decide about an answer. Translations are not compared. */
const OF_QUESTION = ["type", "default", "choices", "description"] as const;

/** debconf's copy of packages' questions (debconf-devel(7)). */
export function questions(path: string, context: Context): string | undefined {
  const known = questionsOf(context);
  for (const entry of paragraphs(textAt(context, path))) {
    const name = entry.get("name") ?? "";
    const own = known.get(name);
    if (!own) return `no package asks ${name}`;
    const other = OF_QUESTION.find((field) => firstLine(entry.get(field)) !== firstLine(own.get(field)));
    if (other !== undefined) return `the ${other} of ${name} is not its package's`;
  }
  return undefined;
}

/** Answers: where a question has a default, that one. What has none is answered for each image. */
export function answers(path: string, context: Context): string | undefined {
  const known = questionsOf(context);
  for (const entry of paragraphs(textAt(context, path))) {
    const [name = "", template = "", value] = ["name", "template", "value"].map((field) => entry.get(field));
    const own = known.get(template);
    if (!own) return `no package asks ${name}`;
    const byDefault = own.get("default");
    if (value !== undefined && byDefault !== undefined && value !== byDefault)
      return `${name} is answered ${JSON.stringify(value.slice(0, 80))}, and by its package ${JSON.stringify(byDefault)}`;
  }
  return undefined;
}

function questionsOf(context: Context): Map<string, Map<string, string>> {
  const texts = [...context.packages.keys()].map((name) => controlText(context, name, "templates"));
  return new Map(
    texts
      .flatMap((text) => text.split(/\n[ \t\r]*\n/).map(fieldsOf))
      .map((fields) => [fields.get("template") ?? "", fields]),
  );
}

/** The rest of a description is in another field of debconf's. */
function firstLine(text: string | undefined): string {
  return (text ?? "").split("\n")[0]!.trim();
}
