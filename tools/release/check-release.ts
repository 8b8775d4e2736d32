/** What a release must agree on. */
export type ReleaseFacts = {
  /** The Git tag, such as `v0.2.0`. */
  readonly tag: string;
  /** `version` and `repository.url` in package.json. */
  readonly version: string;
  readonly repositoryUrl: string;
  /** The repository that runs the release, as `owner/name`. */
  readonly repository: string;
  /** The content of CHANGELOG.md. */
  readonly changelog: string;
};

/** Returns what is wrong with a release, and how to fix it. Empty if nothing is. */
export function checkRelease({ tag, version, repositoryUrl, repository, changelog }: ReleaseFacts): string[] {
  return [
    tag === `v${version}` ? [] : [`The tag is ${tag}, and package.json has version ${version}. Change one of them.`],
    releaseNotes(changelog, version) === undefined
      ? [`CHANGELOG.md has no text under "## [${version}]". Move the lines of "Unreleased" there.`]
      : [],
    repositoryUrl === `git+https://github.com/${repository}.git`
      ? []
      : [
          `npm refuses provenance from another repository: package.json has ${repositoryUrl}, and this runs in ${repository}. Set repository, bugs and homepage in package.json, and the address in .github/ISSUE_TEMPLATE/config.yml.`,
        ],
  ].flat();
}

/** Returns the text of one version in the changelog, without its heading, or `undefined` if there is none. */
export function releaseNotes(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  const notes = section?.split('\n').slice(1).join('\n').trim();
  return notes === '' ? undefined : notes;
}
