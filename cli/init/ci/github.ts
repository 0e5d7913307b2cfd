import { type CiSystem, DISKS, indented, PLAN, type Pipeline, RETENTION, STALE } from "./pipeline";

/** Pinned by commit: a tag can be moved to other code. Each was looked up in other projects' pins, 2026-11. */
const USES = {
  checkout: "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2",
  node: "actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0",
  upload: "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2",
};

const FILE = ".github/workflows/images.yml";

/** GitHub Actions. */
export const github: CiSystem = { file: FILE, write: workflow };

function workflow(pipeline: Pipeline): string {
  const { product, clouds, hasPassphrase, hasKeyFile } = pipeline;
  const variables = {
    DISKS_URL: "where raw disks lie: $DISKS_URL/<sha256>.raw",
    ...(Object.assign({}, ...clouds.map(({ github }) => github.variables)) as Record<string, string>),
  };
  const secrets = {
    ...(hasPassphrase && { PULUMI_CONFIG_PASSPHRASE: "passphrase of the stack's secrets" }),
    ...(hasKeyFile && { RELEASE_KEY: "the release key, in PEM" }),
  };
  const names = (all: object) =>
    Object.entries(all)
      .map(([name, what]) => `#     ${name.padEnd(26)} ${what}`)
      .join("\n");
  const env = [
    `  STACK: ${product}`,
    // eslint-disable-next-line no-template-curly-in-string -- an expression of GitHub's
    ...(hasPassphrase ? ["  PULUMI_CONFIG_PASSPHRASE: ${{ secrets.PULUMI_CONFIG_PASSPHRASE }}"] : []),
    ...clouds.flatMap(({ github }) => (github.env === "" ? [] : [github.env])),
  ].join("\n");
  return `# Written by 'imprimatur init --ci github', and yours from now on.
#   plan   on a pull request: its plan as a comment, and saved
#   up     on main, once a reviewer of the environment "production" says yes: the saved plan, and nothing else
#   night  audit, outdated packages, and what the retention policy says as a pull request
# Settings of the repository, under Secrets and variables, Actions. Variables:
${names(variables)}
${Object.keys(secrets).length > 0 ? `# and secrets:\n${names(secrets)}\n` : ""}name: images
on:
  pull_request:
  push:
    branches: [main]
  schedule:
    - cron: "23 3 * * *"
permissions: {}
concurrency:
  group: images-\${{ github.head_ref || 'main' }}
defaults:
  run:
    shell: bash
env:
${env}
jobs:
  plan:
    # A fork's code gets neither credentials nor secrets.
    if: github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read
      id-token: write
      pull-requests: write
    steps:
${setup(pipeline)}
      - name: Plan
        run: |
${indented(PLAN, 10)}
      - name: Comment
        env:
          GH_TOKEN: \${{ github.token }}
          PULL_REQUEST: \${{ github.event.pull_request.number }}
        run: gh pr comment "$PULL_REQUEST" --repo "$GITHUB_REPOSITORY" --body-file plan.md --edit-last --create-if-none
      - uses: ${USES.upload}
        with:
          name: plan
          path: plan.json
          if-no-files-found: ignore
  up:
    if: github.event_name == 'push'
    environment: production
    runs-on: ubuntu-24.04
    timeout-minutes: 350
    permissions:
      contents: read
      id-token: write
      # Reads the pull request of this commit, and the plan that its run left.
      pull-requests: read
      actions: read
    steps:
${setup(pipeline)}
      - name: Fetch the plan that was reviewed
        env:
          GH_TOKEN: \${{ github.token }}
        run: |
          head=$(gh api "repos/$GITHUB_REPOSITORY/commits/$GITHUB_SHA/pulls" --jq '.[0].head.sha // empty')
          if [ -z "$head" ]; then echo "::error::$GITHUB_SHA came to main without a pull request, so nobody has seen a plan of it"; exit 1; fi
          run=$(gh run list --repo "$GITHUB_REPOSITORY" --workflow images.yml --event pull_request --commit "$head" --status success --limit 1 --json databaseId --jq '.[0].databaseId // empty')
          if [ -z "$run" ]; then echo "::error::no run of $head ended well, so there is no plan of it"; exit 1; fi
          gh run download "$run" --repo "$GITHUB_REPOSITORY" --name plan
      - name: Fetch the raw disks
        env:
          DISKS_URL: \${{ vars.DISKS_URL }}
        run: |
${indented(DISKS, 10)}
${hasKeyFile ? key() : ""}      - name: Up
        run: npx imprimatur up --plan plan.json --ci --yes
      - uses: ${USES.upload}
        if: "!cancelled()"
        with:
          name: records
          path: records
          if-no-files-found: ignore
  night:
    if: github.event_name == 'schedule'
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: write
      id-token: write
      pull-requests: write
    steps:
${setup(pipeline, true)}
      - name: Audit
        run: npx imprimatur audit --stack "$STACK"
      - name: Outdated packages
        if: "!cancelled()"
        run: |
${indented(STALE, 10)}
      - name: Retention as a pull request
        if: "!cancelled()"
        env:
          GH_TOKEN: \${{ github.token }}
        run: |
${indented(RETENTION, 10)}
          # What this token opens starts no workflow: close and open it again for its plan.
          git push --quiet origin HEAD
          gh pr create --repo "$GITHUB_REPOSITORY" --base main --fill
`;
}

/** @param pushes the job pushes a branch, so that git keeps its token */
function setup({ clouds }: Pipeline, pushes = false): string {
  const steps = clouds.flatMap(({ github }) => (github.step === "" ? [] : [github.step]));
  return [
    `      - uses: ${USES.checkout}
        with:
          persist-credentials: ${pushes}
      - uses: ${USES.node}
        with:
          node-version: 22
          cache: npm
      - name: Install
        run: npm ci --ignore-scripts`,
    ...steps,
  ].join("\n");
}

function key(): string {
  return `      - name: Release key
        env:
          RELEASE_KEY: \${{ secrets.RELEASE_KEY }}
        run: |
          (umask 077 && printf '%s\\n' "$RELEASE_KEY" > "$RUNNER_TEMP/release.pem")
          echo "IMPRIMATUR_SIGNING_KEY=$RUNNER_TEMP/release.pem" >> "$GITHUB_ENV"
`;
}
