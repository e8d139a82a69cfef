/**
 * What the page does: its tables sort by any column, by mouse and keyboard, the list of secrets can be narrowed down, and
 * paper shows what is folded. Without it the page shows all the same.
 */
export const script = `
'use strict';
const said = document.getElementById('said');
const valueOf = (row, index) => {
  const cell = row.cells[index];
  return cell.dataset.sort ?? cell.textContent.trim();
};
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const each of heads) each.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const compare = head.classList.contains('number')
        ? (a, b) => Number(a) - Number(b)
        : (a, b) => a.localeCompare(b, 'en', { numeric: true });
      const rows = [...body.rows].map((row) => [valueOf(row, index), row]);
      rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
      body.append(...rows.map(([, row]) => row));
      said.textContent = table.caption.textContent.trim() + ', sorted by ' + button.textContent + (down ? ', descending' : ', ascending');
    });
  });
}
const list = document.getElementById('secrets-table');
if (list !== null) {
  const label = document.createElement('label');
  label.className = 'filter';
  const input = document.createElement('input');
  input.type = 'search';
  label.append('Show only', input);
  list.parentElement.before(label);
  const rows = [...list.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
  input.addEventListener('input', () => {
    const wanted = input.value.toLowerCase();
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !text.includes(wanted);
      if (!row.hidden) shown++;
    }
    said.textContent = shown + ' of ' + rows.length + ' shown';
  });
}
const unfold = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target !== null && target.localName === 'details') target.open = true;
};
addEventListener('hashchange', unfold);
unfold();
addEventListener('beforeprint', () => {
  for (const each of document.querySelectorAll('details')) each.open = true;
});
`;
