/** The data that the start page of a deployment shows. */
export type StartPageFacts = {
  readonly version: string;
  /** Scheme and host of the request, for the commands on the page. */
  readonly origin: string;
};

/** Builds the HTML of `GET /` for browsers: the purpose of the service, its documentation, and a first call to copy. */
export function startPage({ version, origin }: StartPageFacts): string {
  const url = escapeHtml(origin);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Edgewise</title>
<meta name="description" content="Documents in, cited answers out, over the OpenAI API.">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${START_PAGE_STYLE}</style>
</head>
<body>
<main>
<p class="brand"><img src="/favicon.svg" alt="" width="28" height="28">Edgewise <span>${escapeHtml(version)}</span></p>
<h1>Documents in,<br>cited answers out.</h1>
<p class="lead">This is an Edgewise service. It reads your documents and answers questions about them over the OpenAI
API. Every citation is checked against its source before it is sent, and where the documents do not answer a question, the
answer says so.</p>
<p class="actions"><a class="primary" href="/docs">Read the API docs</a> <a href="/openapi.json">openapi.json</a>
<a href="/llms.txt">llms.txt</a></p>
<h2>First call</h2>
<p>The service is up when this says <code>ok</code>:</p>
<pre tabindex="0"><code>curl ${url}/health</code></pre>
<p>With a project’s key and a vector store that holds your files, ask a question:</p>
<pre tabindex="0"><code>curl ${url}/v1/responses \\
  -H "Authorization: Bearer $EDGEWISE_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "extractive-1",
    "input": "How many days of leave are there?",
    "tools": [{"type": "file_search", "vector_store_ids": ["$STORE_ID"]}]
  }'</code></pre>
<p class="note">Official OpenAI clients work as they are: set their base URL to <code>${url}/v1</code>.</p>
</main>
</body>
</html>
`;
}

/**
 * Returns the HTTP headers of the start page. Its content security policy allows its one style, by hash, and no script.
 */
export async function startPageHeaders(): Promise<Record<string, string>> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(START_PAGE_STYLE));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    // The page contains the host, and the same path also answers JSON.
    "cache-control": "no-cache",
    vary: "Accept",
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string) => text.replaceAll(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);

const START_PAGE_STYLE = `
:root{color-scheme:light dark;--page:#fff;--panel:#f4f6fa;--line:#e2e5ea;--text:#1d2230;--soft:#596172;--link:#2f4bd8}
@media(prefers-color-scheme:dark){:root{--page:#12151c;--panel:#1b202b;--line:#2b3240;--text:#e7eaf1;--soft:#a1a9ba;--link:#93a7ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:17px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
main{max-width:42rem;padding:clamp(2rem,9vh,6rem) 1.5rem 4rem;margin:0 auto}
.brand{display:flex;align-items:center;gap:.65rem;margin:0 0 2.5rem;font-weight:650}
.brand span{color:var(--soft);font-size:14px;font-weight:400}
h1{margin:0 0 1.25rem;font-size:clamp(2.1rem,7vw,3.2rem);line-height:1.1;letter-spacing:-.025em}
h2{margin:3.25rem 0 .5rem;font-size:1.2rem}
p{margin:0 0 .9rem}
.lead{color:var(--soft);font-size:1.1rem}
.actions{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem 1.5rem;margin-top:2rem}
a{color:var(--link);text-underline-offset:.2em}
a:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:3px}
.primary{padding:.6rem 1.15rem;border-radius:8px;background:#2f4bd8;color:#fff;font-weight:600;text-decoration:none}
.primary:hover{background:#263fbd}
pre{overflow-x:auto;padding:1rem 1.15rem;border:1px solid var(--line);border-radius:10px;margin:0 0 1.5rem;background:var(--panel)}
code{font:.88em/1.6 ui-monospace,"SF Mono","Cascadia Code",Menlo,Consolas,"DejaVu Sans Mono",monospace}
.note{color:var(--soft)}
`;
