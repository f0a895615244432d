/** Rocket.Chat's snippet. @param address what says where the widget is, in JavaScript. */
const snippet = (address: string): string => `(function (w, d, s, u) {
  w.RocketChat = function (c) { w.RocketChat._.push(c); };
  w.RocketChat._ = []; w.RocketChat.url = u;
  var h = d.getElementsByTagName(s)[0], j = d.createElement(s);
  j.async = true; j.src = u + '/rocketchat-livechat.min.js';
  h.parentNode.insertBefore(j, h);
})(window, document, 'script', ${address});`;

/**
 * A page of a shop, to try the widget in.
 * @param nonce admits the page's script.
 * @param widgetUrl the widget's address, for the snippet to copy; the page itself goes by its own address.
 */
export const demoPage = (nonce: string, widgetUrl: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hat shop</title>
<link rel="icon" href="../docs/favicon-32x32.png">
<style>
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 45rem; margin: 3rem auto; padding: 0 1rem; }
pre { overflow: auto; padding: 1rem; background: #f4f4f5; border-radius: 0.5rem; font-size: 0.8rem; }
</style>
</head>
<body>
<h1>Hat shop</h1>
<p>This could be a page of yours: the bubble in the corner is the chat. Write something, then answer it from a terminal,
as the <a href="../docs/README.md">README</a> describes under <em>Embed</em>.</p>
<p>To put the chat on a page, paste this before its <code>&lt;/body&gt;</code>:</p>
<pre>&lt;script&gt;
${snippet(`'${widgetUrl}'`).replaceAll('<', '&lt;')}
&lt;/script&gt;</pre>
<script nonce="${nonce}">
${snippet("new URL('../livechat', location).href")}
</script>
</body>
</html>
`;
