import { VERSION } from '../version.ts';
import type { InitFiles, Template } from './init-templates.ts';

/** Forges that workflows are written for. */
export const FORGES = ['github', 'gitlab', 'none'] as const;

export type Forge = (typeof FORGES)[number];

/** This very version: a gate that changes by itself is none. */
const RUN = `npx --yes firebreak@${VERSION}`;

// Pinned by commit: a tag can be moved to other code.
const CHECKOUT = 'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2';
const SETUP_NODE = 'actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0';
const UPLOAD = 'actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2';
const DOWNLOAD = 'actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0';

/** An image with git, which comparing with the target branch needs. */
const IMAGE = 'node:22.21.1-bookworm';

/** @param isInferred an inferred estate has predictions that miss; they are shown before they are enforced */
export function workflowFiles(forge: Forge, template: Template, isInferred: boolean): InitFiles {
  if (forge === 'none') return {};
  if (forge === 'gitlab') return { '.gitlab/firebreak.gitlab-ci.yml': gitlab(template, isInferred) };
  const review = { '.github/workflows/firebreak-review.yml': githubReview(isInferred) };
  if (template === 'minimal') return review;
  return {
    ...review,
    '.github/workflows/firebreak-audit.yml': GITHUB_AUDIT,
    '.github/workflows/firebreak-drill.yml': GITHUB_DRILL,
  };
}

function predictCommand(isInferred: boolean): string {
  return isInferred ? `${RUN} predict # add --gate when no prediction misses` : `${RUN} predict --gate`;
}

function githubReview(isInferred: boolean): string {
  return `# What a change of policies, inventories and configurations means for tokens, before it is merged.
name: firebreak review
on: [pull_request]
permissions: {}
concurrency:
  group: firebreak-review-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  review:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read # check out
    steps:
      - uses: ${CHECKOUT}
        with: { fetch-depth: 0, persist-credentials: false } # the branch is compared with where it began
      - uses: ${SETUP_NODE}
        with: { node-version: 22 }
      - run: ${RUN} lint -o github=-
      - run: ${predictCommand(isInferred)}
        if: always()
      - run: ${RUN} diff "origin/$BASE" --gate
        if: always()
        env: { BASE: '\${{ github.base_ref }}' }
`;
}

const GITHUB_AUDIT = `# Every night: what issuers really serve, kept as a history. What is wrong opens an issue and fails the run.
name: firebreak audit
on:
  schedule:
    - cron: '23 3 * * *'
  workflow_dispatch:
permissions: {}
concurrency:
  group: firebreak-audit
  cancel-in-progress: false
jobs:
  audit:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read # check out
    outputs:
      code: \${{ steps.audit.outputs.code }}
    steps:
      - uses: ${CHECKOUT}
        with: { persist-credentials: false }
      - uses: ${SETUP_NODE}
        with: { node-version: 22 }
      - id: audit
        run: |
          code=0
          ${RUN} audit -o pretty=- -o markdown=firebreak-audit.md || code=$?
          echo "code=$code" >> "$GITHUB_OUTPUT"
      - uses: ${UPLOAD}
        with: { name: firebreak-audit, path: "jwks-history\\nfirebreak-audit.md", if-no-files-found: ignore }
  # Only this job may write, and it runs no code of others.
  record:
    needs: audit
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: write # commit the history
      issues: write # say what is wrong
    steps:
      - uses: ${CHECKOUT}
      - uses: ${DOWNLOAD}
        with: { name: firebreak-audit }
      - name: keep the history
        run: |
          git add jwks-history || exit 0
          git diff --cached --quiet && exit 0
          git -c user.name=firebreak -c user.email=firebreak@users.noreply.github.com commit -m 'Record what issuers served'
          git push
      - name: say what is wrong
        if: \${{ !cancelled() && needs.audit.outputs.code != '0' }} # also where the history cannot be pushed
        env:
          GH_TOKEN: \${{ github.token }}
          CODE: \${{ needs.audit.outputs.code }}
        run: |
          title='firebreak audit: issuers need attention'
          [ -s firebreak-audit.md ] || echo "the audit ended with code $CODE and without a report" > firebreak-audit.md
          number=$(gh issue list --state open --search "in:title \\"$title\\"" --json number --jq '.[0].number // empty')
          if [ -n "$number" ]; then gh issue comment "$number" --body-file firebreak-audit.md
          else gh issue create --title "$title" --body-file firebreak-audit.md; fi
          exit "$CODE"
`;

