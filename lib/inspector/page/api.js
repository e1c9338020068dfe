// Requests to the inspector. The token is only ever sent in a header, and stored per tab and port.

const stored = 'token';
const channel = new BroadcastChannel('alohook-token');
let token = sessionStorage.getItem(stored) ?? '';

/// An error response from the server.
export class ApiError extends Error {
  constructor(status, id, text) {
    super(text);
    this.status = status;
    this.id = id;
  }
}

/// The inspector is unreachable.
export class Unreachable extends Error {}

/// Sends a request and returns the response. Throws ApiError or Unreachable.
export async function request(path, options = {}, using = token) {
  let response;
  try {
    response = await fetch(path, {
      ...options, cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer',
      headers: { ...options.headers, Authorization: `Bearer ${using}` },
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Unreachable(error.message);
  }
  if (response.ok) return response;
  let problem = {};
  try { problem = await response.json(); } catch { /* not JSON: the status has to do */ }
  throw new ApiError(response.status, problem.error ?? '', problem.text ?? `status ${response.status}`);
}

/// Returns the JSON of a response.
export const get = async (path, options) => (await request(path, options)).json();

/// Sends JSON and returns JSON.
export const post = (path, value) => get(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

/// Takes the token from the URL and removes it there immediately. An invalid token never replaces a valid one.
export async function takeTokenFromAddress() {
  const match = /^#token=([\w-]+)$/.exec(location.hash);
  if (!match) return false;
  history.replaceState(null, '', location.pathname + location.search);
  try {
    await request('/api/session', {}, match[1]);
  } catch (error) {
    if (error instanceof ApiError && token) return false;
  }
  keep(match[1]);
  channel.postMessage(match[1]);
  return true;
}

function keep(value) {
  token = value;
  sessionStorage.setItem(stored, value);
}

/// Calls `onToken` when another tab was opened with a valid token.
export function listenForTokens(onToken) {
  channel.onmessage = async (message) => {
    if (typeof message.data !== 'string' || message.data === token) return;
    try {
      await request('/api/session', {}, message.data);
      keep(message.data);
      onToken();
    } catch { /* not for this inspector */ }
  };
}
