// The chat in the browser: keys, the address, staying at the end, and telling screen readers of a finished answer.
(() => {
  const find = selector => document.querySelector(selector);
  const running = () => find('.wb-answer[data-state=running]');
  const box = () => document.getElementById('wb-question');
  let told = '', wasRunning = false, atEnd = true;

  const live = document.createElement('p');
  live.className = 'wb-sr';
  live.setAttribute('aria-live', 'polite');

  document.addEventListener('keydown', event => {
    if (event.target === box() && event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!running() && box().value.trim()) box().form.requestSubmit();
    } else if (event.key === 'Escape' && running()) {
      find('.wb-stop')?.click();
    }
  });
  document.addEventListener('submit', event => {
    if (event.target.matches('.wb-composer')) setTimeout(() => { box().value = ''; atEnd = true; box().focus(); });
  });
  document.addEventListener('click', event => {
    if (event.target.closest('[data-act=ask], [data-act=retry], [data-act=stop]')) {
      atEnd = true;
      setTimeout(() => box()?.focus());
    }
  });
  addEventListener('scroll', () => {
    atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 120;
  }, {passive: true});

  const address = id => {
    const url = new URL(location.href);
    if (url.searchParams.has('shared') || url.searchParams.get('c') === id) return;
    url.searchParams.set('c', id);
    history.replaceState(history.state, '', url);
  };
  const look = () => {
    const list = find('.wb-talks:not([data-seen])');
    if (list) {
      list.dataset.seen = '';
      list.open = innerWidth > 820;
    }
    const answer = find('.wb-answer[data-last], .wb-answer[data-state=running]');
    if (answer?.dataset.c) address(answer.dataset.c);
    for (const one of document.querySelectorAll('input[data-absolute]')) {
      const url = new URL(one.dataset.absolute, location.href).href;
      if (one.value !== url) one.value = url;
    }
    // On a phone the list would take the whole first screen.
    for (const list of document.querySelectorAll('.wb-talks[open]:not([data-seen])')) {
      list.dataset.seen = '';
      if (matchMedia('(max-width: 820px)').matches) list.open = false;
    }
    const now = Boolean(running());
    const last = find('.wb-answer[data-last]');
    if (wasRunning && !now && last && last.textContent !== told) {
      told = last.textContent;
      live.textContent = last.querySelector('.wb-said')?.textContent || '';
    }
    if (atEnd && (now || wasRunning)) scrollTo({top: document.documentElement.scrollHeight});
    wasRunning = now;
  };
  const ready = () => {
    if (document.body.dataset.page !== 'chat') return;
    document.body.append(live);
    new MutationObserver(look).observe(find('gradio-app') || document.body, {childList: true, subtree: true});
  };
  document.readyState === 'loading' ? document.addEventListener('DOMContentLoaded', ready) : ready();
})();
