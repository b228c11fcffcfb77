// The reference page: finding operations, keeping credentials for the tab, sending requests.
const main = document.querySelector('main[data-base]');
const storeKey = `credentials ${main?.dataset.base}`;

document.getElementById('find')?.addEventListener('input', (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of document.querySelectorAll('nav li')) {
    item.hidden = !words.every((word) => item.dataset.find.includes(word));
  }
});

const credentialInputs = [...document.querySelectorAll('.credentials input')];
const kept = JSON.parse(sessionStorage.getItem(storeKey) ?? '{}');
for (const input of credentialInputs) {
  input.value = kept[input.name] ?? '';
  input.addEventListener('input', () => {
    const values = Object.fromEntries(credentialInputs.map(({ name, value }) => [name, value]));
    sessionStorage.setItem(storeKey, JSON.stringify(values));
  });
}
document.querySelector('.credentials form')?.addEventListener('submit', (event) => event.preventDefault());

/** The request that a form describes. */
function requestOf(form) {
  const query = new URLSearchParams();
  const headers = {};
  let path = form.dataset.path;
  const put = (place, name, value) => {
    if (value === '') return;
    if (place === 'query') query.append(name, value);
    if (place === 'header') headers[name] = value;
  };
  for (const input of credentialInputs) put(input.dataset.place, input.name, input.value);
  for (const input of form.querySelectorAll('input[data-place]')) {
    if (input.dataset.place === 'path') path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else put(input.dataset.place, input.name, input.value);
  }
  const body = form.elements.file?.files[0] ?? form.elements.body?.value;
  const send = body !== undefined && body !== '';
  if (send) headers['Content-Type'] = form.dataset.type;
  const search = query.size > 0 ? `?${query}` : '';
  return {
    url: main.dataset.base + path + search,
    method: form.dataset.method,
    headers,
    body: send ? body : undefined,
  };
}

function show(place, ...parts) {
  place.replaceChildren(
    ...parts.map(([tag, text]) => {
      const element = document.createElement(tag);
      element.textContent = text;
      return element;
    }),
  );
}

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

async function submit(form) {
  const place = form.querySelector('.result');
  const { url, ...request } = requestOf(form);
  show(place, ['p', 'Waiting…']);
  const began = performance.now();
  const stop = new AbortController();
  try {
    const answer = await fetch(url, { ...request, credentials: 'omit', signal: stop.signal });
    const ms = Math.round(performance.now() - began);
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    const head = ['p', `${answer.status} ${answer.statusText} in ${ms} ms`];
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      setTimeout(() => stop.abort(), 30_000);
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        text += next.value;
        show(place, head, ['pre', headers], ['pre', text]);
      }
      return;
    }
    show(place, head, ['pre', headers], ['pre', pretty(await answer.text())]);
  } catch (error) {
    if (!stop.signal.aborted) show(place, ['p', `No answer: ${error.message}`]);
  }
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

async function copy(form) {
  const { url, method, headers, body } = requestOf(form);
  const parts = [`curl -X ${method} ${quoted(location.origin + url)}`];
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined)
    parts.push(body instanceof File ? `--data-binary @${quoted(body.name)}` : `-d ${quoted(body)}`);
  const command = parts.join(' \\\n  ');
  const place = form.querySelector('.result');
  try {
    await navigator.clipboard.writeText(command);
    show(place, ['p', 'Copied.'], ['pre', command]);
  } catch {
    show(place, ['pre', command]);
  }
}

for (const form of document.querySelectorAll('.try form')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(form);
  });
  form.querySelector('[data-curl]').addEventListener('click', () => copy(form));
}
