/** Values in texts to paste: what a record says is a stranger's, and must stay a value. */

/** A string of HCL (Terraform language, "Strings and Templates", 2026-11): as JSON, and without templates. */
export function hclString(value: string): string {
  return JSON.stringify(value).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

/** A string of TypeScript. */
export function typescriptString(value: string): string {
  return JSON.stringify(value);
}
