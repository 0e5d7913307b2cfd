/** The planned publication, as a preflight checks it. */
export interface OpenstackPreflightPlan {
  readonly cloud?: string | undefined;
  readonly product: string;
  readonly release: string;
  readonly regions: readonly { readonly region: string; readonly public: boolean }[];
  readonly images: readonly { readonly name: string; readonly sha256: string; readonly size: number }[];
}
