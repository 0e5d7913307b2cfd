import { serve } from "./command/serve";

// What `imprimatur rehearsal env` leaves running: `serve.ts <folder> <pace>`.
const [, , folder = "", pace = ""] = process.argv;
void serve(folder, Number(pace), (line) => console.log(line)).then((code) => process.exit(code));
