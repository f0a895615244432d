/** Pages for people. Their links are relative, so that they also work below a proxy's path. */
const page = (title: string, head: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`;

/** @param hasDemo whether there is a page to try the chat widget in. */
export const homePage = (hasDemo: boolean): string =>
  page(
    'Foyer',
    `<style>
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }
li { margin: 0.3rem 0; }
</style>`,
    `<h1>Foyer is running</h1>
<p>This is a Rocket.Chat-compatible livechat visitor service. Its API is at <code>/api/v1</code>.</p>
<ul>
${hasDemo ? '<li><a href="livechat/demo">A page to try the chat widget in</a></li>\n' : ''}<li><a href="docs">The API, to read and to try out</a>, or as <a href="docs/openapi.yaml">openapi.yaml</a></li>
<li><a href="docs/README.md">The README</a></li>
<li><a href="health">Whether the process is alive</a>, and <a href="ready">whether it can serve requests</a></li>
<li><a href="metrics">Figures for Prometheus</a></li>
</ul>`,
  );

export const docsPage = page(
  'Foyer: API',
  `<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon-32x32.png">`,
  `<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/show.js"></script>`,
);

/** A separate file, since the page's security policy allows no inline scripts. */
export const docsScript = `SwaggerUIBundle({ url: 'docs/openapi.yaml', dom_id: '#api', deepLinking: true });
`;
