/** Known facts about each release at one moment, even without a step in the preview. */
export type Standing = ReadonlyMap<
  string,
  {
    readonly state: string;
    /** Absent: unknown. */
    readonly clouds?: readonly string[];
    readonly architectures?: readonly string[];
  }
>;

export interface Standings {
  readonly before: Standing;
  readonly after: Standing;
}
