import { serve } from "./command/serve";
import { parsePace } from "./pace";

// The background process of `imprimatur rehearsal env`: `serve.ts <folder> <pace>`.
const [, , folder = "", pace = ""] = process.argv;
void serve(folder, parsePace(pace) ?? 1, (line) => console.log(line)).then((code) => process.exit(code));
