/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { PropsWithChildren } from "hono/jsx";
import { CLOUDS } from "../../facts/clouds";
import { formatBytes } from "../../facts/words";
import { type Catalogue, type CatalogueProduct, type CatalogueRelease, isUsable } from "../model";
import {
  feedPath,
  HOME,
  packagesPath,
  productPath,
  relativePath,
  releaseJsonPath,
  releasePath,
} from "../paths";
import { sayVariant, variantIn } from "../variants";
import { baseName, keyFiles } from "../verify-text";
import { Changes } from "./changes";
import { CloudSection } from "./cloud-section";
import { renderPage, Time } from "./layout";
import { ProvenanceBadge, Source, StateBadge, StateNotice, UnofficialNotice } from "./parts";
import { Verify } from "./verify";

export function releasePage(
  catalogue: Catalogue,
  product: CatalogueProduct,
  release: CatalogueRelease,
): string {
  const { version } = release;
  const { name } = product;
  const { current } = variantIn(product, release);
  const path = releasePath(name, version);
  const to = (file: string) => relativePath(path, file);
  const newer =
    current &&
    current.version !== version &&
    (!isUsable(release) || product.releases.indexOf(current) < product.releases.indexOf(release))
      ? { version: current.version, href: to(releasePath(name, current.version)) }
      : undefined;
  return renderPage({
    ...{ catalogue, path, feed: feedPath(name) },
    title: `${name} ${version} – ${catalogue.title}`,
    description: `Cloud images of ${name} ${version}: ids, snippets, how to verify them.`,
    children: (
      <>
        <nav class="path" aria-label="You are here">
          <a href={to(HOME)}>All images</a> <span aria-hidden="true">/</span>{" "}
          <a href={to(productPath(name))}>{name}</a> <span aria-hidden="true">/</span>{" "}
          <span aria-current="page">{version}</span>
        </nav>
        <h1>
          {name} <span class="version">{version}</span>
        </h1>
        <p>
          <ProvenanceBadge of={release} /> <StateBadge release={release} />
        </p>
        <UnofficialNotice of={release} />
        <StateNotice release={release} {...(newer && { newer })} />
        <Facts release={release} variant={sayVariant(product, release)} />
        {CLOUDS.map((cloud) => (
          <CloudSection cloud={cloud} release={release} />
        ))}
        {isUsable(release) && <Verify catalogue={catalogue} release={release} path={path} />}
        <section aria-labelledby="changes-title">
          <h2 id="changes-title">Packages</h2>
          <Changes release={release} href={to(packagesPath(name, version))} />
        </section>
        <Downloads catalogue={catalogue} release={release} path={path} />
      </>
    ),
  });
}

interface FactsProps {
  readonly release: CatalogueRelease;
  /** Absent: there is nothing to tell apart. */
  readonly variant: string | undefined;
}

function Facts({ release, variant }: FactsProps) {
  const { signedOn, deprecateOn, endOfLife, images, stateFrom, publisher, state } = release;
  return (
    <dl class="facts">
      <Fact name="Publisher" from="record">
        <bdi>{publisher}</bdi>
      </Fact>
      {variant !== undefined && (
        <Fact name="Variant">
          <bdi>{variant}</bdi>
        </Fact>
      )}
      <Fact name="State" from={stateFrom}>
        {state === "recorded" ? "not known here" : state}
      </Fact>
      {signedOn && (
        <Fact name="Signed on" from="record">
          <Time at={signedOn} />
        </Fact>
      )}
      {deprecateOn && (
        <Fact name="Deprecated from" from="stack">
          <Time at={deprecateOn} />
        </Fact>
      )}
      {endOfLife && (
        <Fact name="End of life" from="stack">
          <Time at={endOfLife} />
        </Fact>
      )}
      {images.map(({ architecture, disk, input, policy }) => (
        <div>
          <dt>{architecture}</dt>
          <dd>
            {formatBytes(disk.size)}, {disk.bootMode} <Source of="record" />
            <br />
            <span class="quiet">
              {input === "unsigned" ? "input not signed" : "input signed by its builder"}
              {policy === "measured" && ", content measured at publication"}
              {policy === "declared" && ", content as the publisher's file says"}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** One of them, and where it is from. */
function Fact({
  name,
  from,
  children,
}: PropsWithChildren<{ readonly name: string; readonly from?: CatalogueRelease["stateFrom"] }>) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {from && (
          <>
            {" "}
            <Source of={from} />
          </>
        )}
      </dd>
    </div>
  );
}

/** All that somebody needs who trusts neither this page nor its host. */
function Downloads({
  catalogue,
  release,
  path,
}: {
  readonly catalogue: Catalogue;
  readonly release: CatalogueRelease;
  readonly path: string;
}) {
  const { record, notice, product, version, images } = release;
  const boms = images.flatMap(({ packages }) => packages?.file ?? []);
  const rows: [string, string][] = [
    [record, "signed record"],
    ...(notice === undefined ? [] : [[notice, "signed notice of the withdrawal"] as [string, string]]),
    ...keyFiles(catalogue).map((file): [string, string] => [file, "publisher's public key"]),
    ...boms.map((file): [string, string] => [file, "bill of materials, CycloneDX"]),
    [releaseJsonPath(product, version), "this page as JSON"],
  ];
  return (
    <section aria-labelledby="files-title">
      <h2 id="files-title">Files</h2>
      <ul class="files">
        {rows.map(([file, what]) => (
          <li>
            <a href={relativePath(path, file)} download>
              {baseName(file)}
            </a>{" "}
            <span class="quiet">{what}</span>
          </li>
        ))}
      </ul>
      <details>
        <summary>Digests of the raw disks</summary>
        {images.map(({ architecture, disk }) => (
          <dl class="digests">
            <dt>
              {disk.file} ({architecture})
            </dt>
            {Object.entries({
              sha256: disk.sha256,
              sha512: disk.sha512,
              "block map": disk.blockMap,
            }).map(([name, digest]) =>
              digest === undefined ? null : (
                <dd>
                  {name} <code data-copy>{digest}</code>
                </dd>
              ),
            )}
          </dl>
        ))}
      </details>
    </section>
  );
}
