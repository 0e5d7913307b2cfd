export const PACKAGES: Readonly<
  Record<"product" | "rehearsal", { readonly folder: string; readonly assets: readonly string[] }>
>;
export function build(name: keyof typeof PACKAGES): void;
export function furnish(name: keyof typeof PACKAGES, target: string): void;