const GITHUB_DRILL = `# Every week: measures what the policies promise. A drill that nobody runs proves nothing.
name: firebreak drill
on:
  schedule:
    - cron: '17 4 * * 1'
  workflow_dispatch:
permissions: {}
concurrency:
  group: firebreak-drill # never two drills on one environment
  cancel-in-progress: false
jobs:
  drill:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      contents: read # check out
    steps:
      - uses: ${CHECKOUT}
        with: { persist-credentials: false }
      - uses: ${SETUP_NODE}
        with: { node-version: 22 }
      - name: drill
        run: |
          worst=0
          for drill in drills/*.yaml; do
            name=$(basename "$drill" .yaml)
            code=0
            ${RUN} drill run "$drill" --record drills/results -o "html=reports/$name.html" -o "markdown=reports/$name.md" || code=$?
            [ ! -f "reports/$name.md" ] || cat "reports/$name.md" >> "$GITHUB_STEP_SUMMARY"
            [ "$code" -le "$worst" ] || worst=$code
          done
          exit "$worst"
      - name: put back whatever an interrupted run left
        if: always()
        run: ${RUN} drill recover
      - name: remove what runs on other machines left
        if: always()
        run: ${RUN} drill sweep --apply
      - uses: ${UPLOAD}
        if: always()
        with: { name: drill-reports, path: reports/, if-no-files-found: ignore }
      - uses: ${UPLOAD}
        if: always()
        with: { name: drill-results, path: drills/results/, if-no-files-found: ignore }
  # Only this job may write, and it runs no code of others.
  record:
    needs: drill
    if: \${{ !cancelled() }} # a missed objective belongs into the history, too
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: write # commit the results
    steps:
      - uses: ${CHECKOUT}
      - uses: ${DOWNLOAD}
        with: { pattern: drill-results, merge-multiple: true, path: drills/results } # none is no error
      - name: keep the results
        run: |
          git add drills/results || exit 0
          git diff --cached --quiet && exit 0
          git -c user.name=firebreak -c user.email=firebreak@users.noreply.github.com commit -m 'Record what drills measured'
          git push
`;

function gitlab(template: Template, isInferred: boolean): string {
  const review = `# Add to .gitlab-ci.yml:
#   include: [{ local: .gitlab/firebreak.gitlab-ci.yml }]
.firebreak:
  image: ${IMAGE}
  variables: { GIT_DEPTH: '0' } # a branch is compared with where it began
  timeout: 20 minutes

# What a change of policies, inventories and configurations means for tokens, before it is merged.
firebreak-review:
  extends: .firebreak
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - ${RUN} lint -o pretty=- -o junit=firebreak-lint.xml
    - ${predictCommand(isInferred)}
    - ${RUN} diff "$CI_MERGE_REQUEST_DIFF_BASE_SHA" --gate
  artifacts:
    when: always
    reports: { junit: firebreak-lint.xml }
`;
  if (template === 'minimal') return review;
  return `${review}
# Every night, by a schedule with the variable FIREBREAK=audit: what issuers really serve, kept as a history.
firebreak-audit:
  extends: .firebreak
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $FIREBREAK == "audit"
  script:
    - ${RUN} audit -o pretty=- -o markdown=firebreak-audit.md
  cache: { key: firebreak-jwks-history, paths: [jwks-history], when: always }
  artifacts: { when: always, paths: [jwks-history, firebreak-audit.md] }

# Every week, by a schedule with the variable FIREBREAK=drill: measures what the policies promise.
firebreak-drill:
  extends: .firebreak
  resource_group: firebreak-drill # never two drills on one environment
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $FIREBREAK == "drill"
  script:
    - |
      worst=0
      for drill in drills/*.yaml; do
        code=0
        ${RUN} drill run "$drill" --record drills/results -o "html=reports/$(basename "$drill" .yaml).html" || code=$?
        [ "$code" -le "$worst" ] || worst=$code
      done
      exit "$worst"
  after_script:
    - ${RUN} drill recover # whatever an interrupted run left
    - ${RUN} drill sweep --apply # what runs on other machines left
  cache: { key: firebreak-drill-results, paths: [drills/results], when: always }
  artifacts: { when: always, paths: [reports, drills/results] }
`;
}
