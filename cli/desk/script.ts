/**
 * The script of the desk. Without it, every page and form works: it only suggests addresses while one types, and selects all rows of a table.
 */
export const script = `
'use strict';
const input = document.querySelector('input[list=suggestions]');
const list = document.getElementById('suggestions');
let waiting;
input?.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const text = input.value.trim();
    if (text.length < 2) return list.replaceChildren();
    const response = await fetch('/suggest?q=' + encodeURIComponent(text));
    if (!response.ok || input.value.trim() !== text) return;
    list.replaceChildren(...(await response.json()).map((value) => Object.assign(document.createElement('option'), { value })));
  }, 120);
});
const all = document.querySelector('input[data-all]');
all?.addEventListener('change', () => {
  for (const box of document.querySelectorAll('input[name=address][type=checkbox]')) box.checked = all.checked;
});
if (all) all.closest('label').hidden = false;
`;
