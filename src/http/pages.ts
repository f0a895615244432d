/** Pages for people. Their addresses are relative, so that they work behind a proxy's path too. */
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

export const homePage = page(
  'Foyer',
  `<style>
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }
li { margin: 0.3rem 0; }
</style>`,
  `<h1>Foyer is running</h1>
<p>This is a Rocket.Chat-compatible livechat visitor service. Its interface begins at <code>/api/v1</code>.</p>
<ul>
<li><a href="docs">The interface, to read and to try</a>, or as <a href="docs/openapi.yaml">openapi.yaml</a></li>
<li><a href="docs/README.md">The README</a></li>
<li><a href="health">Whether the process lives</a>, and <a href="ready">whether it can serve requests</a></li>
<li><a href="metrics">Figures for Prometheus</a></li>
</ul>`,
);

export const docsPage = page(
  'Foyer: interface',
  `<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon-32x32.png">`,
  `<div id="interface"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/show.js"></script>`,
);

/** A file of its own, since the page's security policy allows no scripts within it. */
export const docsScript = `SwaggerUIBundle({ url: 'docs/openapi.yaml', dom_id: '#interface', deepLinking: true });
`;
