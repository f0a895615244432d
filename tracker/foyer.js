// Tells Foyer that somebody is on the site. Browsers get this file as it is, from `/foyer.js`.
//
//   <script async src="https://chat.example/foyer.js" data-key="1"></script>
//
// With `data-consent="required"` nothing is stored or sent until the page calls `foyer.consent(true)`. Browsers that
// ask not to be tracked are not. `data-variables` is a JSON object of custom variables, `data-group` the number of the
// department that the page belongs to, as LiveChat counts them.
(() => {
  const script = document.currentScript;
  if (!script || window.foyer) return;
  const server = new URL('.', script.src).href;
  const { key = '', consent, variables, group } = script.dataset;
  const heartbeatMs = 10000;
  const watchMs = 1000;
  const tokenKey = 'foyerToken';
  const consentKey = 'foyerConsent';
  const refuses =
    navigator.doNotTrack === '1' || window.doNotTrack === '1' || navigator.globalPrivacyControl === true;

  // Storage may be denied; then the visitor is a new one on each page.
  const read = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const write = (name, value) => {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, value);
    } catch {
      // It is denied.
    }
  };

  let token = null;
  let url = '';
  let title = '';
  let timers = [];
  let custom;
  try {
    custom = variables && JSON.parse(variables);
  } catch (error) {
    // It shows in the page's console, and the visitor is tracked all the same.
    reportError(error);
  }

  const send = (type, more) => {
    if (!token) return;
    const body = JSON.stringify({
      key,
      token,
      type,
      platform: navigator.platform,
      language: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...more,
    });
    const to = `${server}foyer/signs`;
    if (!navigator.sendBeacon?.(to, body)) {
      fetch(to, { method: 'POST', mode: 'no-cors', keepalive: true, body }).catch(() => null);
    }
  };

  const referrer = () => {
    try {
      return new URL(document.referrer).origin === location.origin ? '' : document.referrer;
    } catch {
      return '';
    }
  };

  const look = () => {
    if (!token) return;
    if (location.href !== url) {
      const first = url === '';
      url = location.href;
      title = document.title;
      send('page', { url, title, referrer: first ? referrer() : '', ...(first ? listed() : {}), ...grouped });
    } else if (document.title !== title) {
      title = document.title;
      send('title', { url, title });
    }
  };

  const grouped = /^\d{1,9}$/.test(group) ? { group: Number(group) } : {};

  const listed = () =>
    custom
      ? { variables: Object.entries(custom).map(([name, value]) => ({ key: name, value: String(value) })) }
      : {};

  const start = () => {
    if (token || refuses) return;
    token = read(tokenKey);
    if (!token) {
      token = [...crypto.getRandomValues(new Uint8Array(32))]
        .map((b) => b.toString(16).padStart(2, '0'))
        .join('');
      write(tokenKey, token);
    }
    look();
    const beat = () => document.visibilityState === 'hidden' || send('heartbeat');
    timers = [setInterval(look, watchMs), setInterval(beat, heartbeatMs)];
  };

  const stop = () => {
    timers.forEach(clearInterval);
    token = null;
    url = '';
    write(tokenKey, null);
  };

  for (const name of ['pushState', 'replaceState']) {
    const change = history[name];
    history[name] = function (...args) {
      change.apply(this, args);
      look();
    };
  }
  for (const name of ['popstate', 'hashchange']) addEventListener(name, look);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') send('heartbeat');
  });

  window.foyer = {
    /** What the visitor decided; it is remembered. Without consent, nothing is stored or sent. */
    consent(isGiven) {
      if (isGiven && !refuses) write(consentKey, 'given');
      else write(consentKey, null);
      if (isGiven) start();
      else stop();
    },
    /** Sets the custom variables. */
    set(values) {
      custom = values;
      send('heartbeat', listed());
    },
    /** Reports what became of a greeting: `shown`, `accepted` or `refused`. */
    greeting(name, outcome) {
      send('greeting', { greeting: { name, outcome } });
    },
    /** The visitor's token, for the chat; null while there is none. */
    token: () => token,
  };
  if (consent !== 'required' || read(consentKey)) start();
})();
