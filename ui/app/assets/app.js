// What the shell needs in the browser: theme, menu, sortable and downloadable tables, the model's banner.
(() => {
  const chosen = () => localStorage.getItem('wb-theme');
  const system = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  const apply = () => {
    const dark = (chosen() || system()) === 'dark';
    for (const one of [document.documentElement, document.body]) {
      if (one && one.classList.contains('dark') !== dark) one.classList.toggle('dark', dark);
    }
  };
  apply();

  const ready = () => {
    apply();
    new MutationObserver(apply).observe(document.body, {attributes: true, attributeFilter: ['class']});
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
    // Gradio names the browser's language; the page has one of its own.
    const root = document.documentElement;
    const language = location.pathname.slice(1, 3);
    const speak = () => {
      if (['en', 'zh'].includes(language) && root.lang !== language) root.lang = language;
    };
    speak();
    new MutationObserver(speak).observe(root, {attributes: true, attributeFilter: ['lang']});
    // What an event has put in the place of what had the focus says itself where it goes on.
    new MutationObserver(() => {
      const next = document.querySelector('[data-focus]');
      if (next) {
        next.removeAttribute('data-focus');
        next.focus();
      }
    }).observe(document.body, {childList: true, subtree: true});
    watchModel();
  };
  document.addEventListener('click', event => {
    const on = selector => event.target.closest(selector);
    let found;
    if (on('[data-theme-switch]')) {
      localStorage.setItem('wb-theme', (chosen() || system()) === 'dark' ? 'light' : 'dark');
      apply();
    } else if ((found = on('.wb-menu'))) {
      const open = found.getAttribute('aria-expanded') !== 'true';
      found.setAttribute('aria-expanded', String(open));
      document.getElementById('wb-nav').classList.toggle('wb-open', open);
    } else if ((found = on('.wb-table button[data-sort]'))) {
      sort(found);
    } else if ((found = on('button[data-download]'))) {
      download(found);
    } else if ((found = on('button[data-copy]'))) {
      navigator.clipboard?.writeText(found.dataset.copy);
    }
  });
  document.addEventListener('change', event => {
    if (event.target.matches('[data-sends]')) event.target.form.submit();
  });

  const key = cell => {
    const number = cell.dataset.value;
    return number === undefined || number === '' ? cell.textContent.trim().toLowerCase() : Number(number);
  };

  const sort = button => {
    const head = button.closest('th');
    const body = head.closest('table').tBodies[0];
    const down = head.getAttribute('aria-sort') === 'ascending';
    for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const place = [...head.parentNode.children].indexOf(head);
    const compare = (a, b) => (a === b ? 0 : typeof a === typeof b ? (a < b ? -1 : 1) : typeof a === 'number' ? -1 : 1);
    [...body.rows]
      .map(row => [key(row.cells[place]), row])
      .sort(([a], [b]) => compare(a, b) * (down ? -1 : 1))
      .forEach(([, row]) => body.append(row));
  };

  // A spreadsheet runs what begins like a formula.
  const cell = text => {
    const plain = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };

  const download = button => {
    const table = button.closest('.wb-table').querySelector('table');
    const value = one => one.dataset.value || one.dataset.text || one.textContent.trim();
    const lines = [...table.rows].map(row => [...row.cells].map(one => cell(value(one))).join(','));
    save(new Blob(['\ufeff' + lines.join('\r\n')], {type: 'text/csv'}), `${button.dataset.download || 'table'}.csv`);
  };

  // A form that is answered with a file: the file is saved, and the page shows what has become of things.
  document.addEventListener('submit', async event => {
    const form = event.target.closest('form[data-saves]');
    if (!form) return;
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    try {
      const answer = await fetch(form.action, {method: 'POST', body: new FormData(form)});
      if (!answer.ok) throw new Error(await answer.text());
      const named = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') || '');
      save(await answer.blob(), named ? named[1] : 'export.csv');
      location.reload();
    } catch (problem) {
      const place = form.querySelector('[role=status]');
      if (place) place.textContent = problem.message;
      button.disabled = false;
    }
  });

  const save = (blob, name) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const watchModel = () => {
    const banner = document.getElementById('wb-banner');
    if (!banner) return;
    const look = async () => {
      try {
        const answer = await fetch('/status', {headers: {Accept: 'application/json'}});
        if (answer.ok) banner.hidden = (await answer.json()).model !== 'down';
      } catch { /* the server is away; Gradio says so itself */ }
      setTimeout(look, 30000);
    };
    look();
  };

  document.readyState === 'loading' ? document.addEventListener('DOMContentLoaded', ready) : ready();
})();
