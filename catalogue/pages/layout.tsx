/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import { FEED, HOME, relativePath, SCRIPT, STYLE } from "../paths";
import type { Catalogue } from "../model";

interface PageProps {
  readonly catalogue: Catalogue;
  /** The page's own, in the site. */
  readonly path: string;
  readonly title: string;
  /** One sentence, for search engines. */
  readonly description: string;
  readonly feed?: string;
  readonly children: Child;
}

/** Nothing of another host, no script or style in the page: a name in a record cannot become code. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

/** A whole page, as text. */
export function renderPage({
  catalogue,
  path,
  title,
  description,
  feed = FEED,
  children,
}: PageProps): string {
  const to = (file: string) => relativePath(path, file);
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={description} />
        <title>{title}</title>
        <link rel="stylesheet" href={to(STYLE)} />
        <link
          rel="alternate"
          type="application/atom+xml"
          title={`${catalogue.title}: releases`}
          href={to(feed)}
        />
        <script src={to(SCRIPT)} defer />
      </head>
      <body data-root={to("")}>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="site">
          <div class="wide">
            <a class="name" href={to(HOME)}>
              {catalogue.title}
            </a>
            <nav aria-label="Site">
              <a href={`${to(HOME)}#products`}>Products</a>
              <a href={`${to(HOME)}#trust`}>Verify</a>
              <a href={to(feed)}>Feed</a>
            </nav>
          </div>
        </header>
        <main id="content" class="wide" tabindex={-1}>
          {children}
        </main>
        <footer class="site">
          <div class="wide">
            <p>
              Built <Time at={catalogue.builtOn} /> from signed records. Facts marked{" "}
              <span class="source">stack</span> are what the publisher's own system said then, and are not
              signed.
            </p>
            <p>
              <a href={to("v1/catalogue.json")}>Catalogue as JSON</a>{" "}
              <a href={to("v1/catalogue.schema.json")}>its schema</a>
            </p>
          </div>
        </footer>
        <p id="said" class="unseen" role="status" aria-live="polite" />
      </body>
    </html>
  );
  return `<!doctype html>\n${String(page)}\n`;
}

/** A day; the whole time is in its attribute. */
export function Time({ at }: { readonly at: string }) {
  return <time datetime={at}>{at.slice(0, 10)}</time>;
}
