import { type CiSystem, DISKS, indented, PLAN, type Pipeline, RETENTION, STALE } from "./pipeline";

/** GitLab CI. */
export const gitlab: CiSystem = { file: ".gitlab-ci.yml", write: pipelineFile };

/**
 * An artifact of a merge request's pipeline is found by `refs/merge-requests/<iid>/head` (docs.gitlab.com/api/job_artifacts, "For merge
 * request pipelines, use ref/merge-requests/:iid/head instead of the source branch name", from memory, 2026-11).
 */
const FETCH_PLAN = `api="$CI_API_V4_URL/projects/$CI_PROJECT_ID"
request() { curl --fail --silent --show-error --location --header "PRIVATE-TOKEN: $IMPRIMATUR_TOKEN" "$@"; }
iid=$(request "$api/repository/commits/$CI_COMMIT_SHA/merge_requests" | jq --raw-output '.[0].iid // empty')
if [ -z "$iid" ]; then echo "$CI_COMMIT_SHA came to $CI_COMMIT_BRANCH without a merge request, so nobody has seen a plan of it"; exit 1; fi
request --output plan.json "$api/jobs/artifacts/refs%2Fmerge-requests%2F$iid%2Fhead/raw/plan.json?job=plan"`;

const COMMENT = `curl --fail --silent --show-error --output /dev/null --header "PRIVATE-TOKEN: $IMPRIMATUR_TOKEN" --data-urlencode "body@plan.md" "$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"`;

const MERGE_REQUEST = `git push --quiet --push-option merge_request.create --push-option "merge_request.target=$CI_DEFAULT_BRANCH" "https://imprimatur:$IMPRIMATUR_TOKEN@$CI_SERVER_HOST/$CI_PROJECT_PATH.git" HEAD`;

function pipelineFile({ product, clouds, hasPassphrase, hasKeyFile }: Pipeline): string {
  const variables: Record<string, string> = {
    IMPRIMATUR_TOKEN: "project access token with the scopes api and write_repository; masked",
    DISKS_URL: "where raw disks lie: $DISKS_URL/<sha256>.raw",
    ...(hasPassphrase && { PULUMI_CONFIG_PASSPHRASE: "passphrase of the stack's secrets; masked" }),
    ...(hasKeyFile && { IMPRIMATUR_SIGNING_KEY: "the release key in PEM, of type File; protected" }),
    ...(Object.assign({}, ...clouds.map(({ gitlab }) => gitlab.variables)) as Record<string, string>),
  };
  const tokens = clouds.flatMap(({ gitlab: { token } }) =>
    token === undefined ? [] : [`    ${token[0]}:\n      aud: ${token[1]}`],
  );
  const before = [
    "apt-get update --quiet=2 && apt-get install --yes --quiet=2 --no-install-recommends jq",
    "npm ci --ignore-scripts",
    ...clouds.flatMap(({ gitlab }) => gitlab.commands),
  ];
  const names = Object.entries(variables).map(([name, what]) => `#   ${name.padEnd(26)} ${what}`);
  return `# Written by 'imprimatur init --ci gitlab', and yours from now on.
#   plan   on a merge request: its plan as a comment, and saved
#   up     on the default branch, by hand in the environment production: the saved plan, and nothing else
#   night  in a scheduled pipeline: audit, outdated packages, and what the retention policy says as a merge request
# Variables of the project, under Settings, CI/CD:
${names.join("\n")}
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
    - if: $CI_PIPELINE_SOURCE == "schedule"
variables:
  STACK: ${product}
default:
  image: node:22-bookworm
  interruptible: false
.images:
${tokens.length > 0 ? ["  id_tokens:", ...tokens, ""].join("\n") : ""}  before_script:
${before.map((command) => `    - |\n${indented(command, 6)}`).join("\n")}
plan:
  extends: .images
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - |
${indented(PLAN, 6)}
    - |
${indented(COMMENT, 6)}
  artifacts:
    paths: [plan.json]
    expire_in: 1 month
    # A plan holds the values of the stack.
    access: developer
up:
  extends: .images
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
      when: manual
  environment: production
  resource_group: $STACK
  timeout: 6 hours
  script:
    - |
${indented(FETCH_PLAN, 6)}
    - |
${indented(DISKS, 6)}
    - npx imprimatur up --plan plan.json --ci --yes
  artifacts:
    when: always
    paths: [records]
.night:
  extends: .images
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
audit:
  extends: .night
  script:
    - npx imprimatur audit --stack "$STACK"
stale:
  extends: .night
  script:
    - |
${indented(STALE, 6)}
retention:
  extends: .night
  script:
    - |
${indented(`${RETENTION}\n${MERGE_REQUEST}`, 6)}
`;
}
