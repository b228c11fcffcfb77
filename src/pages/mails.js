// The mailbox: signs in or takes a key, which stays in this tab, lists mails and shows one. What a mail holds is never run.
const main = document.querySelector('main[data-api]');
const api = main.dataset.api;
const [entry, filter] = [document.getElementById('entry'), document.getElementById('filter')];
const [status, list, shown, more] = ['status', 'list', 'shown', 'more'].map((id) => document.getElementById(id));
const KEY = 'mailbox token';
let next = null;

const element = (tag, text = '', ...inner) => {
  const made = document.createElement(tag);
  made.textContent = text;
  made.append(...inner);
  return made;
};

async function call(path, options = {}) {
  const token = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(api + path, { ...options, headers });
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? body.title ?? `answered ${response.status}`);
  return body;
}

async function tell(work) {
  status.textContent = '';
  try {
    await work();
  } catch (error) {
    status.textContent = error.message;
  }
}

async function load(cursor) {
  const { state, address } = Object.fromEntries(new FormData(filter));
  const query = new URLSearchParams({ limit: '50', ...(state && { state }), ...(address && { address }) });
  if (cursor) query.set('cursor', cursor);
  const page = await call(`/mails?${query}`);
  if (!cursor) list.replaceChildren();
  for (const mail of page.data) {
    const open = element('button', mail.subject);
    open.type = 'button';
    open.addEventListener('click', () => tell(() => show(mail.id)));
    const to = mail.to.name ? `${mail.to.name} <${mail.to.address ?? '?'}>` : (mail.to.address ?? '?');
    const stands = mail.reason ? `${mail.state}: ${mail.reason}` : mail.state;
    const cells = [to, stands, new Date(mail.queuedAt).toLocaleString()].map((text) => element('td', text));
    list.append(element('tr', '', element('td', '', open), ...cells));
  }
  next = page.next;
  more.hidden = next === null;
  if (list.children.length === 0) status.textContent = 'There are no mails.';
  entry.hidden = true;
  filter.hidden = false;
  document.getElementById('mails').hidden = false;
}

async function show(id) {
  const { headers, text, html, reply } = await call(`/mails/${id}`);
  const mailbox = ({ name, address }) => (name ? `${name} <${address}>` : address);
  const lines = {
    Subject: headers.subject,
    From: mailbox(headers.from),
    To: mailbox(headers.to),
    ...(headers.replyTo && { 'Reply-To': headers.replyTo }),
    'Message-ID': headers.messageId,
    ...(reply && { 'The server said': reply }),
  };
  const head = element('dl');
  for (const [name, value] of Object.entries(lines)) head.append(element('dt', name), element('dd', value));
  const frame = element('iframe');
  frame.title = 'The mail as HTML';
  frame.setAttribute('sandbox', '');
  frame.srcdoc = html;
  frame.width = '100%';
  frame.height = '420';
  shown.replaceChildren(element('h2', headers.subject), head, frame, element('h3', 'As text'), element('pre', text));
  shown.scrollIntoView();
}

entry.addEventListener('submit', (event) => {
  event.preventDefault();
  const { key, tenant, login, password } = Object.fromEntries(new FormData(entry));
  tell(async () => {
    sessionStorage.removeItem(KEY);
    const body = JSON.stringify({ tenant, login, password });
    const token =
      key || (await call('/tokens', { method: 'POST', body, headers: { 'content-type': 'application/json' } })).token;
    sessionStorage.setItem(KEY, token);
    entry.reset();
    await load();
  });
});
filter.addEventListener('submit', (event) => {
  event.preventDefault();
  tell(() => load());
});
document.getElementById('leave').addEventListener('click', () => {
  sessionStorage.removeItem(KEY);
  location.reload();
});
more.addEventListener('click', () => tell(() => load(next)));
if (sessionStorage.getItem(KEY)) tell(() => load());
