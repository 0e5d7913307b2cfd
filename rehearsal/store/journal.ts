import fs from "node:fs";
import path from "node:path";

/** One named collection of JSON values; every change is in the journal before the call returns. */
export interface Table<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  values(): IterableIterator<T>;
  entries(): IterableIterator<[string, T]>;
  readonly size: number;
}

/** Number of lines beyond which the file is compacted to its live values when opened. */
const COMPACT_BEYOND_LINES = 1000;

/**
 * The state of one stand-in cloud: tables in memory, each change appended to one file as the line `[table, key,
 * value]` (null = deleted) before the request that made it is answered. A `kill -9` can therefore lose only a
 * truncated last line, which was not acknowledged; it is dropped at the next start.
 */
export class Journal {
  private readonly tables = new Map<string, Map<string, unknown>>();
  private descriptor = -1;

  private constructor(private readonly file: string) {}

  /** Opens and replays the journal of a folder, creating both if needed. */
  static open(directory: string): Journal {
    fs.mkdirSync(directory, { recursive: true });
    const file = path.join(directory, "journal.jsonl");
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    const end = text.lastIndexOf("\n") + 1;
    // Text after the last newline was being written when the process was killed.
    if (end < text.length) fs.truncateSync(file, Buffer.byteLength(text.slice(0, end)));
    const lines = text.slice(0, end).split("\n").slice(0, -1);
    const journal = new Journal(file);
    for (const line of lines) journal.replay(line);
    if (lines.length > COMPACT_BEYOND_LINES) journal.compact();
    journal.descriptor = fs.openSync(file, "a", 0o600);
    return journal;
  }

  /** The table of that name; values are shared, so change one only through `set`. */
  table<T>(name: string): Table<T> {
    const rows = this.rows(name) as Map<string, T>;
    return {
      get: (key) => rows.get(key),
      set: (key, value) => {
        this.append([name, key, value]);
        rows.set(key, value);
      },
      delete: (key) => {
        if (!rows.has(key)) return;
        this.append([name, key, null]);
        rows.delete(key);
      },
      values: () => rows.values(),
      entries: () => rows.entries(),
      get size() {
        return rows.size;
      },
    };
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }

  private rows(name: string): Map<string, unknown> {
    let rows = this.tables.get(name);
    if (!rows) this.tables.set(name, (rows = new Map<string, unknown>()));
    return rows;
  }

  private append(line: [string, string, unknown]): void {
    fs.writeSync(this.descriptor, `${JSON.stringify(line)}\n`);
  }

  private replay(line: string): void {
    const [table, key, value] = JSON.parse(line) as [string, string, unknown];
    if (value === null) this.rows(table).delete(key);
    else this.rows(table).set(key, value);
  }

  /** Writes the live values to a new file and atomically replaces the old one. */
  private compact(): void {
    const fresh = `${this.file}.new`;
    const lines: string[] = [];
    for (const [table, rows] of this.tables) {
      for (const [key, value] of rows) lines.push(`${JSON.stringify([table, key, value])}\n`);
    }
    fs.writeFileSync(fresh, lines.join(""), { mode: 0o600 });
    fs.renameSync(fresh, this.file);
  }
}
