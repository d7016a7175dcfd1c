// The whole frontend: signs in as the guest, counts the catalog, searches.

const headers = {};
const { backstageIdentity } = await ask('/api/auth/guest/refresh');
headers.authorization = `Bearer ${backstageIdentity.token}`;
find('#user').textContent = backstageIdentity.identity.userEntityRef;

const { totalItems } = await ask('/api/catalog/entities/by-query?limit=1');
find('#count').textContent = `The catalog has ${totalItems} entities.`;

find('#search').addEventListener('submit', async (event) => {
  event.preventDefault();
  const term = encodeURIComponent(new FormData(event.target).get('term'));
  const { results } = await ask(`/api/search/query?term=${term}`);
  find('#results').replaceChildren(...results.map(({ type, document }) => row(type, document)));
});

async function ask(path) {
  const response = await fetch(path, { headers });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function row(type, { title, text }) {
  const item = document.createElement('li');
  const kind = document.createElement('small');
  kind.textContent = ` ${type}: ${text.slice(0, 120)}`;
  item.append(title, kind);
  return item;
}

function find(selector) {
  return document.querySelector(selector);
}
