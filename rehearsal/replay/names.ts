/**
 * Values for a transcript's pseudonyms in a replay: the value in the stand-in's own response at the place of the
 * pseudonym, else a name of the same kind.
 */
const TOKEN = /<([a-z0-9]+):([0-9a-f]{10})(\^?)>/g;

export class Names {
  private readonly known = new Map<string, string>();
  private readonly answered = new Set<string>();

  /** A request's text with every pseudonym replaced. */
  give(text: string): string {
    const dated = text.replace(/^0000-00-00T[0:.]+(Z|[+-]00:?00)$/, "2035-01-01T00:00:00.000Z");
    return dated.replace(TOKEN, (token, kind: string, hash: string) => {
      const name = this.known.get(token) ?? nameLike(kind, hash);
      this.known.set(token, name);
      return name;
    });
  }

  set(token: string, name: string): void {
    this.known.set(token, name);
  }

  /** True if every cloud-assigned id in a text came from a stand-in's response rather than a guess. */
  hasAnswered(text: string): boolean {
    return [...text.matchAll(TOKEN)].every(
      ([token, kind = ""]) => !CLOUDS_OWN.has(kind) || this.answered.has(token) || this.known.has(token),
    );
  }

  /** True if a response supplied the value of a pseudonym. */
  wasAnswered(token: string): boolean {
    return this.answered.has(token);
  }

  /** Learns from a response: values at the same place in both, whole strings and strings around pseudonyms. */
  learn(recorded: unknown, actual: unknown): void {
    if (typeof recorded === "string" && typeof actual === "string") this.learnText(recorded, actual);
    else if (Array.isArray(recorded) && Array.isArray(actual))
      recorded.forEach((item, index) => this.learn(item, actual[index]));
    else if (isRecord(recorded) && isRecord(actual))
      for (const [key, value] of Object.entries(recorded)) this.learn(value, actual[key]);
  }

  private learnText(recorded: string, actual: string): void {
    const tokens = [...recorded.matchAll(TOKEN)].map(([token]) => token);
    if (tokens.length === 0) return;
    const parts = recorded.split(TOKEN_APART).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const match = new RegExp(`^${parts.join("(.+?)")}$`, "s").exec(actual);
    tokens.forEach((token, index) => {
      const value = match?.[index + 1];
      if (value === undefined) return;
      this.answered.add(token);
      if (!this.known.has(token)) this.known.set(token, decoded(value));
    });
  }
}

const TOKEN_APART = /<[a-z0-9]+:[0-9a-f]{10}\^?>/;
/** Cloud-assigned ids. */
const CLOUDS_OWN = new Set(["ami", "snap", "vol", "i", "vpc", "subnet"]);

/** A name of a kind valid in every cloud. */
function nameLike(kind: string, hash: string): string {
  const digits = [...hash].map((digit) => String(parseInt(digit, 16) % 10)).join("");
  switch (kind) {
    case "account":
      return `10${digits}`;
    case "digits":
      return digits;
    case "uuid":
      return `${hash.slice(0, 8)}-${hash.slice(0, 4)}-4${hash.slice(1, 4)}-8${hash.slice(4, 7)}-${hash}00`;
    case "sha256":
      return `sha256:${hash.repeat(7).slice(0, 64)}`;
    case "email":
      return `n${hash}@replay.example`;
    case "host":
      return `n${hash}.example`;
    case "name":
    case "text":
      return `n${hash}`;
    default:
      return `${kind}-${`0${hash}`.padEnd(17, "0")}`;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
