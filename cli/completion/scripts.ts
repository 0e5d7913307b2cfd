/** Completion scripts, made of the commands' own names and options: nothing is started at a Tab. */

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** Values of its first argument, if they are known. */
  readonly values: readonly string[];
}

interface CompletedOption {
  /** `--stack` */
  readonly flag: string;
  readonly description: string;
}

type Script = (commands: readonly CompletedCommand[]) => string;

/** By the shell's name. Where no word fits, the shell offers files. */
export const SCRIPTS: Readonly<Record<string, Script>> = { bash, zsh, fish };

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(
    ({ name, options, values }) =>
      `    ${name}) words="${[...values, ...options.map(({ flag }) => flag)].join(" ")}" ;;`,
  );
  return `_imprimatur() {
  local words=
  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands.map(({ name }) => name).join(" ")}"; else
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _imprimatur imprimatur
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const listed = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, options, values }) => {
    const flags = options.map(({ flag, description }) =>
      quoted(`${flag}[${description.replaceAll(/[[\]]/g, "")}]`),
    );
    const first = values.length > 0 ? [quoted(`1:value:(${values.join(" ")})`)] : [];
    return `    ${name}) _arguments ${[...flags, ...first, quoted("*:file:_files")].join(" ")} ;;`;
  });
  return `#compdef imprimatur
_imprimatur() {
  local -a commands=(
${listed.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
compdef _imprimatur imprimatur
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  return `${commands
    .flatMap(({ name, summary, options, values }) => [
      `complete -c imprimatur -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...values.map((value) => `complete -c imprimatur -n '__fish_seen_subcommand_from ${name}' -a ${value}`),
      ...options.map(
        ({ flag, description }) =>
          `complete -c imprimatur -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)} -d ${quoted(description)}`,
      ),
    ])
    .join("\n")}\n`;
}

/** One word for each of these shells: single quotes keep everything but themselves, which fish escapes otherwise. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "").replaceAll("\\", "")}'`;
}
